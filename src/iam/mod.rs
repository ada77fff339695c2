//! Policy documents and the dated action database. Pure.
