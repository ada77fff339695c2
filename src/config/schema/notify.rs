//! The schema of a channel under `notify`.

use super::{flag, table, text, whole, word};
use crate::model::finding::ChangeKind;
use crate::model::rule::{Pillar, Severity};
use crate::publish::config::Kind;
use serde_json::{Value, json};

/// One of these, or a list of them.
fn list_of(items: &Value, description: &str) -> Value {
    json!({ "anyOf": [items, { "type": "array", "items": items }], "description": description })
}

/// A channel. Which settings a kind has, the reader tells; here they stand together.
pub fn channel() -> Value {
    let any_word = |of: Vec<&str>, description: &str| list_of(&json!({ "enum": of }), description);
    let changes = ChangeKind::ALL.iter().filter(|kind| **kind != ChangeKind::Seen).map(|kind| kind.as_str()).collect();
    let when = table(
        "What it is told of; every condition that is given must hold.",
        &[],
        json!({
            "pillars": any_word(Pillar::ALL.iter().map(|one| one.as_str()).collect(), "Any of these pillars."),
            "severity": { "enum": Severity::ALL.iter().map(|one| one.as_str()).collect::<Vec<_>>(), "description": "At least as bad." },
            "changes": any_word(changes, "Any of these kinds of change."),
            "owners": list_of(&json!({ "type": ["string", "number", "boolean"] }), "Any of these owners, as patterns anchored at both ends."),
            "accounts": list_of(&json!({ "type": ["string", "number", "boolean"] }), "Any of these accounts, as patterns."),
            "rules": list_of(&json!({ "type": ["string", "number", "boolean"] }), "Any of these rules, as patterns."),
        }),
    );
    table(
        "A channel.",
        &["name", "kind"],
        json!({
            "name": word("Letters, digits, - and _."),
            "kind": { "enum": Kind::WORDS, "description": "What it is." },
            "when": when,
            "digest": text("minute hour day month weekday; left out, it is told at once."),
            "dead_after": whole("So many failures in a row make it dead.", 1, 1000),
            "text": text("The line of a change, with placeholders as in {{ severity }}."),
            "page_url": text("Where others reach the daemon's page: messages then link to it."),
            "url_file": text("slack, webhook: a file with the address, which is a secret."),
            "url_env": text("slack, webhook: the environment variable with the address."),
            "allow_internal": flag("slack, webhook: whether it may lead to an address that is not on the internet."),
            "timeout_secs": whole("slack, webhook: for all of it, from the name to the answer.", 1, 60),
            "key_file": text("webhook: a file with the key of the signature."),
            "key_env": text("webhook: the environment variable with the key."),
            "topic_arn": text("sns: the topic."),
            "account": word("securityhub: the account whose findings are sent, and to whose Security Hub."),
            "bucket": word("s3: the bucket."),
            "prefix": word("s3: what every key begins with; ends with /."),
            "region": word("s3, securityhub: the region."),
            "role_arn": text("sns, s3, securityhub: the role to assume."),
            "external_id": word("sns, s3, securityhub: what the role's trust policy asks for."),
            "host": word("email: the server."),
            "port": whole("email: its port.", 1, 65_535),
            "tls": { "enum": ["starttls", "always", "none"], "description": "email: how the connection is kept private." },
            "username": word("email: who logs in."),
            "password_file": text("email: a file with the password."),
            "password_env": text("email: the environment variable with the password."),
            "from": text("email: who sends."),
            "to": list_of(&json!({ "type": "string" }), "email: who gets it."),
        }),
    )
}
