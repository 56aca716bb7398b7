//! The keys: which one seals, which ones still open, which are gone.
