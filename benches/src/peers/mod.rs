//! Who we are measured against, where it is no library of this workspace.

mod asked;
mod package;
mod program;

pub use asked::Asked;
pub use package::{Breaker, Peers};
pub use program::Program;
