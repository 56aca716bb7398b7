//! scrypt (RFC 7914), in the forms of PHC and Django.

use super::text::{MAX_BYTES, lengths_fit, named, number, padded, plain_salt, unpadded};
use super::{cap, outdated};
use crate::password::{HashKind, PasswordError, Verification};
use ::scrypt::Params;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

/// The most of N × r × p: OWASP's strongest advice (N = 2¹⁷, r = 8, p = 1), some half second of work. Memory is 128 × N × r
/// bytes, so at most 128 MiB.
const MAX_WORK: u64 = 1 << 20;

/// The most of r and of p: what they cost in memory does not shrink with N.
const MAX_R_P: u32 = 32;

pub(in crate::password) struct Scrypt {
    params: Params,
    salt: Zeroizing<Vec<u8>>,
    hash: Zeroizing<Vec<u8>>,
}

/// What a stored text says, before it is judged.
struct Stored {
    log_n: u32,
    r: u32,
    p: u32,
    salt: Zeroizing<Vec<u8>>,
    hash: Zeroizing<Vec<u8>>,
}

impl Scrypt {
    pub(super) fn parse(stored: &str) -> Result<Self, PasswordError> {
        let fields: Vec<_> = stored.split('$').collect();
        let read = match *fields {
            ["", "scrypt", params, salt, hash] => phc(params, salt, hash),
            ["scrypt", n, salt, r, p, hash] => django(n, salt, r, p, hash),
            _ => None,
        };
        let read = read.filter(|read| lengths_fit(&read.salt, &read.hash, MAX_BYTES));
        let Stored { log_n, r, p, salt, hash } = read.ok_or(PasswordError::MalformedHash)?;

        let n = 1_u64.checked_shl(log_n).filter(|n| *n > 1).unwrap_or(u64::MAX);
        let work = n.saturating_mul(r.into()).saturating_mul(p.into());
        cap(HashKind::Scrypt, work, MAX_WORK)?;
        cap(HashKind::Scrypt, r.max(p).into(), MAX_R_P.into())?;
        let params = u8::try_from(log_n).ok().and_then(|log_n| Params::new(log_n, r, p).ok());
        Ok(Self { params: params.ok_or(PasswordError::MalformedHash)?, salt, hash })
    }

    pub(super) fn verify(&self, password: &[u8]) -> Result<Verification, PasswordError> {
        let mut computed = Zeroizing::new(vec![0; self.hash.len()]);
        ::scrypt::scrypt(password, &self.salt, &self.params, &mut computed)
            .map_err(|_| PasswordError::MalformedHash)?;
        Ok(outdated(computed.ct_eq(&self.hash).into()))
    }
}

fn phc(params: &str, salt: &str, hash: &str) -> Option<Stored> {
    let mut params = params.split(',');
    let mut next = |name| named(name, params.next()?);
    let (log_n, r, p) = (next("ln=")?, next("r=")?, next("p=")?);
    let is_whole = params.next().is_none();
    is_whole.then_some(Stored { log_n, r, p, salt: unpadded(salt)?, hash: unpadded(hash)? })
}

fn django(n: &str, salt: &str, r: &str, p: &str, hash: &str) -> Option<Stored> {
    let (n, r, p) = (number(n)?, number(r)?, number(p)?);
    let log_n = n.is_power_of_two().then(|| n.ilog2())?;
    Some(Stored { log_n, r, p, salt: plain_salt(salt)?, hash: padded(hash)? })
}
