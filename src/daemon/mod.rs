//! The clock: when passes run.
