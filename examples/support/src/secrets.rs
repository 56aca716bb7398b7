//! The secrets of an example server, one file each.

use crate::{KeyFileError, load_or_create};
use std::error::Error;
use std::path::Path;
use stockade::authn::jose::{KeyRing, SigningKey};
use stockade::authn::password::{PepperId, Peppers};
use stockade::authn::refresh::RefreshKeys;
use stockade::core::{Entropy, EntropyError, Secret, SystemEntropy};
use stockade::flows::AuthSecrets;
use zeroize::Zeroizing;

/// The signing key, the refresh key and the pepper, 32 random bytes each, from files in `folder`; made at the first start.
///
/// They lie there in the clear, for their owner alone (mode 0600). Losing `pepper.key` locks everybody out; losing one of the
/// others signs everybody out.
///
/// # Errors
/// A file cannot be read or made, is open to others, or is not 32 bytes long.
pub fn load_secrets(folder: &Path) -> Result<AuthSecrets, Box<dyn Error>> {
    let signing = SigningKey::ed25519_from_seed(&secret(&folder.join("signing.key"))?)?;
    Ok(AuthSecrets {
        signing: KeyRing::new(signing, [])?,
        refresh: RefreshKeys::new(&secret(&folder.join("refresh.key"))?),
        peppers: Peppers::new(PepperId(1), secret(&folder.join("pepper.key"))?),
    })
}

fn secret(path: &Path) -> Result<Secret<[u8; 32]>, KeyFileError> {
    let bytes = load_or_create(path, 32..=32, || {
        let mut bytes = Zeroizing::new(vec![0; 32]);
        SystemEntropy.fill(&mut bytes)?;
        Ok::<_, EntropyError>(bytes)
    })?;
    let mut secret = Zeroizing::new([0; 32]);
    secret.copy_from_slice(&bytes);
    Ok(Secret::new(*secret))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_restart_finds_the_same_keys() {
        let folder = tempfile::tempdir().unwrap();
        let first = load_secrets(folder.path()).unwrap();
        let second = load_secrets(folder.path()).unwrap();
        assert_eq!(first.signing.active().id(), second.signing.active().id());
        let elsewhere = load_secrets(tempfile::tempdir().unwrap().path()).unwrap();
        assert_ne!(first.signing.active().id(), elsewhere.signing.active().id());
    }

    #[test]
    fn partial_write_a_key_that_is_cut_short_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        drop(load_secrets(folder.path()).unwrap());
        let path = folder.path().join("refresh.key");
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..31]).unwrap();
        assert!(load_secrets(folder.path()).is_err());
    }
}
