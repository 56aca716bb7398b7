//! QR codes of enrolments. They are the secret: show them once, over TLS, and keep them nowhere.

use super::{Enrolment, png};
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;
use stockade_core::{Problem, Secret};
use zeroize::Zeroizing;

/// ISO/IEC 18004 §6.3.8: four modules of white around the code.
const QUIET: i32 = 4;

/// A QR code could not be drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QrError {
    /// The URI is longer than any QR code.
    #[error("the uri is too long for a qr code")]
    TooLong,
    /// The image would be larger than [`Enrolment::MAX_PNG_SCALE`] allows, or empty.
    #[error("a qr code is drawn with 1 to {} pixels a module", Enrolment::MAX_PNG_SCALE)]
    Scale,
}

impl From<&QrError> for Problem {
    fn from(_: &QrError) -> Self {
        Self::internal()
    }
}

impl Enrolment {
    /// The most pixels a module of [`png`](Self::png): more than a page has room for.
    pub const MAX_PNG_SCALE: u8 = 16;

    /// The URI as a QR code, in SVG. Safe to put into a page: one path of numbers on a white ground, no text, script, style or
    /// reference, and nothing of the account's name.
    ///
    /// # Errors
    /// The URI is too long, which no label within bounds makes it.
    pub fn svg(&self) -> Result<Secret<String>, QrError> {
        let code = self.code()?;
        let side = code.size() + 2 * QUIET;
        let mut svg = String::with_capacity(64 * 1024);
        // Writing to a string does not fail.
        let _ = write!(
            svg,
            r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" shape-rendering="crispEdges" role="img"><path d="M0 0h{side}v{side}H0z" fill="#fff"/><path d=""##
        );
        for y in 0..code.size() {
            let mut x = 0;
            while x < code.size() {
                let run = (x..code.size()).take_while(|x| code.get_module(*x, y)).count();
                let run = i32::try_from(run).unwrap_or_default();
                if run > 0 {
                    let _ = write!(svg, "M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET);
                }
                x += run + 1;
            }
        }
        svg.push_str(r##"" fill="#000"/></svg>"##);
        Ok(Secret::new(svg))
    }

    /// The URI as a QR code, in PNG, black on white, with `scale` pixels a module. Eight are good for a screen, and make some
    /// thirty kilobytes: the image is not compressed, so that no compressor keeps a copy of the secret.
    ///
    /// # Errors
    /// `scale` is not 1 to [`MAX_PNG_SCALE`](Self::MAX_PNG_SCALE), or the URI is too long.
    pub fn png(&self, scale: u8) -> Result<Secret<Vec<u8>>, QrError> {
        if !(1..=Self::MAX_PNG_SCALE).contains(&scale) {
            return Err(QrError::Scale);
        }
        let code = self.code()?;
        let scale = i32::from(scale);
        let side = (code.size() + 2 * QUIET) * scale;
        let mut pixels = Zeroizing::new(Vec::with_capacity(128 * 1024));
        for y in 0..side {
            // RFC 2083 §6.2: each row says how it is filtered; not at all.
            pixels.push(0);
            for byte in 0..side.div_euclid(8) + i32::from(side % 8 != 0) {
                // One bit a pixel, the first in the highest; a one is white.
                let bits = (0..8).fold(0_u8, |bits, bit| {
                    let module = |at: i32| at / scale - QUIET;
                    let x = byte * 8 + bit;
                    bits << 1 | u8::from(!code.get_module(module(x), module(y)))
                });
                pixels.push(bits);
            }
        }
        let side = u32::try_from(side).map_err(|_| QrError::TooLong)?;
        Ok(Secret::new(png::one_bit(side, side, &pixels)))
    }

    fn code(&self) -> Result<QrCode, QrError> {
        QrCode::encode_text(self.uri.expose(), QrCodeEcc::Medium).map_err(|_| QrError::TooLong)
    }
}
