//! `ledgerline rules schema`: what editors check files against while one types.

use super::{SchemaArgs, SchemaOf};
use crate::cli::{Exit, Failure, output};
use crate::{config, evaluate};
use anyhow::Context as _;

/// Writes the JSON schema of a kind of file.
pub fn run(args: &SchemaArgs) -> Result<Exit, Failure> {
    let schema = match args.of {
        SchemaOf::Rule => evaluate::schema::rule_file(),
        SchemaOf::Config => config::schema::config_file(),
        SchemaOf::Waivers => config::schema::waiver_file(),
    };
    let text = serde_json::to_string_pretty(&schema).context("cannot write the schema")? + "\n";
    output::write(args.output.as_deref(), text.as_bytes())?;
    Ok(Exit::Clean)
}
