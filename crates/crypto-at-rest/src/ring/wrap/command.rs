//! A wrapping key behind a program.

use super::program::Program;
use super::{KeyWrapper, MAX_WRAPPED_LEN, WrapError, WrapperName};
use std::ffi::OsString;
use std::fmt;
use std::time::Duration;
use stockade_core::Secret;
use zeroize::Zeroizing;

/// Wraps and unwraps by running a program: a cloud's command line, a PKCS #11 tool, a script of the operator's.
///
/// The program gets the octets on its standard input and writes the result to its standard output, both raw; it ends with status
/// 0. It is run without a shell, in the root folder, with an empty environment but for what
/// [`with_env`](Self::with_env) gives it. It is killed, with everything it started, after the timeout, and when it writes more
/// than a wrapped key can have. Its standard error is dropped.
///
/// ```
/// use stockade_crypto_at_rest::ring::wrap::CommandWrapper;
/// let wrapper = CommandWrapper::new(
///     "tpm:clinic",
///     ["/usr/local/bin/tpm-seal", "--handle", "0x81000001"],
///     ["/usr/local/bin/tpm-unseal", "--handle", "0x81000001"],
/// )?;
/// // found by a search path, it might be anybody's program
/// assert!(CommandWrapper::new("tpm:clinic", ["tpm-seal"], ["tpm-unseal"]).is_err());
/// # Ok::<(), stockade_crypto_at_rest::ring::wrap::WrapError>(())
/// ```
#[derive(Clone)]
pub struct CommandWrapper {
    name: WrapperName,
    wrap: Program,
    unwrap: Program,
    environment: Vec<(OsString, OsString)>,
    timeout: Duration,
}

impl CommandWrapper {
    /// How long a call may take unless [`with_timeout`](Self::with_timeout) says otherwise: enough for a cloud's slow day.
    pub const DEFAULT_TIMEOUT: Duration = Duration::from_secs(30);

    /// The wrapper of this name that runs `wrap` and `unwrap`, each a program's absolute path and its arguments.
    ///
    /// # Errors
    /// The name does not fit a file, or a program's path is not absolute.
    pub fn new(
        name: &str,
        wrap: impl IntoIterator<Item = impl Into<OsString>>,
        unwrap: impl IntoIterator<Item = impl Into<OsString>>,
    ) -> Result<Self, WrapError> {
        Ok(Self {
            name: name.parse()?,
            wrap: Program::new(wrap)?,
            unwrap: Program::new(unwrap)?,
            environment: Vec::new(),
            timeout: Self::DEFAULT_TIMEOUT,
        })
    }

    /// Lets the programs see one variable. They see no other.
    #[must_use]
    pub fn with_env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.environment.push((name.into(), value.into()));
        self
    }

    /// Sets how long a call may take.
    #[must_use]
    pub fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    fn run(&self, program: &Program, input: &[u8], max: usize) -> Result<Zeroizing<Vec<u8>>, WrapError> {
        program.run(input, max, &self.environment, self.timeout)
    }
}

impl KeyWrapper for CommandWrapper {
    fn name(&self) -> &str {
        self.name.as_str()
    }

    fn wrap(&self, key: &Secret<[u8; 32]>) -> Result<Vec<u8>, WrapError> {
        let wrapped = self.run(&self.wrap, key.expose(), MAX_WRAPPED_LEN)?;
        if wrapped.is_empty() { Err(WrapError::Size { len: 0 }) } else { Ok(wrapped.to_vec()) }
    }

    fn unwrap(&self, wrapped: &[u8]) -> Result<Secret<[u8; 32]>, WrapError> {
        if wrapped.len() > MAX_WRAPPED_LEN {
            return Err(WrapError::Refused);
        }
        let key = self.run(&self.unwrap, wrapped, 32)?;
        let key: &[u8; 32] = key.as_slice().try_into().map_err(|_| WrapError::Size { len: key.len() })?;
        Ok(Secret::new(*key))
    }
}

impl fmt::Debug for CommandWrapper {
    /// Arguments and values of variables are left out: people put tokens there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CommandWrapper").field("name", &self.name).finish_non_exhaustive()
    }
}
