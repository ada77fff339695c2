//! `ledgerline token`: tokens for the page and the API. The token is shown once; the config gets its digest.

use super::{Exit, Failure, output};
use crate::serve::config::{Scope, digest};
use crate::serve::random_hex;
use clap::{Args, Subcommand};

/// Flags of `ledgerline token`.
#[derive(Clone, Debug, Args)]
pub struct TokenArgs {
    #[command(subcommand)]
    command: TokenCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum TokenCommand {
    /// Make a token: it is printed once, with the line that lets it in
    New(NewArgs),
}

/// Flags of `ledgerline token new`.
#[derive(Clone, Debug, Args)]
#[command(after_help = "\
Examples:
  ledgerline token new ci --scope read --scope audit --expires 2027-06-30
  ledgerline token new grafana > /etc/grafana/ledgerline.token

The token goes to standard output, the line for auth.tokens in ledgerline.yaml to standard error.
It is 256 random bits; only its SHA-256 stands in the config.")]
struct NewArgs {
    /// The name that audits and waivers remember
    #[arg(value_name = "NAME", value_parser = name)]
    name: String,
    /// What it allows; may be given several times
    #[arg(long = "scope", value_name = "read|audit|waive", default_value = "read", value_parser = str::parse::<Scope>)]
    scopes: Vec<Scope>,
    /// Its last day, in UTC; without, it has no end
    #[arg(long, value_name = "DATE")]
    expires: Option<chrono::NaiveDate>,
}

/// Prints the token.
pub fn run(args: &TokenArgs) -> Result<Exit, Failure> {
    let TokenCommand::New(args) = &args.command;
    let random = random_hex::<32>().ok_or_else(|| Failure::input("the system gives no randomness"))?;
    // A word in front, so that scanners for lost secrets know what they found.
    let token = format!("ledgerline_{random}");
    let mut sha256 = String::with_capacity(64);
    for byte in digest(&token) {
        sha256.push_str(&format!("{byte:02x}"));
    }
    let scopes: Vec<&str> = Scope::ALL.iter().filter(|scope| args.scopes.contains(scope)).map(|scope| scope.as_str()).collect();
    let expires = args.expires.map(|day| format!(", expires: {day}")).unwrap_or_default();
    output::print(&format!("{token}\n"))?;
    output::tell("this token is not shown again; let it in with a line in ledgerline.yaml:");
    output::tell("auth:\n  tokens:");
    output::tell(&format!("    - {{ name: {:?}, scopes: [{}], sha256: {sha256}{expires} }}", args.name, scopes.join(", ")));
    Ok(Exit::Clean)
}

/// As the config has it.
fn name(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '@');
    let is_name = !text.is_empty() && text.len() <= 64 && text.chars().all(good);
    if is_name { Ok(text.to_owned()) } else { Err("a name has 1 to 64 letters, digits, -, _, . or @".to_owned()) }
}
