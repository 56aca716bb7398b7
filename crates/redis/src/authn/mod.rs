//! Sessions and one-time tokens: records of the domain, on pages by subject.

mod bytes;
mod one_time;
mod pages;
mod session_row;
mod sessions;
