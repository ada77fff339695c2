//! `ledgerline init`: a commented `ledgerline.yaml` for this account.
//!
//! It is the example with this account's id and region in it, so that there is one list of settings and their meaning. Where
//! nobody can say who we are (no credentials yet), it is the example as it is, with the accounts commented out.

use super::parts;
use super::{Exit, Failure, output};
use crate::audit::Budget;
use crate::collect::aws::AwsSource;
use crate::collect::config::AwsConfig;
use crate::collect::{Request, Silent, Source as _};
use crate::config::EXAMPLE;
use crate::cost::config::CostConfig;
use crate::model::Interner;
use crate::model::inventory::Identity;
use crate::model::needs::Needs;
use crate::model::run::PassScope;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

/// How long STS is waited for: a machine without credentials asks its metadata service first, which may not answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// The account and region of the example.
const EXAMPLE_ACCOUNT: &str = "313476888312";
const EXAMPLE_REGIONS: &str = "regions: [us-east-2]";

/// Flags of `ledgerline init`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline init
  ledgerline init --output /etc/ledgerline/ledgerline.yaml")]
pub struct InitArgs {
    /// The file to write
    #[arg(long, value_name = "FILE", default_value = crate::config::DEFAULT_FILE)]
    pub output: PathBuf,
    /// Replace the file if it is there
    #[arg(long)]
    pub force: bool,
}

/// Writes the file.
pub fn run(args: &InitArgs) -> Result<Exit, Failure> {
    if !args.force && args.output.symlink_metadata().is_ok() {
        return Err(Failure::input(format!("{} is there already; --force replaces it", args.output.display())));
    }
    let identity = parts::block_on(async { Ok(who_we_are().await) })?;
    let region = ["AWS_REGION", "AWS_DEFAULT_REGION"].iter().find_map(|name| std::env::var(name).ok());
    let region = region.and_then(|text| crate::config::parse_region(&text).ok());
    let text = config_for(identity.as_ref().map(|identity| identity.account.as_str()), region.as_ref().map(|region| region.as_str()));
    output::write(Some(&args.output), text.as_bytes())?;
    let file = args.output.display();
    output::tell(&match &identity {
        Some(identity) => format!("{file}: for account {} ({})", identity.account, identity.arn),
        None => format!("{file}: without an account, since AWS could not tell who we are; fill it in, or leave it out"),
    });
    output::tell("next: `ledgerline permissions` prints the IAM policy that it needs, `ledgerline audit` audits");
    Ok(Exit::Clean)
}

/// Asks STS, if there are credentials; a pass that needs nothing asks nothing else.
async fn who_we_are() -> Option<Identity> {
    let source = AwsSource::new(AwsConfig::default());
    let (needs, scope, interner) = (Needs::default(), PassScope::default(), Interner::new());
    let catalogue = crate::collect::aws::catalogue();
    let budget = Budget::new(None, CostConfig::default());
    let request = Request {
        needs: &needs,
        scope: &scope,
        now: parts::now(),
        catalogue: &catalogue,
        interner: &interner,
        paid: &budget,
        progress: &Silent,
    };
    let collected = tokio::time::timeout(PATIENCE, source.collect(request)).await.ok()?.ok()?;
    collected.identities.into_iter().next()
}

/// The example with this account and region in it; without, those lines are comments.
fn config_for(account: Option<&str>, region: Option<&str>) -> String {
    let mut text = String::with_capacity(EXAMPLE.len());
    for line in EXAMPLE.lines() {
        let account_line = line == "accounts:" || line.contains(EXAMPLE_ACCOUNT);
        let line = match (account, region) {
            (Some(account), _) if account_line => line.replace(EXAMPLE_ACCOUNT, account),
            (None, _) if account_line && !line.trim_start().starts_with('#') => format!("# {line}"),
            (_, Some(region)) if line == EXAMPLE_REGIONS => format!("regions: [{region}]"),
            (_, None) if line == EXAMPLE_REGIONS => format!("# {line}"),
            _ => line.to_owned(),
        };
        text.push_str(&line);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests;
