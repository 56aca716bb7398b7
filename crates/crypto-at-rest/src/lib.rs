#![doc = include_str!("../README.md")]

mod backend;

pub mod field;
pub mod file;
pub mod kdf;
pub mod ring;
pub mod walk;

#[cfg(feature = "fernet")]
pub mod fernet;
