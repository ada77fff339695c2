//! The JSON schema of `ledgerline.yaml`, for editors: completion and a mark under a slip while one types.
//!
//! `src/config/config.schema.json` is its output, and a test compares the two; another holds its keys against those that the reader
//! knows. Rule ids, parameters and whether patterns compile are told by `ledgerline rules check`.

mod notify;

use crate::model::rule::Severity;
use crate::serve::config::Scope;
use serde_json::{Map, Value, json};

/// The schema, JSON Schema 2020-12.
pub fn config_file() -> Value {
    let schema = table(
        "Ledgerline's settings; what is left out has its default.",
        &[],
        json!({
            "accounts": list("The accounts that are audited.", &account()),
            "regions": words("The regions that are audited, as in us-east-2."),
            "environments": list("What belongs to which environment; the first that matches wins.", &environment()),
            "parameters": parameters(),
            "rules": rules(),
            "waivers": waivers(),
            "store": table("Where findings are remembered.", &[], json!({
                "url": text("As in sqlite://ledgerline.db."),
                "keep_days": whole("Resolved findings are forgotten after so many days.", 1, 36_500),
            })),
            "schedules": table("When the daemon audits and reports.", &[], json!({
                "audit": text("minute hour day month weekday."),
                "report": { "type": ["string", "boolean"], "description": "When a report is made: minute hour day month weekday; false for never." },
                "timezone": text("As in Europe/Berlin."),
                "jitter_secs": whole("Put off at random by up to so much.", 0, 3_600),
                "shutdown_secs": whole("How long an audit under way may take to end.", 1, 600),
            })),
            "report": table("Due dates and places of reports.", &[], json!({
                "due_days": due_days(),
                "key": text("A file with the Ed25519 key that signs reports, as PKCS#8."),
                "s3": text("Where reports are put as well, as in s3://bucket/reports."),
            })),
            "listen": table("Where the daemon listens.", &[], json!({
                "web": text("The page and the API, as in 127.0.0.1:8321."),
                "metrics": text("Prometheus, as in 127.0.0.1:9321."),
                "hosts": words("Names that a proxy uses for it."),
                "requests_per_minute": whole("So many for each client; 0 for as many as it likes.", 0, 10_000_000),
                "tls": tls(),
            })),
            "cost": table("Calls that AWS charges for.", &[], json!({
                "enabled": flag("Whether they are made."),
                "monthly_cap_usd": { "type": ["string", "number"], "description": "The most that a month may cost." },
                "prices": text("A file of prices that go before the shipped ones."),
                "requests_a_day": whole("The most requests of Cost Explorer that an account makes on a day, pages included.", 1, 1_000),
                "tag_keys": words("Tag keys that costs are told apart by; each takes its turn."),
                "exports": table("Billing exports: where they lie, and who adds them up.", &[], json!({
                    "location": text("A folder, or s3://BUCKET/PREFIX."),
                    "kind": { "enum": ["cur2", "focus"] },
                    "region": text("Of the bucket and of Athena."),
                    "engine": { "enum": ["athena", "local"] },
                    "workgroup": text("Athena's workgroup."),
                    "database": text("Athena's database."),
                    "table": text("Athena's table, partitioned by billing_period."),
                })),
            })),
            "probes": list("Endpoints that are asked from outside.", &probe()),
            "samples": list("Tables of which a few items are looked at.", &sample()),
            "notify": list("Channels that are told of changes.", &notify::channel()),
            "auth": auth(),
        }),
    );
    titled("Ledgerline config", schema)
}

fn tls() -> Value {
    table(
        "TLS on listen.web; files in PEM.",
        &["certificate", "key"],
        json!({
            "certificate": text("Its certificate, and those between it and a root."),
            "key": text("The certificate's private key."),
            "client_ca": text("Who signs the certificates of clients."),
            "metrics": flag("Whether listen.metrics speaks TLS too."),
        }),
    )
}

