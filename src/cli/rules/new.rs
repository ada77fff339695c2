//! `ledgerline rules new`: the beginning of a rule file that checks and tests well, for its author to change.

use super::NewArgs;
use crate::cli::parts::Parts;
use crate::cli::{Exit, Failure, output};
use crate::collect;
use crate::diag::{Diagnostic, suggest};
use crate::evaluate::scaffold::{self, Wanted};
use crate::evaluate::{schema, shipped};
use crate::model::ResourceType;
use anyhow::Context as _;
use std::io::Write as _;
use std::path::Path;

/// The schema for editors, beside the rules.
const SCHEMA: &str = "rule.schema.json";

/// Writes the file. It never replaces one.
pub fn run(args: &NewArgs, config: Option<&Path>) -> Result<Exit, Failure> {
    let parts = Parts::load(config, &[])?;
    let text = text(args, &parts)?;
    let folder = args.pack.as_ref().map_or_else(|| args.dir.clone(), |pack| args.dir.join(pack));
    let path = folder.join(format!("{}.yaml", args.id));
    std::fs::create_dir_all(&folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
    write_new(&path, &text)?;
    let schema = args.dir.join(SCHEMA);
    if !schema.exists() {
        let text = serde_json::to_string_pretty(&schema::rule_file()).context("cannot write the schema")? + "\n";
        output::write(Some(&schema), text.as_bytes())?;
    }
    let (path, dir) = (path.display(), args.dir.display());
    output::print(&format!("{path}\n"))?;
    output::tell(&format!(
        "Fill it in, then:\n  ledgerline rules check {path}\n  ledgerline rules test --rules {dir} --rule {id} --coverage",
        id = args.id
    ));
    Ok(Exit::Clean)
}

fn text(args: &NewArgs, parts: &Parts) -> Result<String, Failure> {
    let mut faults = Vec::new();
    if !scaffold::is_id(&args.id) {
        let fault = Diagnostic::whole("rules new", format!("{:?} can't be a rule's id", args.id));
        faults.push(fault.help("use small words joined by -, as in dynamodb-table-unencrypted"));
    }
    if let Some(rule) = parts.configured.rules().iter().chain(parts.configured.shelf()).find(|rule| rule.is_called(&args.id)) {
        faults.push(Diagnostic::whole("rules new", format!("the id {:?} is taken by {}", args.id, rule.source().name)));
    }
    if let Some(pack) =
        args.pack.as_ref().filter(|pack| !scaffold::is_id(pack) || [shipped::FRAMEWORKS, shipped::CONTRACTS].contains(&pack.as_str()))
    {
        faults.push(Diagnostic::whole("--pack", format!("{pack:?} can't be a pack's name")).help("use small words joined by -"));
    }
    let named = format!("resource: {}\n", args.resource);
    let catalogue = collect::catalogue_for([named.as_str()]);
    let resource_type = ResourceType::new(arcstr::ArcStr::from(args.resource.as_str()));
    let schema = if args.pack.is_some() { format!("../{SCHEMA}") } else { format!("./{SCHEMA}") };
    let wanted = Wanted { id: &args.id, resource_type: &resource_type, schema: &schema };
    let refused = catalogue.find(&resource_type).and_then(|spec| spec.loose.as_ref()?.refused.clone());
    let text = scaffold::write(wanted, &catalogue).filter(|_| refused.is_none());
    if text.is_none() {
        let fault = Diagnostic::whole(
            "--resource",
            match refused {
                Some(why) => format!("{} can't be audited: {why}", args.resource),
                None => format!("there is no resource type {:?}", args.resource),
            },
        );
        let known = catalogue.types().map(|spec| spec.resource_type.as_str());
        faults.push(match suggest(&args.resource, known) {
            Some(near) if near != args.resource => fault.help(format!("did you mean {near:?}?")),
            Some(_) | None => fault.help("write it as CloudFormation does, AWS::DynamoDB::Table"),
        });
    }
    match text {
        Some(text) if faults.is_empty() => Ok(text),
        Some(_) | None => Err(faults.into()),
    }
}

fn write_new(path: &Path, text: &str) -> Result<(), Failure> {
    let written = std::fs::OpenOptions::new().write(true).create_new(true).open(path).and_then(|mut file| file.write_all(text.as_bytes()));
    match written {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(vec![Diagnostic::whole(path.display().to_string(), "the file is there already, and is left as it is")].into())
        }
        written => Ok(written.with_context(|| format!("cannot write {}", path.display()))?),
    }
}
