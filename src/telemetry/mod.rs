//! Log lines: set up once, safe to print.
