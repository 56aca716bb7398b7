//! How often
