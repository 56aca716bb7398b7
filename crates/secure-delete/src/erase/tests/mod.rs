mod erasure;
mod faces;
mod faults;
mod laws;
mod retention;

use super::*;
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex};
use stockade_core::{Entropy, ManualClock, SystemEntropy};
use stockade_testkit::test_clock;

/// A wrap that is good enough to be attacked: keyed by a secret, bound to the object, different each time.
#[derive(Debug)]
struct TestWrap(Mutex<u8>);

impl TestWrap {
    fn mask(secret: u8, nonce: &[u8], object: &ObjectId, use_: &[u8]) -> [u8; 32] {
        let mask = Sha256::new_with_prefix([secret]).chain_update(nonce).chain_update(use_);
        mask.chain_update(object.as_str()).finalize().into()
    }

    fn secret(&self) -> u8 {
        *self.0.lock().unwrap()
    }
}

impl KeyWrap for TestWrap {
    fn wrap(&self, object: &ObjectId, key: &ObjectKey) -> Result<Wrap, WrapError> {
        let (secret, mut nonce) = (self.secret(), [0; 16]);
        SystemEntropy.fill(&mut nonce).map_err(|_| WrapError::Unavailable)?;
        let mask = Self::mask(secret, &nonce, object, b"key");
        let body: Vec<u8> = key.expose().iter().zip(mask).map(|(key, mask)| key ^ mask).collect();
        let tag = Self::mask(secret, &[&nonce[..], &body].concat(), object, b"tag");
        Wrap::new([&[secret][..], &nonce, &body, &tag].concat())
    }

    fn unwrap(&self, object: &ObjectId, wrap: &Wrap) -> Result<ObjectKey, WrapError> {
        let bytes = wrap.as_bytes();
        if bytes.len() != 81 {
            return Err(WrapError::Refused);
        }
        // Old wraps name the secret before.
        let (secret, nonce, body, tag) = (bytes[0], &bytes[1..17], &bytes[17..49], &bytes[49..]);
        if secret > self.secret() || Self::mask(secret, &bytes[1..49], object, b"tag") != tag {
            return Err(WrapError::Refused);
        }
        let mut key = Self::mask(secret, nonce, object, b"key");
        key.iter_mut().zip(body).for_each(|(key, body)| *key ^= body);
        Ok(ObjectKey::from_bytes(key))
    }
}

struct Bench {
    store: Arc<MemoryObjectKeys>,
    wrap: Arc<TestWrap>,
    clock: Arc<ManualClock>,
    erasure: CryptoErasure,
}

fn bench() -> Bench {
    let (store, wrap) = (Arc::new(MemoryObjectKeys::new()), Arc::new(TestWrap(Mutex::new(1))));
    let clock = test_clock();
    let erasure = CryptoErasure::new(store.clone(), wrap.clone(), clock.clone(), Arc::new(SystemEntropy));
    Bench { store, wrap, clock, erasure }
}

fn object(text: &str) -> ObjectId {
    text.parse().unwrap()
}

fn done(erasure: Erasure) -> ErasureReceipt {
    match erasure {
        Erasure::Done(receipt) => receipt,
        other => panic!("refused: {other:?}"),
    }
}

/// Ciphertexts that say what they are told to, and who asked.
#[derive(Default)]
struct Scripted {
    fates: Mutex<Vec<CiphertextFate>>,
    asked: Mutex<Vec<ObjectId>>,
}

impl Scripted {
    fn saying(fates: impl IntoIterator<Item = CiphertextFate>) -> Self {
        let mut fates: Vec<_> = fates.into_iter().collect();
        fates.reverse();
        Self { fates: Mutex::new(fates), asked: Mutex::default() }
    }

    fn asked(&self) -> Vec<ObjectId> {
        self.asked.lock().unwrap().clone()
    }
}

#[async_trait::async_trait]
impl Ciphertext for Scripted {
    async fn delete(&self, object: &ObjectId) -> CiphertextFate {
        self.asked.lock().unwrap().push(object.clone());
        self.fates.lock().unwrap().pop().unwrap_or(CiphertextFate::Absent)
    }
}
