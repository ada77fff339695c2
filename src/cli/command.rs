//! The list of commands, and the first screen of `ledgerline --help`.

use super::{Exit, Failure, flags, shell};
use clap::builder::Styles;
use clap::builder::styling::{AnsiColor, Effects};
use clap::{Parser, Subcommand};

/// Clap's own layout, with the name and what to do first above it.
const TEMPLATE: &str = "\
{about-with-newline}
{before-help}{usage-heading} {usage}

{all-args}{after-help}";

const BEGIN: &str = "\
Begin here:
  ledgerline demo --once     Audit an account recorded in this program: no credentials needed
  ledgerline init            Write a commented ledgerline.yaml for your account
  ledgerline permissions     Print the least IAM policy that an audit of yours needs
  ledgerline audit           Audit the account of your AWS credentials";

const EXIT_CODES: &str = "\
Exit codes:
  0  complete, and nothing at or above --fail-on
  1  findings at or above --fail-on
  2  flags, config or rules are wrong
  3  something could not be read, so some results are unknown
  4  nothing could be audited: no credentials, no network";

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .usage(AnsiColor::Green.on_default().effects(Effects::BOLD))
    .literal(AnsiColor::Cyan.on_default().effects(Effects::BOLD))
    .placeholder(AnsiColor::Cyan.on_default());

/// Ledgerline audits live AWS accounts for cost, tagging and compliance, and changes nothing in them.
#[derive(Clone, Debug, Parser)]
#[command(
    name = "ledgerline",
    version,
    styles = STYLES,
    help_template = TEMPLATE,
    before_help = BEGIN,
    after_help = EXIT_CODES,
    disable_help_subcommand = true,
    max_term_width = 120
)]
pub struct Cli {
    #[command(flatten)]
    pub(super) global: flags::Global,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// What `ledgerline` can do.
#[derive(Clone, Debug, Subcommand)]
pub(super) enum Command {
    /// Audit an account or a recording, and list what is wrong
    Audit(super::audit::AuditArgs),
    /// Record an account's inventory into a file, to audit it elsewhere or later
    Collect(super::collect::CollectArgs),
    /// Run as a daemon: audits on schedule, a page, an API, metrics
    Serve(super::serve::ServeArgs),
    /// See it work on the recorded account inside this program
    Demo(super::demo::DemoArgs),
    /// Write the report of any time, and verify reports
    Report(super::report::ReportArgs),
    /// Check what a deployment must contain
    Contract(super::contract::ContractArgs),
    /// List, check, test and explain rules
    Rules(super::rules::RulesArgs),
    /// Print the least IAM policy that the loaded rules need
    Permissions(super::permissions::PermissionsArgs),
    /// Write a commented ledgerline.yaml for this account
    Init(super::init::InitArgs),
    /// List and check waivers: failures that somebody takes the responsibility for
    Waivers(super::waivers::WaiversArgs),
    /// Try, list and tell the channels that are told of changes
    Notify(super::notify::NotifyArgs),
    /// Tell what policies mean: check them, simulate a request, compare two, expand actions, find ways to more permissions
    Iam(super::iam::IamArgs),
    /// What paid AWS calls would cost
    Cost(super::cost::CostArgs),
    /// Make tokens for the page and the API of `serve`
    Token(super::token::TokenArgs),
    /// Print shell completions
    Completions(shell::CompletionsArgs),
    /// Write manual pages
    #[command(hide = true)]
    Man(shell::ManArgs),
}

/// Runs a command.
pub(super) fn run(cli: Cli) -> Result<Exit, Failure> {
    let level = match (&cli.global.log_level, &cli.command) {
        (Some(level), _) => level.as_str(),
        // The ticker tells of its own states at `info`, which say nothing to an operator.
        (None, Command::Serve(_)) => "info,tokio_cron_scheduler=warn,aws_config=error",
        // The SDK's warnings carry whole answers; what they are about is told by coverage and by the error itself.
        (None, _) => "warn,aws_config=error",
    };
    crate::telemetry::init(level, cli.global.log_format).map_err(|error| Failure::Input(error.into()))?;
    let config = cli.global.config.as_deref();
    match &cli.command {
        Command::Audit(args) => super::audit::run(args, config),
        Command::Collect(args) => super::collect::run(args, config),
        Command::Serve(args) => super::serve::run(args, config),
        Command::Demo(args) => super::demo::run(args),
        Command::Report(args) => super::report::run(args, config),
        Command::Contract(args) => super::contract::run(args, config),
        Command::Rules(args) => super::rules::run(args, config),
        Command::Permissions(args) => super::permissions::run(args, config),
        Command::Init(args) => super::init::run(args),
        Command::Waivers(args) => super::waivers::run(args, config),
        Command::Notify(args) => super::notify::run(args, config),
        Command::Iam(args) => super::iam::run(args, config),
        Command::Cost(args) => super::cost::run(args, config),
        Command::Token(args) => super::token::run(args),
        Command::Completions(args) => shell::completions(args),
        Command::Man(args) => shell::man(args),
    }
}
