//! One binary for all suites of the whole house: each suite is a module, so that everything links once.

// `cfg(test)` always holds here; it tells clippy that helpers beside the tests are tests too, and may unwrap.
#[cfg(test)]
mod architecture;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod clinic;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod exam;
#[cfg(test)]
mod gateway;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod restart;
#[cfg(test)]
mod wycheproof;
