//! Is it still the person who signed in: a fresh proof, or the owner's own hands, in front of a service.

mod guard;
mod layer;
#[cfg(test)]
mod tests;

pub use layer::StepUpLayer;
