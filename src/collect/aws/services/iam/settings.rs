//! Settings of the account's sign-in: password policy, summary, virtual second factors, certificates. One listing each.

use super::page;
use crate::collect::aws::draft::{Draft, time};
use crate::collect::aws::failure::Failure;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_iam::Client;
use aws_sdk_iam::types::{AssignmentStatusType, PasswordPolicy, ServerCertificateMetadata, SummaryKeyType, VirtualMfaDevice};
use std::collections::HashMap;

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;

const PASSWORD_POLICY: &str = "Ledgerline::IAM::PasswordPolicy";
const SUMMARY: &str = "Ledgerline::IAM::AccountSummary";
const VIRTUAL_MFA: &str = "AWS::IAM::VirtualMFADevice";
const CERTIFICATE: &str = "AWS::IAM::ServerCertificate";

const GET_POLICY: &str = "iam:GetAccountPasswordPolicy";
const GET_SUMMARY: &str = "iam:GetAccountSummary";
const LIST_MFA: &str = "iam:ListVirtualMFADevices";
const LIST_CERTIFICATES: &str = "iam:ListServerCertificates";

/// Collects those that are wanted.
pub async fn collect(cx: &Scope<'_>, client: &Client, found: &mut Yield) {
    if cx.wants(PASSWORD_POLICY, GET_POLICY) {
        let id = cx.arn("iam", "password-policy");
        let policy = match cx.call(GET_POLICY, || client.get_account_password_policy().send()).await {
            Ok(answer) => answer.password_policy.ok_or_else(|| Failure::empty(GET_POLICY)).map(|policy| written(id, &policy)),
            // AWS's word for an account that never wrote one: then AWS's own applies.
            Err(failure) if failure.is("NoSuchEntity") => Ok(unwritten(id)),
            Err(failure) => Err(failure),
        };
        enter(cx, found, PASSWORD_POLICY, GET_POLICY, one(policy));
    }
    if cx.wants(SUMMARY, GET_SUMMARY) {
        let answer = cx.call(GET_SUMMARY, || client.get_account_summary().send()).await;
        let summary = answer.and_then(|answer| {
            let map = answer.summary_map.as_ref();
            map.and_then(|map| summary(cx.arn("iam", "account-summary"), map)).ok_or_else(|| Failure::empty(GET_SUMMARY))
        });
        enter(cx, found, SUMMARY, GET_SUMMARY, one(summary));
    }
    if cx.wants(VIRTUAL_MFA, LIST_MFA) {
        let devices = cx
            .list(LIST_MFA, |marker| {
                let request = client.list_virtual_mfa_devices().assignment_status(AssignmentStatusType::Any).max_items(super::PAGE);
                let request = request.set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(page(answer.virtual_mfa_devices, answer.is_truncated, answer.marker))
                }
            })
            .await
            .read(LIST_MFA, virtual_mfa);
        enter(cx, found, VIRTUAL_MFA, LIST_MFA, devices);
    }
    if cx.wants(CERTIFICATE, LIST_CERTIFICATES) {
        let certificates = cx
            .list(LIST_CERTIFICATES, |marker| {
                let request = client.list_server_certificates().max_items(super::PAGE).set_marker(marker);
                async {
                    let answer = request.send().await?;
                    Ok(page(answer.server_certificate_metadata_list, answer.is_truncated, answer.marker))
                }
            })
            .await
            .read(LIST_CERTIFICATES, server_certificate);
        enter(cx, found, CERTIFICATE, LIST_CERTIFICATES, certificates);
    }
}

fn one(answer: Result<Draft, Failure>) -> Listing<Draft> {
    match answer {
        Ok(draft) => Listing { items: vec![draft], fault: None },
        Err(failure) => Listing { items: Vec::new(), fault: Some(failure) },
    }
}

fn enter(cx: &Scope<'_>, found: &mut Yield, resource_type: &str, call: &str, listing: Listing<Draft>) {
    found.listed(cx, resource_type, call, &listing);
    for draft in listing.items {
        found.enter(cx, draft);
    }
}

