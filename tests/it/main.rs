//! All integration tests in one binary, a module a subject: each further binary would link the AWS SDK again.

mod architecture;
mod collecting;
mod command;
mod daemon;
mod dependencies;
mod deployment;
mod stand_in;
mod support;
