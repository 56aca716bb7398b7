//! The seam for other rooms' secrets.

use super::{FieldContext, Fields};
use stockade_core::{Seal, SealContext, SealError, Secret};

/// Secrets of other rooms, under the same keys and in the same envelope, for contexts that no column has.
impl Seal for Fields {
    fn seal(&self, context: &SealContext<'_>, plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        Ok(self.seal(&FieldContext::secret(context), plaintext)?)
    }

    fn open(&self, context: &SealContext<'_>, sealed: &[u8]) -> Result<Secret<Vec<u8>>, SealError> {
        Ok(self.open(&FieldContext::secret(context), sealed)?)
    }
}
