//! Accounts in small: each way where it stands, its twins where it does not, and chains over several.

mod chains;
mod ways;
mod world;
