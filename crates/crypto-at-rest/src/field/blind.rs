//! Finding rows by an encrypted value.

use super::deterministic::mac;
use super::{Column, FieldError, MAX_TEXT, Normal, Tenant};
use crate::ring::Keys;
use hmac::Mac;
use std::fmt;
use zeroize::Zeroizing;

/// Begins what is hashed for an index's key; no other use of the index root has it.
const LABEL: &[u8] = b"stockade.index.v1";

/// A second column beside a sealed one, by which rows with an equal value are found.
///
/// An index value is HMAC-SHA256 of tenant and normalised value, under a key of its own for each column, cut to
/// [`IndexBits`]. Write it with the row, look for it with an ordinary index of the database, then **open what is found and compare**:
/// a cut hash finds rows of other values too.
///
/// ```
/// # use stockade_core::{SystemClock, SystemEntropy, TenantId};
/// # use stockade_crypto_at_rest::ring::{KeyRing, Keys};
/// use stockade_crypto_at_rest::field::{BlindIndex, Column, Normal};
///
/// const RECORD: Column = Column::new("patients", "record_number");
/// # let keys = Keys::new(KeyRing::generate(&SystemEntropy, &SystemClock::new())?);
/// let index = BlindIndex::new(keys, RECORD, Normal::Alphanumeric);
/// # let acme: TenantId = "acme".parse()?;
/// assert_eq!(index.of(&acme, "MRN-0042")?, index.of(&acme, "mrn 0042")?);
/// assert_ne!(index.of(&acme, "MRN-0042")?, index.of(&acme, "MRN-0043")?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// ## What it gives away
///
/// To whoever reads the table without the keys: which rows of a tenant have, but for chance hits, equal values in this column, and
/// so how often each value occurs. For a column of few values (sex, diagnosis) the frequencies alone may tell the values: do not
/// index such a column. Rows of two tenants, or of two columns, have nothing in common. To whoever may also write rows and see
/// their index: whether a guessed value occurs.
///
/// ## Rotation
///
/// The key comes from the ring's index root, which stays when keys rotate: searches go on finding older rows. Only where the root
/// itself is replaced must the column be computed anew.
#[derive(Debug, Clone)]
pub struct BlindIndex {
    keys: Keys,
    column: Column,
    normal: Normal,
    bits: IndexBits,
}

impl BlindIndex {
    /// An index of the default size over `column`.
    #[must_use]
    pub fn new(keys: Keys, column: Column, normal: Normal) -> Self {
        Self { keys, column, normal, bits: IndexBits::default() }
    }

    /// Cuts the index values to `bits`. Part of the key: another cut is another index, and not a longer one of the same.
    #[must_use]
    pub fn with_bits(self, bits: IndexBits) -> Self {
        Self { bits, ..self }
    }

    /// The index value of `value` among the rows of `tenant`.
    ///
    /// # Errors
    /// [`FieldError::TooLong`] above [`MAX_TEXT`], [`FieldError::Context`] if the column's names are empty or too long.
    pub fn of<'a>(&self, tenant: impl Into<Tenant<'a>>, value: &str) -> Result<IndexValue, FieldError> {
        if value.len() > MAX_TEXT {
            return Err(FieldError::TooLong { max: MAX_TEXT });
        }
        self.column.check()?;
        let key = self.column_key();
        let tenant = tenant.into().as_bytes();
        let hash = mac(&*key)
            .chain_update(length(tenant))
            .chain_update(tenant)
            .chain_update(self.normal.apply(value).as_bytes())
            .finalize()
            .into_bytes();
        let mut cut = [0; 8];
        cut.copy_from_slice(&hash[..8]);
        Ok(IndexValue(u64::from_be_bytes(cut) & self.bits.mask()))
    }

    fn column_key(&self) -> Zeroizing<[u8; 32]> {
        let (table, name) = (self.column.table().as_bytes(), self.column.name().as_bytes());
        let key = mac(self.keys.load().index_root())
            .chain_update(LABEL)
            .chain_update(length(table))
            .chain_update(table)
            .chain_update(length(name))
            .chain_update(name)
            .chain_update([self.normal.code(), self.bits.0])
            .finalize();
        Zeroizing::new(key.into_bytes().into())
    }
}

fn length(part: &[u8]) -> [u8; 4] {
    u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes()
}

/// How many bits of the hash an index keeps: 8 to 64, by default 32.
///
/// With n rows of a tenant, a search finds n / 2ᵇ rows too many on average, each of which costs an opening, about a microsecond.
/// Those chance hits are also what hides: as long as there are some, an equal index does not prove an equal value.
///
/// | rows of a tenant | bits | rows found too many |
/// |--:|--:|--:|
/// | 1,000 | 8 | 4 |
/// | 100,000 | 16 | 1.5 |
/// | 10,000,000 | 20 | 9.5 |
/// | 10,000,000 | 32 (default) | 0.002: as if exact |
/// | any | 64 | none: an equal index is an equal value, fit for `UNIQUE` |
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IndexBits(u8);

impl IndexBits {
    /// The fewest bits.
    pub const MIN: Self = Self(8);
    /// The most bits: by chance, two of 2³² values are equal.
    pub const MAX: Self = Self(64);

    /// So many bits, if it is 8 to 64.
    #[must_use]
    pub const fn new(bits: u8) -> Option<Self> {
        if bits >= Self::MIN.0 && bits <= Self::MAX.0 { Some(Self(bits)) } else { None }
    }

    fn mask(self) -> u64 {
        u64::MAX << (64 - u32::from(self.0))
    }
}

impl Default for IndexBits {
    fn default() -> Self {
        Self(32)
    }
}

/// What stands in the index column: eight bytes, of which those beyond [`IndexBits`] are zero.
///
/// Not a secret, as it lies in the table; not for logs either, as it tells equal values apart.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IndexValue(u64);

impl IndexValue {
    /// As eight bytes, for a column of bytes.
    #[must_use]
    pub fn to_bytes(self) -> [u8; 8] {
        self.0.to_be_bytes()
    }

    /// As a number, for a column of 64 bit integers.
    #[must_use]
    pub fn to_i64(self) -> i64 {
        self.0.cast_signed()
    }
}

impl fmt::Debug for IndexValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IndexValue([redacted])")
    }
}
