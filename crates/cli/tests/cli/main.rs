//! The command as an operator and a script meet it: a process, its streams, its exit code.

// `cfg(test)` always holds here; it tells clippy that helpers beside the tests are tests too, and may unwrap.
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod cancel;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod lifecycle;
#[cfg(test)]
mod pipes;
#[cfg(test)]
mod refusals;
#[cfg(test)]
mod secrets;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod shred;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod terminal;
