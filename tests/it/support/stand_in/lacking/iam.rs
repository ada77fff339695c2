//! IAM: what an organisation manages centrally, and the credential report, which the emulator writes without root's row.

use super::super::wire::{Call, Reply};

/// A report of an account without users, whose root signs in with a second factor and never did.
const REPORT: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated
<root_account>,arn:aws:iam::ACCOUNT:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,not_supported,true,\
false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A";

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetCredentialReport" => {
            let content = aws_smithy_types::base64::encode(REPORT.replace("ACCOUNT", &call.account));
            let made = "<ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-01T00:00:00Z</GeneratedTime>";
            Some(Reply::Xml(format!("<Content>{content}</Content>{made}")))
        }
        "ListOrganizationsFeatures" => Some(Reply::error(400, "OrganizationNotFoundException", "the account is in no organization")),
        _ => None,
    }
}
