//! What keeps the key of a key ring, if no passphrase does.

use super::failures;
use crate::args::UnlockArgs;
use crate::failure::Failure;
use crate::secret_file;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use stockade_core::SystemEntropy;
use stockade_crypto_at_rest::ring::Unlock;
use stockade_crypto_at_rest::ring::wrap::{CommandWrapper, LocalFileWrapper, VaultTransit, WrapError};

/// How a key ring remembers that a program keeps its key. Which one is the operator's to say: a path may change.
const COMMAND: &str = "command";
/// Bytes of root certificates: those of a whole operating system are a quarter of this.
const MAX_ROOTS: u64 = 1 << 20;

/// The wrapper that the arguments name, if they do.
pub(crate) fn named(args: &UnlockArgs) -> Result<Option<Unlock>, Failure> {
    let unlock = if let Some(path) = &args.wrap_key {
        Unlock::wrapper(LocalFileWrapper::new(path, Arc::new(SystemEntropy)))
    } else if let Some(line) = &args.wrap_command {
        Unlock::wrapper(command(line, &args.wrap_env).map_err(|error| failures::wrap(&error))?)
    } else if let Some(url) = &args.vault {
        Unlock::wrapper(vault(url, args)?)
    } else {
        return Ok(None);
    };
    Ok(Some(unlock))
}

fn command(line: &str, variables: &[String]) -> Result<CommandWrapper, WrapError> {
    let argv = |verb| line.split_ascii_whitespace().chain([verb]);
    let mut wrapper = CommandWrapper::new(COMMAND, argv("wrap"), argv("unwrap"))?;
    for name in variables {
        if let Some(value) = std::env::var_os(name) {
            wrapper = wrapper.with_env(name, value);
        }
    }
    Ok(wrapper)
}

fn vault(url: &str, args: &UnlockArgs) -> Result<VaultTransit, Failure> {
    // The arguments are there, or they would not have been accepted.
    let missing = || Failure::usage("--vault needs --vault-key and --vault-token-file");
    let key = args.vault_key.as_deref().ok_or_else(missing)?;
    let token = secret_file::read(args.vault_token_file.as_deref().ok_or_else(missing)?)?;
    let vault = match &args.vault_ca {
        Some(path) => VaultTransit::new(url, key, token, &roots(path)?),
        None if url.starts_with("https:") => {
            return Err(Failure::usage("--vault over https needs --vault-ca: the certificates to trust"));
        }
        None => VaultTransit::over_loopback(url, key, token),
    };
    vault.map_err(|error| failures::wrap(&error))
}

fn roots(path: &Path) -> Result<Vec<u8>, Failure> {
    let mut pem = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_ROOTS + 1).read_to_end(&mut pem));
    match read.map_err(Failure::file(path))? {
        len if len as u64 > MAX_ROOTS => Err(Failure::usage("longer than root certificates are").at(path)),
        _ => Ok(pem),
    }
}
