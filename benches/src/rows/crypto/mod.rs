//! What it costs to keep data sealed.

mod argon2;
mod fernet;
mod field;
mod file;
mod range;
mod rewrap;
mod walk;

pub(super) use argon2::login_hash;
pub(crate) use argon2::plain;
pub(super) use fernet::{growth, open, open_stream};
pub(super) use field::{seal, seal_many, seal_vs_python};
pub(super) use file::{decrypt_disk, encrypt_disk, encrypt_null};
pub(super) use range::read;
pub(super) use rewrap::header;
pub(super) use walk::rows;
