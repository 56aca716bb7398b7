//! Many fields at once.

use super::fields::{check, open_with, seal_with};
use super::{FieldContext, FieldError, Fields, deterministic};
use crate::backend::XNONCE_LEN;
use stockade_core::{Entropy, Secret};

/// How many nonces are drawn in one go: 6 KiB.
const DRAW: usize = 256;

impl Fields {
    /// Seals many fields under one key, in their order: all of them, or none.
    ///
    /// One look at the ring, and one draw of randomness for every 256 fields, so that the system call is shared. What is drawn is
    /// used before this returns.
    ///
    /// # Errors
    /// The first error that [`seal`](Self::seal) would give; nothing is drawn before every length and context is checked.
    pub fn seal_many(&self, fields: &[(FieldContext<'_>, &[u8])]) -> Result<Vec<Vec<u8>>, FieldError> {
        fields.iter().try_for_each(|(context, text)| check(context, text))?;
        let ring = self.keys.load();
        let mut envelopes = Vec::with_capacity(fields.len());
        for fields in fields.chunks(DRAW) {
            let mut nonces = Nonces::draw(&*self.entropy, fields.len())?;
            for (context, text) in fields {
                envelopes.push(if context.is_deterministic() {
                    deterministic::seal(ring.active(), context, text)?
                } else {
                    seal_with(ring.active(), context, &nonces.take()?, text)?
                });
            }
        }
        Ok(envelopes)
    }

    /// Opens many fields, each for itself, in their order, with one look at the ring.
    #[must_use]
    pub fn open_many(
        &self,
        fields: &[(FieldContext<'_>, &[u8])],
    ) -> Vec<Result<Secret<Vec<u8>>, FieldError>> {
        let ring = self.keys.load();
        let open = |(context, sealed): &(FieldContext<'_>, &[u8])| {
            open_with(&ring, context, sealed).map(|mut text| Secret::new(std::mem::take(&mut *text)))
        };
        fields.iter().map(open).collect()
    }
}

/// Nonces that nobody has used: each is given out once.
pub(super) struct Nonces {
    drawn: [u8; DRAW * XNONCE_LEN],
    left: usize,
}

impl Nonces {
    /// Draws `n`, at most [`DRAW`].
    pub(super) fn draw(entropy: &dyn Entropy, n: usize) -> Result<Self, FieldError> {
        let left = n.min(DRAW);
        let mut drawn = [0; DRAW * XNONCE_LEN];
        entropy.fill(&mut drawn[..left * XNONCE_LEN])?;
        Ok(Self { drawn, left })
    }

    /// One that was not given out before.
    pub(super) fn take(&mut self) -> Result<[u8; XNONCE_LEN], FieldError> {
        let (nonces, _) = self.drawn.as_chunks::<XNONCE_LEN>();
        self.left = self.left.checked_sub(1).ok_or(FieldError::Entropy(stockade_core::EntropyError))?;
        nonces.get(self.left).copied().ok_or(FieldError::Entropy(stockade_core::EntropyError))
    }
}
