mod attacks;
mod files;
mod life;

use super::*;
use crate::access::{AccessIssuer, AccessVerifier, Grant, TokenConfig, TokenError};
use crate::jose::{JwsError, KeyId};
use std::sync::Arc;
use std::time::Duration;
use stockade_core::{Clock, ManualClock, Seal, SealContext, SealError, Secret, SystemEntropy, UnixMillis};
use subtle::ConstantTimeEq;

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);

/// Seals by a MAC over context and text, and hides nothing: what these tests need is that nothing else opens.
#[derive(Debug)]
struct Lid;

impl Lid {
    fn tag(context: &SealContext<'_>, text: &[u8]) -> [u8; 32] {
        use hmac::{Hmac, KeyInit, Mac};
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(b"lid").unwrap();
        mac.update(&context.to_bytes());
        mac.update(text);
        mac.finalize().into_bytes().into()
    }
}

impl Seal for Lid {
    fn seal(&self, context: &SealContext<'_>, text: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok([&Self::tag(context, text)[..], text].concat())
    }

    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        let (tag, text) = sealed.split_at_checked(32).ok_or(SealError::Refused)?;
        if bool::from(Self::tag(context, text).ct_eq(tag)) {
            Ok(Secret::new(text.to_vec()))
        } else {
            Err(SealError::Refused)
        }
    }
}

struct World {
    clock: Arc<ManualClock>,
    store: Arc<dyn SigningKeyStore>,
    keys: SigningKeys,
}

async fn world() -> World {
    world_over(Arc::new(MemorySigningKeys::new())).await
}

async fn world_over(store: Arc<dyn SigningKeyStore>) -> World {
    let clock = Arc::new(ManualClock::at(UnixMillis::from_secs(1_700_000_000)));
    let keys = process(&store, &clock).await.unwrap();
    World { clock, store, keys }
}

async fn process(
    store: &Arc<dyn SigningKeyStore>,
    clock: &Arc<ManualClock>,
) -> Result<SigningKeys, SigningKeysError> {
    let schedule = RotationSchedule::default();
    SigningKeys::open(store.clone(), Arc::new(Lid), schedule, clock.clone(), Arc::new(SystemEntropy)).await
}

fn config() -> TokenConfig {
    TokenConfig::new("https://id.test", "https://api.test")
}

impl World {
    async fn another(&self) -> SigningKeys {
        process(&self.store, &self.clock).await.unwrap()
    }

    fn token(&self, keys: &SigningKeys) -> String {
        let entropy = Arc::new(SystemEntropy);
        let issuer = AccessIssuer::new(keys.clone(), config(), self.clock.clone(), entropy).unwrap();
        issuer.issue(Grant::new("ada".parse().unwrap())).unwrap().token.expose().clone()
    }

    fn verify(&self, keys: &SigningKeys, token: &str) -> Result<(), TokenError> {
        let verifier = AccessVerifier::new(keys.clone(), config(), self.clock.clone()).unwrap();
        verifier.verify(token).map(drop)
    }

    fn phases(&self) -> Vec<KeyPhase> {
        self.keys.keys().into_iter().map(|key| key.phase).collect()
    }
}

fn ids(keys: &SigningKeys) -> Vec<KeyId> {
    keys.keys().into_iter().map(|key| key.id).collect()
}

fn active(keys: &SigningKeys) -> KeyId {
    keys.with_signing(|key| key.id().clone()).unwrap()
}

#[cfg(feature = "laws")]
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn race_memory_holds_to_the_laws() {
    laws::all(Arc::new(MemorySigningKeys::new())).await;
}
