//! The credential report: what each user, and root, can sign in with, in one answer an account.
//!
//! The report is a file that IAM makes on demand and keeps for four hours (IAM User Guide, "Generate credential reports").
//! It is read first and made only where there is none or it is too old: within those hours making one again changes
//! nothing. Making it is of access level Read in AWS's own list of actions: nothing of the account changes by it.

pub(super) mod report;

use super::map::{REPORT, REPORT_MAKING, USER};
use crate::collect::aws::draft::{Draft, time};
use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::resource::ResourceRecord;
use crate::model::{Gap, GapKind};
use aws_sdk_iam::Client;
use report::Rows;
use std::time::Duration;

/// The root user of the account.
pub const ROOT: &str = "Ledgerline::IAM::RootUser";

/// The pauses between asking whether the report is ready. It mostly is within seconds; large accounts take longer.
const PAUSES: [Duration; 8] = [
    Duration::from_millis(200),
    Duration::from_millis(800),
    Duration::from_secs(2),
    Duration::from_secs(4),
    Duration::from_secs(8),
    Duration::from_secs(15),
    Duration::from_secs(15),
    Duration::from_secs(15),
];

/// What became of the two calls.
pub struct Asked {
    /// Of the call that makes the report; well where it was not needed.
    making: Result<(), Failure>,
    /// Of the call that reads it.
    report: Result<Rows, Failure>,
}

/// Reads the report, and has it made first where there is none.
pub async fn ask(cx: &Scope<'_>, client: &Client) -> Asked {
    let mut making = Ok(());
    let mut report = read(cx, client).await;
    // Another audit may be having it made: then it is only waited for.
    if report.as_ref().is_err_and(|failure| failure.is("ReportNotPresent") || failure.is("ReportExpired")) {
        making = cx.call(REPORT_MAKING, || client.generate_credential_report().send()).await.map(|_| ());
        report = match &making {
            Ok(()) => read(cx, client).await,
            Err(failure) => {
                Err(Failure { reason: arcstr::format!("there is no credential report: {}", failure.reason), ..failure.clone() })
            }
        };
    }
    for pause in PAUSES {
        if !report.as_ref().is_err_and(|failure| failure.is("ReportInProgress")) {
            break;
        }
        tokio::time::sleep(pause).await;
        report = read(cx, client).await;
    }
    Asked { making, report }
}

async fn read(cx: &Scope<'_>, client: &Client) -> Result<Rows, Failure> {
    let answer = cx.call(REPORT, || client.get_credential_report().send()).await?;
    let made = time(answer.generated_time());
    let content = answer.content().map(AsRef::<[u8]>::as_ref).ok_or_else(|| Failure::empty(REPORT))?;
    report::read(content, made)
}

/// Enters what became of both calls for a type.
pub fn enter_calls(cx: &Scope<'_>, asked: &Asked, resource_type: &str, found: &mut Yield) {
    found.coverage.add(cx.row(resource_type, REPORT_MAKING, asked.making.as_ref().map(|()| 0)));
    if resource_type == USER {
        let rows = asked.report.as_ref().map(|rows| rows.users.len() as u64);
        found.coverage.add(cx.row(resource_type, REPORT, rows));
    }
}

/// Root, from its row.
pub fn enter_root(cx: &Scope<'_>, asked: &Asked, found: &mut Yield) {
    enter_calls(cx, asked, ROOT, found);
    let root = asked.report.as_ref().map_err(Clone::clone).and_then(|rows| rows.root.clone().ok_or_else(|| Failure::empty(REPORT)));
    let listing = match root {
        Ok(row) => Listing { items: vec![row], fault: None },
        Err(failure) => Listing { items: Vec::new(), fault: Some(failure) },
    };
    found.listed(cx, ROOT, REPORT, &listing);
    for row in listing.items {
        let mut draft = Draft::new(ROOT, row.arn.as_str(), "root");
        draft.properties.put("Arn", row.arn.as_str());
        for (key, value) in row.state {
            draft.state.put(&key, value);
        }
        draft.gaps = row.gaps;
        found.enter(cx, draft);
    }
}

/// Puts a user's row into it. A user without a row was made after the report: what it can sign in with is not known yet.
pub fn put(cx: &Scope<'_>, asked: &Asked, user: &mut ResourceRecord) {
    match asked.report.as_ref().map(|rows| (rows, rows.users.get(user.id.as_str()))) {
        Err(failure) => super::put_call_gap(cx, user, REPORT, failure.gap(&REPORT.into())),
        Ok((_, Some(row))) => {
            if let Some(state) = user.state.as_object_mut() {
                state.extend(row.state.clone());
            }
            user.gaps.extend(row.gaps.clone());
        }
        Ok((rows, None)) => {
            let made = rows.made.as_deref().unwrap_or("an unknown time");
            let detail = format!("the credential report of {made} does not know user {}", user.name);
            let gap = Gap { call: Some(REPORT.into()), ..Gap::new(GapKind::Undecidable, detail) };
            super::put_call_gap(cx, user, REPORT, gap);
        }
    }
}
