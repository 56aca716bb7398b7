//! Tests of the house as a whole, in one binary: `cargo test -p stockade-tests`. What concerns one crate is tested in that crate.
