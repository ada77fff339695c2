//! `ledgerline notify test`: one message that says that it is a test, to see it arrive, and what came back.

use super::{TestArgs, outlets};
use crate::cli::parts::{self, Parts};
use crate::cli::{Exit, Failure, output};
use crate::model::finding::{Change, ChangeKind, Finding, FindingStatus};
use crate::model::notice::{Batch, Notice, Purpose};
use crate::model::rule::{Pillar, Severity};
use crate::model::value::Time;
use crate::publish::config::Kind;
use crate::publish::notify::Outlet;

/// Sends, one after another.
pub fn run(args: &TestArgs, parts: &Parts) -> Result<Exit, Failure> {
    let outlets = outlets(parts, args.channel.as_deref())?;
    parts::block_on(async {
        let mut exit = Exit::Clean;
        for outlet in outlets {
            let (name, kind) = (&outlet.config.name, outlet.config.kind.as_str());
            let said = match outlet.send(&batch(&outlet, parts::now())).await {
                Ok(delivered) => match delivered.refused.first() {
                    None => format!("sent; {}", delivered.receipt),
                    Some((_, reason)) => {
                        exit = Exit::Incomplete;
                        format!("refused: {reason}")
                    }
                },
                Err(fault) => {
                    exit = Exit::Incomplete;
                    format!("not sent: {}", fault.reason)
                }
            };
            output::print(&format!("{name} ({kind}): {said}\n"))?;
        }
        Ok(exit)
    })
}

/// A message about nothing.
fn batch(outlet: &Outlet, now: Time) -> Batch {
    let account = if let Kind::SecurityHub(hub) = &outlet.config.kind { hub.account.clone() } else { "000000000000".into() };
    let finding = Finding {
        fingerprint: "00000000000000000000000000000000".into(),
        rule: "ledgerline-test".into(),
        title: "This is a test of Ledgerline".into(),
        pillar: Pillar::Operations,
        severity: Severity::Info,
        status: FindingStatus::Open,
        resource: format!("arn:aws:ledgerline:::{account}/test").into(),
        resource_type: "AWS::::Account".into(),
        resource_name: "test".into(),
        account,
        region: "global".into(),
        sub_key: None,
        message: "nothing happened; somebody tried whether messages arrive".into(),
        owner: None,
        first_seen: now,
        last_seen: now,
        stale_since: None,
        resolved_at: None,
        resolution: None,
        reopened: 0,
        waiver: None,
        monthly_savings_usd: None,
        details: serde_json::Value::Null,
    };
    let change = Change { run: format!("test-{}", now.timestamp_millis()).into(), kind: ChangeKind::Opened, finding };
    let notices = vec![Notice { id: Notice::id_of(&change.run, &change.finding.fingerprint, change.kind, &outlet.config.name), change }];
    Batch { id: Batch::id_of(&notices), channel: outlet.config.name.clone(), purpose: Purpose::Test, notices }
}
