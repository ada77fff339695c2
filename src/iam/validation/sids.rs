//! `Sid`: names of statements, which some policies want unique and plain.

use super::Report;
use super::policy::Policy;
use super::registry::{Check, Example, Kind, error, suggestion, warning};
use crate::iam::actions::Database;
use std::collections::HashSet;

use Example::{Statement, Whole};

const OK: Example = Statement(r#"{"Sid":"Read1","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#);

static EMPTY_SID_VALUE: Check = suggestion(
    "EMPTY_SID_VALUE",
    Kind::Identity,
    "Sid is empty",
    Statement(r#"{"Sid":"","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    OK,
);
static UNSUPPORTED_SID: Check = error(
    "UNSUPPORTED_SID",
    Kind::Identity,
    "Sid has other characters than letters of ASCII and digits, which this type of policy does not take",
    Statement(r#"{"Sid":"read all","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#),
    OK,
);
static UNIQUE_SIDS_REQUIRED: Check = error(
    "UNIQUE_SIDS_REQUIRED",
    Kind::Identity,
    "two statements have one Sid, which this type of policy does not take",
    Whole(
        r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"},
        {"Sid":"A","Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*"}]}"#,
    ),
    OK,
);
static UNIQUE_SIDS_RECOMMENDED: Check = warning(
    "UNIQUE_SIDS_RECOMMENDED",
    Kind::Resource,
    "two statements have one Sid",
    Whole(
        r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"},
        {"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::example/*"}]}"#,
    ),
    Statement(
        r#"{"Sid":"A","Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::example/*"}"#,
    ),
);

pub(super) static CHECKS: &[&Check] = &[&EMPTY_SID_VALUE, &UNIQUE_SIDS_RECOMMENDED, &UNIQUE_SIDS_REQUIRED, &UNSUPPORTED_SID];

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    // Services with resource policies of their own take any text and do not compare; IAM and Organizations do.
    let plain = policy.kind != Kind::Resource;
    let mut seen = HashSet::new();
    for sid in policy.statements.iter().filter_map(|statement| statement.sid.as_ref()) {
        if sid.text.is_empty() {
            report.add(&EMPTY_SID_VALUE, &sid.place, "give the statement a name, or remove Sid");
            continue;
        }
        if plain && !sid.text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            report.add(&UNSUPPORTED_SID, &sid.place, "only a-z, A-Z and 0-9 are taken in Sid");
        }
        if !seen.insert(sid.text) {
            let check = if plain { &UNIQUE_SIDS_REQUIRED } else { &UNIQUE_SIDS_RECOMMENDED };
            report.add(check, &sid.place, format!("an earlier statement is called {} too", sid.text));
        }
    }
}
