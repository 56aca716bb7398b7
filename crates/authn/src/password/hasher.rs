//! Argon2id, one cost for everybody.

use super::arena::Arenas;
use super::{
    AcceptedPassword, Argon2Params, HashKind, Password, PasswordError, PasswordHash, PepperId, Peppers,
    StoredParamCaps,
};
use argon2::password_hash::phc::{self, Output, ParamsString, Salt};
use argon2::{Algorithm, Argon2, Version};
use std::sync::Arc;
use stockade_core::Entropy;
use zeroize::Zeroizing;

/// RFC 9106 §3.1: 16 bytes of salt are recommended for password hashing.
const SALT_LEN: usize = 16;

/// RFC 9106 §4: the tag of both recommended options, 256 bits.
pub(super) const OUTPUT_LEN: usize = 32;

/// Hashes and verifies passwords. Each call takes [`Argon2Params::memory_bytes`] of memory and tens of milliseconds of one
/// core: run it off the async threads, behind a bounded queue. `Clone` gives another handle.
///
/// The memory is kept for the next call: as much as there have been calls at once.
///
/// ```
/// use std::sync::Arc;
/// use stockade_authn::password::*;
/// use stockade_core::SystemEntropy;
///
/// let hasher = PasswordHasher::new(Argon2Params::default(), Peppers::none(), Arc::new(SystemEntropy))?;
/// let password = Password::new("correct horse battery staple".into())?;
/// let hash = hasher.hash(&PasswordPolicy::default().accept(password.clone(), &PasswordContext::default())?)?;
/// assert_eq!(hasher.verify(&password, Some(&hash))?, Verification::Match);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct PasswordHasher {
    pub(super) params: Argon2Params,
    pub(super) caps: StoredParamCaps,
    pub(super) peppers: Arc<Peppers>,
    arenas: Arc<Arenas>,
    entropy: Arc<dyn Entropy>,
    pub(super) nobody: PasswordHash,
}

/// What came of comparing a password with a stored hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "an unread verification protects nothing"]
pub enum Verification {
    /// The right password.
    Match,
    /// The right password, but the hash was made with other parameters or another pepper: make a new one now, while the
    /// password is at hand.
    MatchOutdated,
    /// The wrong password, or nobody's.
    Mismatch,
}

