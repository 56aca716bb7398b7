use super::*;
use crate::field::many::Nonces;
use std::collections::HashSet;
use std::sync::Mutex;
use stockade_core::{Entropy, EntropyError};

fn nonce(sealed: &[u8]) -> [u8; 24] {
    sealed[38..62].try_into().unwrap()
}

/// Ten million, by the draws that [`Fields::seal_many`] makes. 128 of the 192 bits are compared, to spare memory: that chance
/// makes two of them equal has a probability of 2⁻⁸².
#[test]
fn asvs_v11_3_4_of_ten_million_nonces_no_two_are_equal() {
    const DRAWS: usize = 39_063;
    let mut seen = Vec::with_capacity(DRAWS * 256);
    for _ in 0..DRAWS {
        let mut nonces = Nonces::draw(&SystemEntropy, 256).unwrap();
        for _ in 0..256 {
            let nonce = nonces.take().unwrap();
            seen.push(u128::from_ne_bytes(*nonce.first_chunk().unwrap()));
        }
    }
    assert!(seen.len() > 10_000_000);
    assert_eq!(repeated(&seen), 0);
    // and the count sees one
    seen.push(seen[5_000_000]);
    assert_eq!(repeated(&seen), 1);
}

/// How many are equal to one before. Sorts only those that share 30 bits with another: sorting all of them takes half a minute.
fn repeated(nonces: &[u128]) -> usize {
    let bucket = |nonce: u128| (nonce & ((1 << 30) - 1)) as usize;
    let (mut taken, mut shared) = (vec![0_u64; 1 << 24], HashSet::new());
    for nonce in nonces {
        let (word, bit) = (bucket(*nonce) / 64, 1 << (bucket(*nonce) % 64));
        if taken[word] & bit != 0 {
            shared.insert(bucket(*nonce));
        }
        taken[word] |= bit;
    }
    let mut close: Vec<_> = nonces.iter().filter(|nonce| shared.contains(&bucket(**nonce))).collect();
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

#[test]
fn asvs_v11_3_4_a_drawn_nonce_is_given_out_once_and_never_invented() {
    let mut nonces = Nonces::draw(&SystemEntropy, 3).unwrap();
    let given: HashSet<_> = (0..3).map(|_| nonces.take().unwrap()).collect();
    assert_eq!(given.len(), 3);
    assert!(!given.contains(&[0; 24]));
    assert_eq!(nonces.take(), Err(FieldError::Entropy(EntropyError)));
}

/// Every byte that was ever asked of it.
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
    assert_eq!(*recorded.0.lock().unwrap(), [24, 24, 256 * 24, 44 * 24, 24]);
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
