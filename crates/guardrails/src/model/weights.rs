use super::features::BUCKETS;
use super::{ModelError, fnv1a};
use std::fmt;

/// How a weight file begins; the last byte is the version.
const MAGIC: [u8; 8] = *b"STKGINJ\x01";

/// The numbers behind the magic: scale, bias, slope, midpoint.
const NUMBERS: usize = 4 * 4;

/// The length of a weight file.
const LENGTH: usize = MAGIC.len() + NUMBERS + BUCKETS + 8;

/// What training found: one byte for each bucket, and how to read them.
#[derive(Clone, PartialEq)]
pub struct Weights {
    /// What a weight of 1 is worth.
    pub scale: f32,
    /// What is added to every window.
    pub bias: f32,
    /// How steeply the score rises around the midpoint; more than 0.
    pub slope: f32,
    /// The sum that scores 0.5.
    pub midpoint: f32,
    /// The weights.
    pub buckets: Vec<i8>,
}

/// Not a quarter of a million numbers.
impl fmt::Debug for Weights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { scale, bias, slope, midpoint, buckets } = self;
        write!(f, "Weights({} buckets, {scale}, {bias}, {slope}, {midpoint})", buckets.len())
    }
}

impl Weights {
    /// Reads a weight file. Its length is checked before anything else, and there is only one that fits.
    ///
    /// # Errors
    /// [`ModelError`]: each way of not being a weight file. The checksum finds accidents; who may replace the file may make
    /// one that fits, so that it must come from where the program comes from.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        let rest = bytes.strip_prefix(&MAGIC).ok_or(ModelError::NotAModel)?;
        if bytes.len() != LENGTH {
            return Err(ModelError::Length);
        }
        let (body, sum) = bytes.split_last_chunk::<8>().ok_or(ModelError::Length)?;
        if fnv1a(body) != u64::from_le_bytes(*sum) {
            return Err(ModelError::Checksum);
        }
        let (scale, rest) = number(rest)?;
        let (bias, rest) = number(rest)?;
        let (slope, rest) = number(rest)?;
        let (midpoint, rest) = number(rest)?;
        if scale <= 0.0 || slope <= 0.0 {
            return Err(ModelError::Numbers);
        }
        let buckets = rest.iter().take(BUCKETS).map(|byte| byte.cast_signed()).collect();
        Ok(Self { scale, bias, slope, midpoint, buckets })
    }

    /// The weight file; [`Weights::from_bytes`] reads it back. Weights beyond [`BUCKETS`] are left out, missing ones are 0.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.scale, self.bias, self.slope, self.midpoint] {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.buckets.iter().take(BUCKETS).map(|weight| weight.cast_unsigned()));
        bytes.resize(LENGTH - 8, 0);
        bytes.extend(fnv1a(&bytes).to_le_bytes());
        bytes
    }
}

fn number(bytes: &[u8]) -> Result<(f32, &[u8]), ModelError> {
    let (first, rest) = bytes.split_first_chunk::<4>().ok_or(ModelError::Length)?;
    let number = f32::from_le_bytes(*first);
    if number.is_finite() { Ok((number, rest)) } else { Err(ModelError::Numbers) }
}
