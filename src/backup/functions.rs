//! What rules may ask of AWS Backup: `backup.*`.

use super::selection::{self, Answer};
use crate::model::function::{Function, Kind, Parameter};
use crate::model::{Gap, GapKind, Value};

const SELECTION: Parameter = Parameter { name: "selection", kind: Kind::Any };
const ARN: Parameter = Parameter { name: "arn", kind: Kind::String };

/// The functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "backup.names",
        parameters: &[SELECTION, ARN],
        returns: Kind::Bool,
        help: "whether a backup selection means a resource whatever its tags are",
        call: names,
    },
    Function {
        name: "backup.selects",
        parameters: &[SELECTION, ARN, Parameter { name: "tags", kind: Kind::Any }],
        returns: Kind::Bool,
        help: "whether a backup selection means a resource with these tags: by ARN, by wildcard or by tag, and not left out",
        call: selects,
    },
];

fn names(arguments: &[Value]) -> Result<Value, Gap> {
    let [selection, Value::Str(arn)] = arguments else { return Err(misused("backup.names(selection, arn)")) };
    let selection = selection::read(selection)?;
    // What tags decide is not said here.
    Ok(Value::Bool(!selection.asks_for_tags() && matches!(selection.means(arn, &[]), Answer::Yes)))
}

fn selects(arguments: &[Value]) -> Result<Value, Gap> {
    let [selection, Value::Str(arn), tags] = arguments else { return Err(misused("backup.selects(selection, arn, tags)")) };
    let selection = selection::read(selection)?;
    if let Some(gap) = tags.first_gap().filter(|_| selection.asks_for_tags()) {
        return Err(Gap::clone(gap));
    }
    let tags: Vec<(&str, &str)> =
        tags.as_map().into_iter().flat_map(|tags| tags.iter()).filter_map(|(key, value)| Some((key.as_str(), value.as_str()?))).collect();
    match selection.means(arn, &tags) {
        Answer::Yes => Ok(Value::Bool(true)),
        Answer::No => Ok(Value::Bool(false)),
        Answer::Undecidable(why) => Err(Gap::new(GapKind::Undecidable, why)),
    }
}

fn misused(usage: &str) -> Gap {
    Gap::new(GapKind::Failed, arcstr::format!("expected {usage}"))
}
