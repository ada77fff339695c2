//! The functions of our libraries of domain knowledge that rules may call.

use super::expr::Functions;

/// The functions of all libraries, by name.
pub fn functions() -> Functions {
    Functions::new([crate::cost::FUNCTIONS, crate::iam::FUNCTIONS])
}
