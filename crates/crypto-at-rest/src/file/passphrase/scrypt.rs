//! age's passphrase stanza: scrypt (RFC 7914).

use super::super::file_key::FileKey;
use super::super::header::{HeaderError, Stanza};
use super::super::wrap;
use crate::kdf::{KdfError, decimal};
use base64ct::{Base64Unpadded, Encoding};
use scrypt::Params;
use stockade_core::Secret;
use zeroize::Zeroizing;

pub(in crate::file) const KIND: &str = "scrypt";
const SALT_LABEL: &[u8] = b"age-encryption.org/v1/scrypt";
const SALT_LEN: usize = 16;
/// OWASP Password Storage Cheat Sheet, scrypt: N = 2^17 with r = 8 and p = 1.
const FLOOR: u8 = 17;
/// Beyond this N, scrypt with r = 8 needs more memory than any machine has. Keeps shifts and allocations sane under any cap.
const CEILING: u8 = 30;

/// Refuses what must not be written: guessed too cheaply, or so costly that the writer could not read it again.
pub(super) fn check_writing(text: &Secret<String>, log_n: u8, cap: u8) -> Result<(), HeaderError> {
    let bad = |what| HeaderError::BadRecipient { kind: KIND, what };
    if text.expose().is_empty() {
        return Err(bad("the passphrase is empty"));
    }
    if log_n < FLOOR {
        return Err(bad("the work factor is below 17"));
    }
    if log_n > cap.min(CEILING) {
        return Err(HeaderError::TooMuchWork { kind: KIND });
    }
    Ok(())
}

pub(super) fn wrap(
    text: &Secret<String>,
    log_n: u8,
    salt: &[u8; SALT_LEN],
    key: &FileKey,
) -> Result<Stanza, HeaderError> {
    let wrap_key = derive(text, log_n, salt)?;
    let args = vec![Base64Unpadded::encode_string(salt), log_n.to_string()];
    Ok(Stanza::known(KIND, args, wrap::wrap(&wrap_key, key).to_vec()))
}

pub(super) fn unwrap(
    text: &Secret<String>,
    cap: u8,
    stanza: &Stanza,
) -> Result<Option<FileKey>, HeaderError> {
    let (salt, log_n) = parameters(stanza)?;
    let body = wrap::body(KIND, stanza.body())?;
    if log_n > cap.min(CEILING) {
        return Err(HeaderError::TooMuchWork { kind: KIND });
    }
    Ok(wrap::unwrap(&*derive(text, log_n, &salt)?, body))
}

/// The salt and the binary logarithm of N; one above 255 is as good as 255.
pub(in crate::file) fn parameters(stanza: &Stanza) -> Result<([u8; SALT_LEN], u8), HeaderError> {
    let bad = |what| HeaderError::BadStanza { kind: KIND, what };
    let [salt, log_n] = stanza.args() else { return Err(bad("has other than two arguments")) };
    let salt = wrap::bytes(salt).ok_or(bad("the salt is not 16 bytes in canonical base64"))?;
    match decimal(log_n) {
        None | Some(0) => Err(bad("the work factor is no canonical decimal above zero")),
        Some(log_n) => Ok((salt, u8::try_from(log_n).unwrap_or(u8::MAX))),
    }
}

fn derive(
    text: &Secret<String>,
    log_n: u8,
    salt: &[u8; SALT_LEN],
) -> Result<Zeroizing<[u8; 32]>, HeaderError> {
    let too_much = |_| HeaderError::TooMuchWork { kind: KIND };
    let params = Params::new(log_n, 8, 1).map_err(too_much)?;
    // scrypt takes this much and ends the process when it does not get it: ask first
    let bytes = 1024_usize.checked_shl(log_n.into()).unwrap_or(usize::MAX);
    Vec::<u8>::new().try_reserve_exact(bytes).map_err(|_| HeaderError::Kdf(KdfError::OutOfMemory))?;
    let mut key = Zeroizing::new([0; 32]);
    let salt = [SALT_LABEL, salt].concat();
    scrypt::scrypt(text.expose().as_bytes(), &salt, &params, &mut *key)
        .map_err(|_| HeaderError::TooMuchWork { kind: KIND })?;
    Ok(key)
}
