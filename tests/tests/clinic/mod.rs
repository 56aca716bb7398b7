//! `clinic`: its contract, who may what in it, what lies on its disk, and what becomes of it when somebody breaks in or the
//! power goes.

mod audit;
mod chat;
mod contract;
mod deletion;
mod disk;
mod ranges;
mod restart;
mod roles;
mod rotation;
mod tampering;
mod uploads;
