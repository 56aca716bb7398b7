//! Keys from passwords.
