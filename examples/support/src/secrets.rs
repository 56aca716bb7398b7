//! The secrets of an example server, sealed, one file each.

use crate::{SealedKeys, load_or_create, replace};
use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use stockade::authn::jose::{KeyRing, SigningKey};
use stockade::authn::one_time::OneTimeKeys;
use stockade::authn::password::{PepperId, Peppers};
use stockade::authn::refresh::RefreshKeys;
use stockade::core::{Entropy, Seal, SealContext, Secret, SystemEntropy};
use stockade::crypto_at_rest::field::{Fields, Freshness, OVERHEAD};
use stockade::flows::AuthSecrets;
use zeroize::Zeroizing;

const LEN: usize = 32;

/// The signing key, the refresh key, the key of one-time tokens and the pepper, 32 random bytes each, from `signing.sealed`,
/// `refresh.sealed`, `one-time.sealed` and `pepper.sealed` in `folder`; made at the first start.
///
/// Each is sealed under the ring's active key and for its own use: one in the place of another does not open. One that an older
/// key sealed is sealed anew, so that the older key can be destroyed after a restart. Losing the pepper locks everybody out;
/// losing one of the others signs everybody out.
///
/// # Errors
/// A file cannot be read or made, is open to others, or does not open.
pub fn load_secrets(folder: &Path, ring: &SealedKeys) -> Result<AuthSecrets, Box<dyn Error>> {
    let secret = |name| load_secret(folder, ring, name);
    let seal = Arc::new(Fields::new(ring.keys.clone(), Arc::new(SystemEntropy)));
    Ok(AuthSecrets {
        signing: KeyRing::new(SigningKey::ed25519_from_seed(&secret("signing")?)?, [])?.into(),
        refresh: RefreshKeys::new(&secret("refresh")?),
        one_time: OneTimeKeys::new(&secret("one-time")?),
        peppers: Peppers::new(PepperId(1), secret("pepper")?),
        seal,
    })
}

/// The secret of 32 random bytes in the file `NAME.sealed` in `folder`, made where there is none.
///
/// # Errors
/// As of [`load_secrets`].
pub fn load_secret(
    folder: &Path,
    ring: &SealedKeys,
    name: &str,
) -> Result<Secret<[u8; LEN]>, Box<dyn Error>> {
    let fields = Fields::new(ring.keys.clone(), Arc::new(SystemEntropy));
    let path = folder.join(format!("{name}.sealed"));
    let owner = [name];
    let context = SealContext::new("example.secret", &owner);
    let sealed = load_or_create(&path, LEN + OVERHEAD..=LEN + OVERHEAD, || {
        let mut fresh = Zeroizing::new([0; LEN]);
        SystemEntropy.fill(&mut *fresh)?;
        Ok::<_, Box<dyn Error + Send + Sync>>(Zeroizing::new(Seal::seal(&fields, &context, &*fresh)?))
    })?;
    let opened =
        Seal::open(&fields, &context, &sealed).map_err(|error| format!("`{}`: {error}", path.display()))?;
    if let Freshness::Stale { .. } = fields.freshness(&sealed)? {
        replace(&path, &Seal::seal(&fields, &context, opened.expose())?)?;
    }
    let opened: &[u8; LEN] = opened.expose().as_slice().try_into()?;
    Ok(Secret::new(*opened))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::open_key_ring;
    use stockade::core::SystemClock;

    fn id(folder: &Path) -> Result<String, Box<dyn Error>> {
        let secrets = load_secrets(folder, &open_key_ring(folder)?)?;
        Ok(secrets.signing.active_id().expect("a key").to_string())
    }

    #[test]
    fn a_restart_finds_the_same_keys() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(id(folder.path()).unwrap(), id(folder.path()).unwrap());
        assert_ne!(id(folder.path()).unwrap(), id(tempfile::tempdir().unwrap().path()).unwrap());
    }

    #[test]
    fn confusion_one_secret_in_the_place_of_another_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        id(folder.path()).unwrap();
        std::fs::copy(folder.path().join("pepper.sealed"), folder.path().join("refresh.sealed")).unwrap();
        let error = id(folder.path()).unwrap_err().to_string();
        assert!(error.contains("refresh.sealed"), "{error}");
    }

    #[test]
    fn a_lost_key_ring_is_not_replaced_by_a_fresh_one() {
        let folder = tempfile::tempdir().unwrap();
        id(folder.path()).unwrap();
        std::fs::remove_file(folder.path().join("keyring.toml")).unwrap();
        assert!(id(folder.path()).unwrap_err().to_string().contains("bring it back"));
        assert!(!folder.path().join("keyring.toml").exists());
    }

    #[test]
    fn partial_write_a_secret_that_is_cut_short_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        id(folder.path()).unwrap();
        let path = folder.path().join("refresh.sealed");
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert!(id(folder.path()).is_err());
    }

    #[test]
    fn after_a_rotation_and_a_restart_the_old_key_can_be_destroyed() {
        let folder = tempfile::tempdir().unwrap();
        let before = id(folder.path()).unwrap();
        let (clock, stored) = (SystemClock::new(), open_key_ring(folder.path()).unwrap());
        let change = |work: &dyn Fn(&mut stockade::crypto_at_rest::ring::KeyRing) -> bool| {
            let mut ring = stored.file.open(&stored.unlock).unwrap();
            assert!(work(&mut ring));
            stored.file.save(&mut ring, &stored.unlock, &SystemEntropy).unwrap();
        };
        let old = stored.keys.current().active().id();
        change(&|ring| ring.rotate(&SystemEntropy, &clock).is_ok());
        assert_eq!(id(folder.path()).unwrap(), before);
        change(&|ring| ring.destroy(old, &clock).is_ok());
        assert_eq!(id(folder.path()).unwrap(), before);
    }
}
