//! What every integration test stands on: an emulator process ([`moto`]), a server of our own for what the emulator lacks or
//! does wrong ([`stand_in`]), the built command with a clean environment ([`command`]), and the deployment that it is all made for ([`deployed`]).

pub mod account;
pub mod command;
pub mod deployed;
pub mod fill;
pub mod moto;
pub mod report;
pub mod stand_in;
