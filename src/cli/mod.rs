//! The command: the only place where parts are put together.
