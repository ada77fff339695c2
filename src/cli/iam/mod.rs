//! `ledgerline iam`: what policies mean. Of most commands no credentials, no account: files in, answers out.

mod actions;
mod baseline;
mod case;
mod check;
mod compare;
mod database;
mod lines;
mod minimize;
mod need;
mod paths;
mod simulate;
mod sources;

#[cfg(test)]
mod tests;

use super::{Exit, Failure};
use clap::{Args, Subcommand};
use std::path::Path;

/// Flags of `ledgerline iam`.
#[derive(Clone, Debug, Args)]
pub struct IamArgs {
    #[command(subcommand)]
    command: IamCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum IamCommand {
    /// Show what patterns of actions match, or find the patterns of a set
    Actions(actions::ActionsArgs),
    /// Find what is wrong with policy files, with IAM Access Analyzer's codes
    Check(check::CheckArgs),
    /// Tell whether a policy grants what another does not, with a request that shows it
    Compare(compare::CompareArgs),
    /// Propose a narrower policy, proven to keep what was used and to grant nothing new
    Minimize(minimize::MinimizeArgs),
    /// Tell whether a policy is enough for what it is for, and no more
    Need(need::NeedArgs),
    /// Tell who can make itself an administrator, by which calls, and the smallest edit that stops it
    Paths(paths::PathsArgs),
    /// Tell what AWS would answer a request, and which statement decides
    Simulate(Box<simulate::SimulateArgs>),
}

/// Runs the subcommand.
pub fn run(args: &IamArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    match &args.command {
        IamCommand::Actions(args) => actions::run(args),
        IamCommand::Check(args) => check::run(args),
        IamCommand::Compare(args) => compare::run(args),
        IamCommand::Minimize(args) => minimize::run(args, config),
        IamCommand::Need(args) => need::run(args, config),
        IamCommand::Paths(args) => paths::run(args, config),
        IamCommand::Simulate(args) => simulate::run(args),
    }
}
