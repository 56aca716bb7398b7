//! Personal data: what can be told by how it is written.
//!
//! One pass over the text stops at digits, `@`, `:` and `.` and looks at what stands there. A text is first seen as a reader
//! sees it: digits of other scripts and full-width forms count as ASCII, characters that cannot be seen do not count; spans
//! are always those of the caller's text. What is found is told by its kind and its place, never by its value.
//!
//! Names, addresses and other things that only their meaning makes personal are not found.

mod apart;
mod calling_code;
mod card;
mod checksum;
mod context;
mod crypto;
mod date;
mod email;
mod iban;
mod kinds;
mod national;
mod net;
mod number;
mod phone;
mod plan;
#[cfg(feature = "phone-plans")]
mod plans;
mod scan;
mod spaced;
mod ssn;
#[cfg(test)]
mod tests;
pub(crate) mod url;

pub use card::Luhn;
pub use kinds::{BIRTH_DATE, CARD, CRYPTO, EMAIL, IBAN, IP, MAC, PHONE, SSN, URL};
pub use plan::{Numbering, NumberingPlan};
#[cfg(feature = "phone-plans")]
pub use plans::{PhonePlans, Ranges, UnknownRegion};
pub use scan::Pii;
pub use ssn::US_ITIN;
