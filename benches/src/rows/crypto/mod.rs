//! What it costs to keep data sealed.

mod argon2;

pub(super) use argon2::login_hash;
