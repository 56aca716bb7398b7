//! May they
