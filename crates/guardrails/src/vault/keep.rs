//! A vault at rest.

use super::{Vault, VaultError, VaultLimits, token};
use stockade_core::{Seal, SealContext};
use zeroize::Zeroizing;

/// What the context of a sealed vault says it is.
const PURPOSE: &str = "guardrails.vault";
/// The only form so far.
const VERSION: u8 = 1;

impl Vault {
    /// The vault, sealed for `owner` (tenant, subject, conversation), to be kept between two requests of a conversation.
    ///
    /// # Errors
    /// [`VaultError::Seal`] where the seal fails or seals nothing of this size.
    pub fn seal(&self, seal: &dyn Seal, owner: &[&str]) -> Result<Vec<u8>, VaultError> {
        let mut plain = Zeroizing::new(Vec::with_capacity(16 + self.bytes + 32 * self.values.len()));
        plain.push(VERSION);
        plain.extend_from_slice(self.name.as_bytes());
        for kept in &self.values {
            for part in [kept.label.as_str(), kept.value.as_str()] {
                let len = u32::try_from(part.len()).map_err(|_| VaultError::Full)?;
                plain.extend_from_slice(&len.to_be_bytes());
                plain.extend_from_slice(part.as_bytes());
            }
        }
        Ok(seal.seal(&SealContext::new(PURPOSE, owner), &plain)?)
    }

    /// Opens what [`seal`](Self::seal) gave for the same `owner`.
    ///
    /// # Errors
    /// [`VaultError::Seal`] for another owner, another key or altered bytes; [`VaultError::Corrupt`] for what is no vault or holds
    /// more than `limits` allow.
    pub fn open(
        seal: &dyn Seal,
        owner: &[&str],
        sealed: &[u8],
        limits: VaultLimits,
    ) -> Result<Self, VaultError> {
        let plain = seal.open(&SealContext::new(PURPOSE, owner), sealed)?;
        let mut rest = plain.expose().as_slice();
        let version = take(&mut rest, 1)?;
        let name = text(take(&mut rest, token::NAME_LEN)?)?;
        if version != [VERSION] || !token::is_name(name) {
            return Err(VaultError::Corrupt);
        }
        let mut vault = Self::empty(name.to_owned(), limits);
        while !rest.is_empty() {
            let (label, value) = (part(&mut rest)?, part(&mut rest)?);
            let place = vault.values.len();
            // One that is there twice would shift the places of all that follow.
            if vault.keep(label, value) != Some(place) {
                return Err(VaultError::Corrupt);
            }
        }
        Ok(vault)
    }
}

fn part<'p>(rest: &mut &'p [u8]) -> Result<&'p str, VaultError> {
    let len = take(rest, 4)?.try_into().map(u32::from_be_bytes).map_err(|_| VaultError::Corrupt)?;
    text(take(rest, usize::try_from(len).map_err(|_| VaultError::Corrupt)?)?)
}

fn take<'p>(rest: &mut &'p [u8], len: usize) -> Result<&'p [u8], VaultError> {
    let (taken, left) = rest.split_at_checked(len).ok_or(VaultError::Corrupt)?;
    *rest = left;
    Ok(taken)
}

fn text(bytes: &[u8]) -> Result<&str, VaultError> {
    std::str::from_utf8(bytes).map_err(|_| VaultError::Corrupt)
}
