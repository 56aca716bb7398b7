//! The command as an operator and a script meet it: a process, its streams, its exit code.

mod attacks;
mod cancel;
mod exchange;
mod harness;
mod lifecycle;
mod pipes;
mod refusals;
mod secrets;
mod terminal;
