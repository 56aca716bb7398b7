//! PBKDF2 (RFC 8018) with HMAC-SHA-256 or HMAC-SHA-512, in the forms of PHC, passlib and Django.

use super::text::{dotted, lengths_fit, named, number, padded, plain_salt, unpadded};
use super::{cap, outdated};
use crate::password::{HashKind, PasswordError, Verification};
use ::pbkdf2::pbkdf2_hmac;
use sha2::{Sha256, Sha512};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The most iterations: about a second of work, and well above Django's default of 2026.
const MAX_ITERATIONS: u64 = 2_000_000;

pub(in crate::password) struct Pbkdf2 {
    prf: Prf,
    iterations: u32,
    salt: Zeroizing<Vec<u8>>,
    hash: Zeroizing<Vec<u8>>,
}

#[derive(Clone, Copy)]
enum Prf {
    HmacSha256,
    HmacSha512,
}

impl Prf {
    /// One block: more would cost the defender twice what it costs an attacker.
    fn output_len(self) -> usize {
        match self {
            Self::HmacSha256 => 32,
            Self::HmacSha512 => 64,
        }
    }
}

impl Pbkdf2 {
    pub(super) fn parse(stored: &str) -> Result<Self, PasswordError> {
        let fields: Vec<_> = stored.split('$').collect();
        let read = match *fields {
            ["", "pbkdf2-sha256", params, salt, hash] => phc(Prf::HmacSha256, params, salt, hash),
            ["", "pbkdf2-sha512", params, salt, hash] => phc(Prf::HmacSha512, params, salt, hash),
            ["pbkdf2_sha256", iterations, salt, hash] => django(iterations, salt, hash),
            _ => None,
        };
        let read = read.filter(|read| lengths_fit(&read.salt, &read.hash, read.prf.output_len()));
        let read = read.ok_or(PasswordError::MalformedHash)?;
        cap(HashKind::Pbkdf2, read.iterations.into(), MAX_ITERATIONS)?;
        Ok(read)
    }

    pub(super) fn verify(&self, password: &[u8]) -> Verification {
        let mut computed = Zeroizing::new(vec![0; self.hash.len()]);
        match self.prf {
            Prf::HmacSha256 => pbkdf2_hmac::<Sha256>(password, &self.salt, self.iterations, &mut computed),
            Prf::HmacSha512 => pbkdf2_hmac::<Sha512>(password, &self.salt, self.iterations, &mut computed),
        }
        outdated(computed.ct_eq(&self.hash).into())
    }
}

fn phc(prf: Prf, params: &str, salt: &str, hash: &str) -> Option<Pbkdf2> {
    // Passlib writes the iterations alone, and a base64 of its own.
    if let Some(iterations) = number(params) {
        return Some(Pbkdf2 { prf, iterations, salt: dotted(salt)?, hash: dotted(hash)? });
    }
    let (iterations, len) = params.split_once(',').map_or((params, None), |(i, l)| (i, Some(l)));
    let (iterations, salt, hash) = (named("i=", iterations)?, unpadded(salt)?, unpadded(hash)?);
    let len_is_right = match len {
        Some(len) => usize::try_from(named("l=", len)?) == Ok(hash.len()),
        None => true,
    };
    len_is_right.then_some(Pbkdf2 { prf, iterations, salt, hash })
}

fn django(iterations: &str, salt: &str, hash: &str) -> Option<Pbkdf2> {
    let (iterations, salt, hash) = (number(iterations)?, plain_salt(salt)?, padded(hash)?);
    Some(Pbkdf2 { prf: Prf::HmacSha256, iterations, salt, hash })
}
