//! Resealing the rows of a table, resumable.
