//! Keys from passwords.

mod decimal;
mod expand;

pub(crate) use decimal::decimal;
pub(crate) use expand::Expander;
