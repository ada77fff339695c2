//! The config file: this module composes what the others define.
