//! Fields: short values sealed for one place in one table.