/// The policy that the account wrote. Its length is always told; what else it leaves out it does not demand (API reference
/// of PasswordPolicy).
fn written(id: String, policy: &PasswordPolicy) -> Draft {
    let mut draft = Draft::new(PASSWORD_POLICY, id, "password policy");
    let into = &mut draft.properties;
    into.put("Custom", true);
    into.put("MinimumPasswordLength", policy.minimum_password_length().unwrap_or(6));
    into.put("RequireUppercaseCharacters", policy.require_uppercase_characters());
    into.put("RequireLowercaseCharacters", policy.require_lowercase_characters());
    into.put("RequireNumbers", policy.require_numbers());
    into.put("RequireSymbols", policy.require_symbols());
    into.put("AllowUsersToChangePassword", policy.allow_users_to_change_password());
    into.put("HardExpiry", policy.hard_expiry().unwrap_or(false));
    // Zero is how some answers write "never".
    into.put_some("MaxPasswordAge", policy.max_password_age().filter(|days| *days > 0));
    into.put_some("PasswordReusePrevention", policy.password_reuse_prevention().filter(|count| *count > 0));
    draft
}

/// The policy of an account that wrote none (IAM User Guide, "Default password policy"): at least 8 characters of at least
/// three of four kinds, so that no single kind is demanded; no expiry, and old passwords may come back.
fn unwritten(id: String) -> Draft {
    let mut draft = Draft::new(PASSWORD_POLICY, id, "password policy");
    let into = &mut draft.properties;
    into.put("Custom", false);
    into.put("MinimumPasswordLength", 8);
    for demand in ["RequireUppercaseCharacters", "RequireLowercaseCharacters", "RequireNumbers", "RequireSymbols"] {
        into.put(demand, false);
    }
    into.put("AllowUsersToChangePassword", false);
    into.put("HardExpiry", false);
    draft
}

/// What of the summary says how root signs in; none where the answer lacks any of it.
fn summary(id: String, summary: &HashMap<SummaryKeyType, i32>) -> Option<Draft> {
    let mut draft = Draft::new(SUMMARY, id, "account summary");
    let told = |key: &str| summary.get(&SummaryKeyType::from(key)).copied();
    for key in ["AccountMFAEnabled", "AccountAccessKeysPresent", "AccountSigningCertificatesPresent"] {
        draft.state.put(key, told(key)? > 0);
    }
    // Newer than the others: only since root's password can be taken away.
    draft.state.put_some("AccountPasswordPresent", told("AccountPasswordPresent").map(|count| count > 0));
    for key in ["Users", "Groups", "Roles", "Policies", "MFADevices", "MFADevicesInUse", "ServerCertificates", "Providers"] {
        draft.state.put_some(key, told(key));
    }
    Some(draft)
}

/// A virtual second factor. The seed that the type has room for is never listed, and never read here.
fn virtual_mfa(device: &VirtualMfaDevice) -> Option<Draft> {
    let arn = Some(device.serial_number()).filter(|arn| !arn.is_empty())?;
    let name = arn.rsplit_once('/').map_or(arn, |(_, name)| name);
    let mut draft = Draft::new(VIRTUAL_MFA, arn, name);
    draft.properties.put("VirtualMfaDeviceName", name);
    let user = device.user();
    let users = user.map(|user| user.user_name()).filter(|name| !name.is_empty());
    draft.properties.put("Users", users.into_iter().collect::<Vec<_>>());
    draft.state.put_some("UserArn", user.map(|user| user.arn()).filter(|arn| !arn.is_empty()));
    draft.state.put_some("EnableDate", time(device.enable_date()));
    Some(draft)
}

/// A certificate that IAM keeps: its dates; its body and chain are not listed.
fn server_certificate(certificate: &ServerCertificateMetadata) -> Option<Draft> {
    let (arn, name) = (certificate.arn(), certificate.server_certificate_name());
    let expires = time(certificate.expiration())?;
    if arn.is_empty() || name.is_empty() {
        return None;
    }
    let mut draft = Draft::new(CERTIFICATE, arn, name);
    draft.properties.put("ServerCertificateName", name);
    draft.properties.put("Path", certificate.path());
    draft.state.put("ServerCertificateId", certificate.server_certificate_id());
    draft.state.put("Expiration", expires);
    draft.state.put_some("UploadDate", time(certificate.upload_date()));
    Some(draft)
}