fn auth() -> Value {
    let words: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let scopes = || json!({ "type": "array", "items": { "enum": words }, "minItems": 1, "description": "What it allows." });
    let token = table(
        "A bearer token, by its digest.",
        &["name", "scopes", "sha256"],
        json!({
            "name": word("What audits and waivers remember."),
            "scopes": scopes(),
            "sha256": { "type": "string", "pattern": "^[0-9a-fA-F]{64}$", "description": "As `ledgerline token new` printed it." },
            "expires": text("A date, to its end in UTC, or a time."),
        }),
    );
    let certificate = table(
        "A client that shows a certificate.",
        &["name", "scopes", "subject"],
        json!({
            "name": word("What audits and waivers remember."),
            "scopes": scopes(),
            "subject": text("As `openssl x509 -noout -subject -nameopt RFC2253` prints it."),
        }),
    );
    table(
        "What guards the page and the API.",
        &[],
        json!({
            "token_file": text("A file with a bearer token that allows everything."),
            "tokens": list("Bearer tokens.", &token),
            "certificates": list("Clients that show a certificate.", &certificate),
            "session_hours": whole("How long a browser stays signed in.", 1, 720),
            "proxy": flag("A proxy asks who is there."),
        }),
    )
}

/// The schema of a file of waivers, which `waivers.files` names: a list of them.
pub fn waiver_file() -> Value {
    titled("Ledgerline waivers", list("Failures that somebody takes the responsibility for, for a while.", &waiver()))
}

fn titled(title: &str, mut schema: Value) -> Value {
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    schema["title"] = title.into();
    schema
}

fn due_days() -> Value {
    let days = |severity: &Severity| {
        let days = json!({ "anyOf": [whole("Days.", 0, 3_650), { "const": false }], "description": "Days, or false for no due date." });
        (severity.as_str().to_owned(), days)
    };
    table("Days until a finding of a severity is due.", &[], Value::Object(Severity::ALL.iter().map(days).collect()))
}

fn waivers() -> Value {
    let table = table(
        "Waivers, and how long one may last.",
        &[],
        json!({
            "most_days": whole("A waiver may end so many days from now at most.", 1, 3650),
            "files": words("Files with more of them, each a list."),
            "list": list("Waivers.", &waiver()),
        }),
    );
    json!({ "anyOf": [table, list("Waivers.", &waiver())], "description": "Failures that somebody takes the responsibility for, for a while." })
}

fn waiver() -> Value {
    let one = json!({ "type": ["string", "number", "boolean"] });
    let any = |description: &str| json!({ "anyOf": [one, { "type": "array", "items": one, "minItems": 1 }], "description": description });
    table(
        "A waiver; every condition that is given must hold.",
        &["id", "owner", "reason", "expires"],
        json!({
            "id": word("Unique; letters, digits, -, _ and ."),
            "rule": any("Ids or patterns of rules."),
            "resource": any("Patterns over the id (ARN) or the name."),
            "type": any("Patterns over the type."),
            "account": any("Accounts."),
            "region": any("Regions; `global` for what has none."),
            "tags": { "type": "object", "additionalProperties": any("Any of these values."), "description": "All of these tags." },
            "owner": text("Who takes the responsibility."),
            "reason": text("Why the failure is acceptable."),
            "ticket": word("Where it is followed up."),
            "approver": text("Who agreed."),
            "created": text("A date or a time."),
            "expires": text("A date, to its end in UTC, or a time."),
        }),
    )
}

fn account() -> Value {
    table(
        "An account.",
        &["id"],
        json!({
            "id": word("Twelve digits."),
            "role_arn": text("The role to assume there."),
            "external_id": word("What the role's trust policy asks for."),
        }),
    )
}

fn environment() -> Value {
    let globs = json!({ "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": ["string", "number", "boolean"] } }] });
    let mut names = globs.clone();
    names["description"] = "Any of these names, as patterns anchored at both ends.".into();
    table(
        "An environment; every condition that is given must hold.",
        &["name"],
        json!({
            "name": word("As in production; not `default`."),
            "accounts": { "type": "array", "items": word("Twelve digits."), "description": "Any of these accounts." },
            "regions": words("Any of these regions."),
            "names": names,
            "tags": { "type": "object", "additionalProperties": globs, "description": "All of these tags: any of the values, as patterns." },
        }),
    )
}

