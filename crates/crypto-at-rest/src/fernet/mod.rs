//! Reads Fernet tokens, to move off them.
