//! Files: the age v1 format.

mod file_key;
