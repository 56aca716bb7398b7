use super::*;
use crate::field::many::Nonces;
use std::collections::HashSet;
use std::sync::Mutex;
use stockade_core::{Entropy, EntropyError};

fn nonce(sealed: &[u8]) -> [u8; 24] {
    sealed[38..62].try_into().unwrap()
}

/// Ten million, in batches as [`Fields::seal_many`] numbers them. 128 of the 192 bits are compared, to spare memory.
#[test]
fn asvs_v11_3_4_of_ten_million_nonces_no_two_are_equal() {
    const BATCHES: usize = 625_000;
    let mut seen = Vec::with_capacity(BATCHES * 16 + 1);
    for _ in 0..BATCHES {
        let mut nonces = Nonces::draw(&SystemEntropy).unwrap();
        for _ in 0..16 {
            let nonce = nonces.next();
            seen.push(u128::from_be_bytes(*nonce.last_chunk().unwrap()));
        }
    }
    assert_eq!(seen.len(), 10_000_000);
    assert_eq!(repeated(&seen), 0);
    // and the count sees one
    seen.push(seen[5_000_000]);
    assert_eq!(repeated(&seen), 1);
}

/// How many are equal to one before. Sorts only those that share 30 bits with another: sorting all of them takes half a minute.
fn repeated(nonces: &[u128]) -> usize {
    let (mut taken, mut shared) = (vec![0_u64; 1 << 24], vec![0_u64; 1 << 24]);
    let place = |nonce: u128| ((nonce >> 6) as usize & ((1 << 24) - 1), 1_u64 << (nonce & 63));
    for nonce in nonces {
        let (word, bit) = place(*nonce);
        shared[word] |= taken[word] & bit;
        taken[word] |= bit;
    }
    let is_shared = |nonce: &&u128| shared[place(**nonce).0] & place(**nonce).1 != 0;
    let mut close: Vec<_> = nonces.iter().filter(is_shared).collect();
    close.sort_unstable();
    close.windows(2).filter(|pair| pair[0] == pair[1]).count()
}

#[test]
fn asvs_v11_3_4_sealing_draws_a_nonce_for_each_field() {
    let (fields, acme) = (fields(1), acme());
    let rows = vec![(NAME.row(&acme, 7), &b"Ada"[..]); 1000];
    let many = fields.seal_many(&rows).unwrap();
    let single: Vec<_> = rows.iter().map(|(context, text)| fields.seal(context, text).unwrap()).collect();
    let nonces: HashSet<_> = many.iter().chain(&single).map(|sealed| nonce(sealed)).collect();
    assert_eq!(nonces.len(), 2000);
}

/// A generator stuck at its last value still gives a batch different nonces: over the end of the counter too.
#[test]
fn asvs_v11_3_4_within_a_batch_nonces_differ_by_construction() {
    let mut nonces = Nonces::draw(&Stuck).unwrap();
    let given: Vec<_> = (0..4).map(|_| nonces.next()).collect();
    assert_eq!(given[0], [0xff; 24]);
    assert_eq!(given[1], *[[0xff; 16].as_slice(), &[0; 8]].concat());
    assert_eq!(given.iter().collect::<HashSet<_>>().len(), 4);
}

#[derive(Debug)]
struct Stuck;

impl Entropy for Stuck {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        buffer.fill(0xff);
        Ok(())
    }
}

/// How many bytes were asked of it, by each call.
#[derive(Debug, Default)]
struct Recorded(Mutex<Vec<usize>>);

impl Entropy for Recorded {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        self.0.lock().unwrap().push(buffer.len());
        SystemEntropy.fill(buffer)
    }
}

#[test]
fn asvs_v11_5_1_a_nonce_is_24_fresh_bytes_of_the_generator_and_none_is_kept() {
    let recorded = Arc::new(Recorded::default());
    let fields = Fields::new(Keys::new(ring(1)), Arc::clone(&recorded) as Arc<dyn Entropy>);
    let acme = acme();
    let context = NAME.row(&acme, 7);
    fields.seal(&context, b"Ada").unwrap();
    fields.seal(&context, b"Ada").unwrap();
    fields.seal_many(&vec![(context, &b"Ada"[..]); 300]).unwrap();
    fields.seal(&context, b"Ada").unwrap();
    assert_eq!(*recorded.0.lock().unwrap(), [24; 4]);
}

#[test]
fn asvs_v11_5_2_many_threads_at_once_get_different_nonces() {
    let fields = fields(1);
    let per_thread = || {
        let (fields, acme) = (fields.clone(), acme());
        move || {
            let context = NAME.row(&acme, 7);
            (0..2000).map(|_| nonce(&fields.seal(&context, b"Ada").unwrap())).collect::<Vec<_>>()
        }
    };
    let nonces: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..16).map(|_| scope.spawn(per_thread())).collect();
        threads.into_iter().flat_map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(nonces.iter().collect::<HashSet<_>>().len(), 16 * 2000);
}