fn parameters() -> Value {
    json!({
        "type": "object",
        "description": "Parameters of rules: environment (or `default`), rule, parameter.",
        "additionalProperties": {
            "type": ["object", "null"],
            "additionalProperties": { "type": ["object", "null"], "description": "Parameters of a rule." },
        },
    })
}

fn rules() -> Value {
    let severity = json!({ "enum": Severity::ALL.iter().map(|severity| severity.as_str()).collect::<Vec<_>>() });
    let pack = table(
        "An archive of rules.",
        &["path", "sha256"],
        json!({
            "path": text("Relative to this file."),
            "sha256": { "type": "string", "pattern": "^[0-9a-fA-F]{64}$", "description": "What `ledgerline rules pack` printed." },
        }),
    );
    table(
        "Which rules there are.",
        &[],
        json!({
            "directories": words("More rule files, besides the shipped ones."),
            "packs": list("Archives of rules.", &pack),
            "disable": words("Ids or patterns of rules that are not wanted."),
            "preview": words("Ids or patterns of rules that are not stable yet, and wanted all the same."),
        "contracts": words("Shipped contracts that must hold even where nothing of them is there."),
            "severity": {
                "type": "object",
                "description": "Severities instead of the rules' own: rule → severity, or rule → environment (or `default`) → severity.",
                "additionalProperties": { "anyOf": [severity, { "type": "object", "additionalProperties": severity }] },
            },
        }),
    )
}

fn probe() -> Value {
    let status = json!({ "type": "integer", "minimum": 100, "maximum": 599 });
    table(
        "An endpoint.",
        &["name", "url"],
        json!({
            "name": word("Its name."),
            "url": text("An https address."),
            "account": word("The account that it belongs to."),
            "protected": flag("Must refuse a caller without credentials."),
            "status": { "anyOf": [status, { "type": "array", "items": status }], "description": "What it must answer." },
            "certificate_days": whole("Its certificate must be valid for so many days more.", 0, 3650),
            "allow_private": flag("Whether it may stand at a private address."),
            "timeout_secs": whole("For all of it, from the name to the answer.", 1, 60),
        }),
    )
}

fn sample() -> Value {
    table(
        "A table.",
        &["table", "created", "created_format", "retention_days"],
        json!({
            "table": word("Its name."),
            "items": whole("At most so many.", 1, 1000),
            "created": word("The attribute that says when an item was made."),
            "created_format": { "enum": ["rfc3339", "seconds", "milliseconds"] },
            "retention_days": whole("How long items are meant to live.", 1, 36_500),
        }),
    )
}

/// A map with these keys and no others. A key without a value is one that is not there.
fn table(description: &str, required: &[&str], properties: Value) -> Value {
    let mut known = Map::new();
    if let Value::Object(entries) = properties {
        known.extend(entries);
    }
    json!({
        "type": ["object", "null"], "description": description, "additionalProperties": false, "required": required, "properties": known,
    })
}

fn list(description: &str, items: &Value) -> Value {
    json!({ "type": ["array", "null"], "description": description, "items": items })
}

fn words(description: &str) -> Value {
    list(description, &json!({ "type": ["string", "number", "boolean"] }))
}

fn text(description: &str) -> Value {
    json!({ "type": "string", "description": description })
}

/// Text; digits may stand without quotes.
fn word(description: &str) -> Value {
    json!({ "type": ["string", "number", "boolean"], "description": description })
}

fn flag(description: &str) -> Value {
    json!({ "type": "boolean", "description": description })
}

fn whole(description: &str, least: i64, most: i64) -> Value {
    json!({ "type": "integer", "minimum": least, "maximum": most, "description": description })
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
