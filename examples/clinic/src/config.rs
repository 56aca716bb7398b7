//! What the environment says beyond the flags that all examples share.

use crate::chat::Place;
use std::env::{self, VarError};
use std::error::Error;
use std::num::NonZeroU32;
use std::time::Duration;
use stockade::core::TenantId;

/// The settings of one clinic.
#[derive(Debug)]
pub(crate) struct Config {
    /// `CLINIC_TENANT`: whose data this is, by default `main`. Part of what every cell and every image is sealed for.
    pub(crate) tenant: TenantId,
    /// `CLINIC_MAX_IMAGE`: the most bytes of an image, by default 256 MiB: a computed tomography of 500 slices.
    pub(crate) max_image: u64,
    /// `CLINIC_ROWS_PER_SECOND`: how fast a key rotation works through the tables, by default 500: a tenth of what the disk does.
    pub(crate) rows_per_second: NonZeroU32,
    /// `CLINIC_KEEP_IMAGES_DAYS`: for how long an image is kept before it is deleted by itself; by default for ever.
    pub(crate) keep_images_for: Option<Duration>,
    /// `CLINIC_MODEL_URL`, and with it `CLINIC_MODEL` and `CLINIC_MODEL_KEY`: the assistant's model; by default none.
    pub(crate) model: Option<Place>,
}

impl Config {
    pub(crate) fn from_env() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            tenant: read("CLINIC_TENANT")?.unwrap_or_else(|| "main".to_owned()).parse()?,
            max_image: number("CLINIC_MAX_IMAGE", 256 << 20)?,
            keep_images_for: read("CLINIC_KEEP_IMAGES_DAYS")?
                .map(|_| number("CLINIC_KEEP_IMAGES_DAYS", 0_u32))
                .transpose()?
                .map(|days| Duration::from_secs(u64::from(days) * 24 * 60 * 60)),
            model: model()?,
            rows_per_second: number("CLINIC_ROWS_PER_SECOND", NonZeroU32::MIN.saturating_add(499))?,
        })
    }
}

fn model() -> Result<Option<Place>, Box<dyn Error>> {
    let Some(url) = read("CLINIC_MODEL_URL")? else { return Ok(None) };
    Ok(Some(Place::new(&url, read("CLINIC_MODEL")?, read("CLINIC_MODEL_KEY")?)?))
}

fn number<N: std::str::FromStr<Err: Error + 'static>>(name: &str, default: N) -> Result<N, Box<dyn Error>> {
    let text = read(name)?;
    text.map_or(Ok(default), |text| {
        text.parse().map_err(|error| format!("`{name}` is no number: {error}").into())
    })
}

fn read(name: &str) -> Result<Option<String>, Box<dyn Error>> {
    match env::var(name) {
        Ok(text) => Ok(Some(text)),
        Err(VarError::NotPresent) => Ok(None),
        Err(VarError::NotUnicode(_)) => Err(format!("`{name}` is not UTF-8").into()),
    }
}
