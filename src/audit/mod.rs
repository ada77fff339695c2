//! One pass: the five stages in order.
