//! The memory between passes.