impl PasswordHasher {
    /// A hasher with these parameters. Costs one hash: that of nobody's password, against which unknown users are verified.
    ///
    /// # Errors
    /// There is no randomness or no memory.
    pub fn new(
        params: Argon2Params,
        peppers: Peppers,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, PasswordError> {
        let mut hasher = Self {
            params,
            caps: StoredParamCaps::default(),
            peppers: Arc::new(peppers),
            arenas: Arc::new(Arenas::new(params.build()?.build().map_err(from_argon2)?.block_count())),
            entropy,
            nobody: PasswordHash::from_phc("to be made".to_owned())?,
        };
        let mut nobodys_password = Zeroizing::new([0; 32]);
        hasher.entropy.fill(&mut *nobodys_password).map_err(|_| PasswordError::Entropy)?;
        hasher.nobody = hasher.hash_bytes(&*nobodys_password)?;
        Ok(hasher)
    }

    /// The cost of one hash.
    #[must_use]
    pub fn params(&self) -> Argon2Params {
        self.params
    }

    /// Hashes an accepted password, in normalization form C, with a fresh salt and the current pepper.
    ///
    /// # Errors
    /// There is no randomness or no memory.
    pub fn hash(&self, password: &AcceptedPassword) -> Result<PasswordHash, PasswordError> {
        self.rehash(password.password())
    }

    /// Hashes a password anew that has just been verified against `outdated`, whatever today's policy says of it.
    ///
    /// # Errors
    /// There is no randomness or no memory.
    pub fn rehash(&self, verified: &Password) -> Result<PasswordHash, PasswordError> {
        self.hash_bytes(verified.normalized().as_bytes())
    }

    /// Compares `password` with `stored`. Without a stored hash the same work is done against nobody's hash and the answer is
    /// [`Verification::Mismatch`]: an unknown user costs what a wrong password costs. A stored hash made with other parameters
    /// costs what those say, until the next login renews it.
    ///
    /// The password is tried in normalization form C. Where that differs from what was typed and does not match, it is tried
    /// as typed, too, so that a hash that knew no normalization keeps its owner: such a password costs two hashes, for known
    /// and unknown users alike.
    ///
    /// # Errors
    /// The stored hash is malformed, asks for too much work, or names an unknown pepper; or there is no memory.
    pub fn verify(
        &self,
        password: &Password,
        stored: Option<&PasswordHash>,
    ) -> Result<Verification, PasswordError> {
        let (typed, normalized) = (password.expose(), password.normalized());
        let against = stored.unwrap_or(&self.nobody);
        let mut matches = self.compare(normalized.as_bytes(), against)?;
        if matches == Verification::Mismatch && typed != *normalized {
            matches = match (self.compare(typed.as_bytes(), against)?, against.kind()) {
                (Verification::Match, Some(HashKind::Argon2id)) => Verification::MatchOutdated,
                (other, _) => other,
            };
        }
        Ok(if stored.is_some() { matches } else { Verification::Mismatch })
    }

    /// Whether `stored` was made with other parameters or another pepper than new hashes are: what
    /// [`Verification::MatchOutdated`] says at a login, for counting how many are left. Costs no hash.
    ///
    /// # Errors
    /// The stored hash is malformed, asks for too much work, or names an unknown pepper.
    pub fn needs_rehash(&self, stored: &PasswordHash) -> Result<bool, PasswordError> {
        self.pepper_and_outdated(stored).map(|(_, outdated)| outdated)
    }

    pub(super) fn pepper_and_outdated(
        &self,
        stored: &PasswordHash,
    ) -> Result<(Option<PepperId>, bool), PasswordError> {
        #[cfg(feature = "foreign-hashes")]
        if let Some(kind) = stored.kind().filter(|kind| *kind != HashKind::Argon2id) {
            return super::foreign::ForeignHash::parse(kind, stored.expose_phc()).map(|_| (None, true));
        }
        let (params, pepper) = self.requirements(&parse(stored)?)?;
        let pepper = pepper.map(|(id, _)| id);
        Ok((pepper, !self.is_current(&params, pepper)))
    }

    fn compare(&self, password: &[u8], stored: &PasswordHash) -> Result<Verification, PasswordError> {
        #[cfg(feature = "foreign-hashes")]
        if let Some(kind) = stored.kind().filter(|kind| *kind != HashKind::Argon2id) {
            return super::foreign::ForeignHash::parse(kind, stored.expose_phc())?.verify(password);
        }
        let parsed = parse(stored)?;
        let (Some(salt), Some(expected)) = (&parsed.salt, &parsed.hash) else {
            return Err(PasswordError::MalformedHash);
        };
        let (params, pepper) = self.requirements(&parsed)?;
        let current = self.is_current(&params, pepper.map(|(id, _)| id));

        let argon2 = context(params, pepper.map(|(_, pepper)| pepper))?;
        let mut computed = Zeroizing::new([0; Output::MAX_LENGTH]);
        let computed = &mut computed[..expected.len()];
        self.compute(&argon2, password, salt, computed)?;
        // `Output` compares in constant time.
        let computed = Output::new(computed).map_err(|_| PasswordError::MalformedHash)?;
        Ok(match (computed == *expected, current) {
            (true, true) => Verification::Match,
            (true, false) => Verification::MatchOutdated,
            (false, _) => Verification::Mismatch,
        })
    }

    pub(super) fn compute(
        &self,
        argon2: &Argon2<'_>,
        password: &[u8],
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), PasswordError> {
        self.arenas
            .lend(argon2.params().block_count(), |arena| {
                argon2.hash_password_into_with_memory(password, salt, out, arena)
            })?
            .map_err(from_argon2)
    }

    /// What computing a stored hash takes, if that is allowed and at hand.
    fn requirements(&self, stored: &phc::PasswordHash) -> Result<Requirements<'_>, PasswordError> {
        let params = argon2::Params::try_from(stored).map_err(|_| PasswordError::MalformedHash)?;
        self.caps.check(params.m_cost(), params.t_cost(), params.p_cost())?;
        let pepper = self.peppers.named(params.keyid())?;
        Ok((params, pepper))
    }

