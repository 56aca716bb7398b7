//! May they: a permission in front of a service.

mod guard;
mod layer;
#[cfg(test)]
mod tests;

pub use layer::RequireLayer;
