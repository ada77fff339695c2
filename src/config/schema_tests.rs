//! The schema says what the reader reads.

use super::config_file;
use crate::config::{Config, EXAMPLE};
use crate::diag::{Source, yaml};
use serde_json::Value;
use std::path::Path;

#[test]
fn the_written_schema_is_the_one_that_is_made() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/config/config.schema.json");
    let made = serde_json::to_string_pretty(&config_file()).unwrap() + "\n";
    if std::env::var_os("UPDATE_GENERATED").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(path).unwrap(), made, "UPDATE_GENERATED=1 cargo test --lib the_written_schema writes it anew");
}

/// The keys that the reader offers where one is wrong.
fn known(text: &str) -> Vec<String> {
    let faults = Config::parse(Path::new("ledgerline.yaml"), text).unwrap_err();
    let help = faults.iter().find_map(|one| one.help.as_deref()?.strip_prefix("known: ").map(str::to_owned)).unwrap();
    help.split(", ").map(str::to_owned).collect()
}

#[test]
fn every_table_has_the_keys_that_the_reader_knows() {
    const WRONG: &str = "zzzzzzzzzzzzzzzzzzzzzzzz: 1";
    let schema = config_file();
    let keys = |table: &Value| table["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&schema), known(&format!("{WRONG}\n")));
    for section in ["rules", "store", "schedules", "report", "listen", "cost", "auth"] {
        assert_eq!(keys(&schema["properties"][section]), known(&format!("{section}: {{ {WRONG} }}\n")), "{section}");
    }
    for section in ["accounts", "environments", "probes", "samples"] {
        assert_eq!(keys(&schema["properties"][section]["items"]), known(&format!("{section}: [{{ {WRONG} }}]\n")), "{section}");
    }
    let waivers = &schema["properties"]["waivers"]["anyOf"];
    assert_eq!(keys(&waivers[0]), known(&format!("waivers: {{ {WRONG} }}\n")));
    assert_eq!(keys(&waivers[1]["items"]), known(&format!("regoins: []\nwaivers: [{{ {WRONG} }}]\n")));
    let tls = &schema["properties"]["listen"]["properties"]["tls"];
    assert_eq!(keys(tls), known(&format!("listen: {{ tls: {{ {WRONG} }} }}\n")));
    for section in ["tokens", "certificates"] {
        let items = &schema["properties"]["auth"]["properties"][section]["items"];
        assert_eq!(keys(items), known(&format!("auth: {{ {section}: [{{ {WRONG} }}] }}\n")), "{section}");
    }
    let packs = &schema["properties"]["rules"]["properties"]["packs"]["items"];
    assert_eq!(keys(packs), known(&format!("rules: {{ packs: [{{ {WRONG} }}] }}\n")));
}

/// Where a value is not what the schema says; enough of a validator for our own schema.
fn misfits(value: &Value, schema: &Value, at: &str, found: &mut Vec<String>) {
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    let fits = |wanted: &Value| wanted == kind || (kind == "integer" && wanted == "number");
    if let Some(choices) = schema["anyOf"].as_array() {
        let of = |choice: &Value| {
            let mut found = Vec::new();
            misfits(value, choice, at, &mut found);
            found
        };
        return found.extend(choices.iter().map(of).min_by_key(Vec::len).unwrap_or_default());
    }
    match &schema["type"] {
        Value::Array(kinds) if !kinds.iter().any(fits) => found.push(format!("{at} is {kind}")),
        wanted @ Value::String(_) if !fits(wanted) => found.push(format!("{at} is {kind}")),
        _ => {}
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        match (&schema["properties"][key], &schema["additionalProperties"]) {
            (Value::Null, Value::Bool(false)) => found.push(format!("{at}.{key} is unknown")),
            (Value::Null, more) => misfits(value, more, &format!("{at}.{key}"), found),
            (known, _) => misfits(value, known, &format!("{at}.{key}"), found),
        }
    }
    for item in value.as_array().into_iter().flatten() {
        misfits(item, &schema["items"], &format!("{at}[]"), found);
    }
}

#[test]
fn the_example_fits_the_schema_and_a_slip_does_not() {
    let misfits_of = |text: &str| {
        let mut found = Vec::new();
        misfits(&yaml::parse(&Source::new("example", text)).unwrap().to_json(), &config_file(), "", &mut found);
        found
    };
    assert_eq!(misfits_of(EXAMPLE), Vec::<String>::new());
    assert_eq!(misfits_of("rules: { disabel: [] }\nstore: { keep_days: many }\n").len(), 2);
}