    fn is_current(&self, stored: &argon2::Params, pepper: Option<PepperId>) -> bool {
        stored.m_cost() == self.params.memory_kib
            && stored.t_cost() == self.params.passes
            && stored.p_cost() == self.params.lanes
            && stored.output_len() == Some(OUTPUT_LEN)
            && pepper == self.peppers.current().map(|(id, _)| id)
    }

    pub(super) fn hash_bytes(&self, password: &[u8]) -> Result<PasswordHash, PasswordError> {
        let mut salt = [0; SALT_LEN];
        self.entropy.fill(&mut salt).map_err(|_| PasswordError::Entropy)?;
        let pepper = self.peppers.current();

        let mut builder = self.params.build()?;
        if let Some((id, _)) = pepper {
            builder.keyid(argon2::KeyId::new(&id.0.to_be_bytes()).map_err(from_argon2)?);
        }
        let params = builder.build().map_err(from_argon2)?;
        let argon2 = context(params.clone(), pepper.map(|(_, pepper)| pepper))?;
        let mut out = Zeroizing::new([0; OUTPUT_LEN]);
        self.compute(&argon2, password, &salt, &mut *out)?;

        let malformed = |_| PasswordError::MalformedHash;
        let phc = phc::PasswordHash {
            algorithm: argon2::ARGON2ID_IDENT,
            version: Some(Version::V0x13.into()),
            params: ParamsString::try_from(&params).map_err(malformed)?,
            salt: Some(Salt::new(&salt).map_err(|_| PasswordError::MalformedHash)?),
            hash: Some(Output::new(&*out).map_err(|_| PasswordError::MalformedHash)?),
        };
        PasswordHash::from_phc(phc.to_string())
    }
}

type Requirements<'a> = (argon2::Params, Option<(PepperId, &'a [u8; 32])>);

/// Whether a stored hash could be computed here, whatever pepper it names.
pub(super) fn judge(stored: &PasswordHash) -> Result<(), PasswordError> {
    let params = argon2::Params::try_from(&parse(stored)?).map_err(|_| PasswordError::MalformedHash)?;
    StoredParamCaps::default().check(params.m_cost(), params.t_cost(), params.p_cost())
}

fn parse(stored: &PasswordHash) -> Result<phc::PasswordHash, PasswordError> {
    phc::PasswordHash::new(stored.expose_phc())
        .ok()
        .filter(|hash| {
            hash.algorithm == argon2::ARGON2ID_IDENT && hash.version == Some(Version::V0x13.into())
        })
        .filter(|hash| hash.salt.is_some() && hash.hash.is_some())
        .ok_or(PasswordError::MalformedHash)
}

pub(super) fn context(
    params: argon2::Params,
    pepper: Option<&[u8; 32]>,
) -> Result<Argon2<'_>, PasswordError> {
    match pepper {
        Some(pepper) => {
            Argon2::new_with_secret(pepper, Algorithm::Argon2id, Version::V0x13, params).map_err(from_argon2)
        }
        None => Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params)),
    }
}

pub(super) fn from_argon2(error: argon2::Error) -> PasswordError {
    match error {
        argon2::Error::OutOfMemory => PasswordError::OutOfMemory,
        _ => PasswordError::MalformedHash,
    }
}
