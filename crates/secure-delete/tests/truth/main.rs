//! The truth table: what a report claims about an overwrite, against what a scan of the raw image finds.
//!
//! Each row makes file systems in image files, mounts them, writes a file of markers, deletes it, unmounts, and counts the
//! markers that are left anywhere in the images. A claim of in place with a marker left is a lie; so is a reason why copies
//! remain where none does.
//!
//! It needs root and loop devices. Where mounting is refused, a row says so on standard error and tests nothing.

#![cfg(target_os = "linux")]

// `cfg(test)` always holds here; it tells clippy that helpers beside the tests are tests too, and may unwrap.
#[cfg(test)]
mod claims;
#[cfg(test)]
mod deleter;
#[cfg(test)]
mod image;
#[cfg(test)]
mod marker;
#[cfg(test)]
mod program;
#[cfg(test)]
mod rows;
#[cfg(test)]
mod stage;
#[cfg(test)]
mod table;
