//! Who may sign in, and what watches the account: credential report, settings, analyzers, contacts, organisation, recorders
//! and trails, over the emulator with the stand-in before it.

use crate::support::account::Account;
use crate::support::command::{Ledgerline, Ran};
use crate::support::moto;
use crate::support::report::{collected, find, outcome, results, rows, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};

const HEADER: &str = "user,arn,user_creation_time,password_enabled,password_last_used,password_last_changed,password_next_rotation,\
mfa_active,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,\
access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,\
access_key_2_last_used_region,access_key_2_last_used_service,cert_1_active,cert_1_last_rotated,cert_2_active,cert_2_last_rotated";

/// An account of the emulator behind a stand-in.
fn account() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

/// A report with root, and with `ann`, who has a password that she never used.
fn report(account: &Account) -> Canned {
    let id = &account.id;
    let text = format!(
        "{HEADER}\n<root_account>,arn:aws:iam::{id}:root,2020-01-01T00:00:00+00:00,not_supported,no_information,not_supported,\
         not_supported,true,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A\n\
         ann,arn:aws:iam::{id}:user/ann,2020-01-01T00:00:00+00:00,true,no_information,2020-01-01T00:00:00+00:00,N/A,false,true,\
         2020-01-01T00:00:00+00:00,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A,false,N/A,false,N/A"
    );
    let content = aws_smithy_types::base64::encode(text);
    Canned::xml(
        "iam:GetCredentialReport",
        &format!("<Content>{content}</Content><ReportFormat>text/csv</ReportFormat><GeneratedTime>2026-11-23T08:00:00Z</GeneratedTime>"),
    )
}

fn audit(account: &Account, rules: &[&str]) -> (Ran, Value) {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let arguments = ["audit", "--format", "json", "--status", "pass,fail,unknown,not_applicable"];
    let ran = Ledgerline::on(account).args(arguments.into_iter().chain(rules)).run();
    let report = ran.json();
    (ran, report)
}

fn coded(status: u16, code: &'static str) -> Fault {
    Fault::Coded { status, code, message: "said so" }
}

#[test]
fn a_report_that_is_missing_is_made_and_waited_for() {
    let (stand_in, account) = account();
    account.iam("CreateUser", &[("UserName", "ann")]);
    stand_in.answer(report(&account));
    stand_in.answer(Canned::xml("iam:GenerateCredentialReport", "<State>STARTED</State>"));
    stand_in.trouble(Trouble::with("iam:GetCredentialReport", coded(410, "ReportNotPresent")).times(1));
    stand_in.trouble(Trouble::with("iam:GetCredentialReport", coded(404, "ReportInProgress")).times(1));
    let rules = ["iam-user-console-mfa-missing", "iam-user-credential-unused", "iam-root-used"];
    let (_, report) = audit(&account, &rules);
    assert_eq!((stand_in.count("iam:GetCredentialReport"), stand_in.count("iam:GenerateCredentialReport")), (3, 1));
    assert_eq!(statuses(&report, rules[0]), [("ann".to_owned(), "fail".to_owned())]);
    // Never used is not used recently.
    assert_eq!(statuses(&report, rules[1]), [("ann".to_owned(), "fail".to_owned())]);
    assert_eq!(statuses(&report, rules[2]), [("root".to_owned(), "pass".to_owned())]);
}

#[test]
fn a_report_that_is_there_is_not_made_anew_and_a_younger_user_is_unknown() {
    let (stand_in, account) = account();
    account.iam("CreateUser", &[("UserName", "ann")]);
    account.iam("CreateUser", &[("UserName", "bob")]);
    stand_in.answer(report(&account));
    let (_, report) = audit(&account, &["iam-user-mfa-missing"]);
    assert_eq!((stand_in.count("iam:GetCredentialReport"), stand_in.count("iam:GenerateCredentialReport")), (1, 0));
    assert_eq!(
        statuses(&report, "iam-user-mfa-missing"),
        [("ann".to_owned(), "fail".to_owned()), ("bob".to_owned(), "unknown".to_owned())]
    );
    assert_eq!(report["coverage"]["complete"], true);
}

#[test]
fn a_report_that_may_not_be_made_is_unknown_and_names_the_permission() {
    let (stand_in, account) = account();
    account.iam("CreateUser", &[("UserName", "ann")]);
    stand_in.trouble(Trouble::with("iam:GetCredentialReport", coded(410, "ReportExpired")));
    stand_in.trouble(Trouble::with("iam:GenerateCredentialReport", Fault::Denied));
    let (ran, report) = audit(&account, &["iam-user-mfa-missing", "iam-root-used"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(statuses(&report, "iam-user-mfa-missing"), [("ann".to_owned(), "unknown".to_owned())]);
    assert_eq!(statuses(&report, "iam-root-used"), [(String::new(), "unknown".to_owned())]);
    let denied = rows(&report, "iam:GenerateCredentialReport");
    assert!(denied.iter().all(|row| row["outcome"] == "denied" && row["permission"] == "iam:GenerateCredentialReport"), "{denied:#?}");
    assert_eq!(outcome(&report, "AWS::IAM::User", "iam:GetAccountAuthorizationDetails"), "complete");
}

#[test]
fn an_account_without_a_password_policy_has_that_of_aws_and_a_refused_one_is_unknown() {
    let (stand_in, account) = account();
    let rules = ["iam-password-policy-weak", "iam-password-policy-length-short"];
    let (_, plain) = audit(&account, &rules);
    assert_eq!(results(&plain, rules[0])[0]["message"], "the account has no password policy of its own");
    assert_eq!(results(&plain, rules[1])[0]["message"], "passwords may have 8 characters");
    for fault in [Fault::Denied, Fault::Bare(404)] {
        stand_in.mend();
        stand_in.trouble(Trouble::with("iam:GetAccountPasswordPolicy", fault.clone()));
        let (_, refused) = audit(&account, &rules);
        assert_eq!(statuses(&refused, rules[0]), [(String::new(), "unknown".to_owned())], "{fault:?}");
    }
}

#[test]
fn sessions_of_all_roles_take_one_listing() {
    let (stand_in, account) = account();
    for name in ["short", "long"] {
        account.role(name, "lambda.amazonaws.com");
    }
    account.iam("UpdateRole", &[("RoleName", "long"), ("MaxSessionDuration", "43200")]);
    let (_, report) = audit(&account, &["iam-role-session-long"]);
    let found = statuses(&report, "iam-role-session-long");
    assert_eq!(found, [("long".to_owned(), "fail".to_owned()), ("short".to_owned(), "pass".to_owned())]);
    assert_eq!((stand_in.count("iam:ListRoles"), stand_in.count("iam:GetRole")), (1, 0));
    stand_in.trouble(Trouble::with("iam:ListRoles", Fault::Denied));
    let (_, refused) = audit(&account, &["iam-role-session-long"]);
    assert!(statuses(&refused, "iam-role-session-long").iter().all(|(_, status)| status == "unknown"), "{refused:#}");
}

#[test]
fn half_a_listing_of_analyzers_proves_no_absence() {
    let (stand_in, account) = account();
    let analyzer = |name: &str, kind: &str| {
        json!({"arn": format!("arn:aws:access-analyzer:us-east-2:{}:analyzer/{name}", account.id), "name": name, "type": kind,
               "status": "ACTIVE", "createdAt": "2026-09-01T00:00:00Z"})
    };
    let first = json!({"analyzers": [analyzer("unused", "ACCOUNT_UNUSED_ACCESS")], "nextToken": "second"});
    stand_in.answer(Canned::json("access-analyzer:ListAnalyzers", first));
    let second = json!({"analyzers": [analyzer("external", "ACCOUNT")]});
    stand_in.answer(Canned::json("access-analyzer:ListAnalyzers", second).to(json!({"nextToken": "second"})));
    let status = |report: &Value| results(report, "iam-analyzer-missing")[0]["status"].clone();
    let (_, whole) = audit(&account, &["iam-analyzer-missing"]);
    assert_eq!((status(&whole), stand_in.count("access-analyzer:ListAnalyzers")), (json!("pass"), 2));
    stand_in.trouble(Trouble::with("access-analyzer:ListAnalyzers", Fault::Denied).on_later_pages());
    let (_, half) = audit(&account, &["iam-analyzer-missing"]);
    assert_eq!(status(&half), "unknown");
}

#[test]
fn a_contact_is_registered_or_not_and_nothing_of_it_is_kept() {
    let (stand_in, account) = account();
    let contact = json!({"AlternateContact": {"AlternateContactType": "SECURITY", "Name": "Planted Person", "Title": "planted-title",
        "EmailAddress": "planted@example.com", "PhoneNumber": "+1planted"}});
    stand_in.answer(Canned::json("account:GetAlternateContact", contact).to(json!({"AlternateContactType": "SECURITY"})));
    let resources = collected(&account, &["account-contact-*"]);
    let registered = |name: &str| find(&resources, "Ledgerline::Account::AlternateContact", name)["properties"]["Registered"].clone();
    assert_eq!((registered("SECURITY"), registered("BILLING"), registered("OPERATIONS")), (json!(true), json!(false), json!(false)));
    assert!(!Value::from(resources.clone()).to_string().to_lowercase().contains("planted"));
    assert_eq!(stand_in.count("account:GetAlternateContact"), 3);
    stand_in.trouble(Trouble::with("account:GetAlternateContact", Fault::Bare(404)).on("BILLING"));
    let (ran, report) = audit(&account, &["account-contact-*"]);
    assert_eq!(ran.code, 3, "{}", ran.stderr);
    assert_eq!(outcome(&report, "Ledgerline::Account::AlternateContact", "account:GetAlternateContact"), "broken");
}

#[test]
fn an_account_is_in_no_organisation_only_where_aws_says_so() {
    let (stand_in, account) = account();
    let status = |report: &Value| results(report, "account-organization-missing")[0]["status"].clone();
    stand_in.answer(Canned::error("organizations:DescribeOrganization", 400, "AWSOrganizationsNotInUseException", "not a member"));
    assert_eq!(status(&audit(&account, &["account-organization-missing"]).1), "fail");
    stand_in.trouble(Trouble::with("organizations:DescribeOrganization", Fault::Denied));
    assert_eq!(status(&audit(&account, &["account-organization-missing"]).1), "unknown");
}

#[test]
fn a_recorder_that_does_not_record_is_no_recorder() {
    let (stand_in, account) = account();
    let recorder = json!({"ConfigurationRecorder": {"name": "default", "roleARN": format!("arn:aws:iam::{}:role/config", account.id),
        "recordingGroup": {"allSupported": true, "includeGlobalResourceTypes": true}}});
    account.json("config", "StarlingDoveService", "PutConfigurationRecorder", &recorder);
    let (_, report) = audit(&account, &["account-config-off", "account-config-role-own"]);
    assert_eq!(results(&report, "account-config-off")[0]["status"], "fail");
    assert_eq!(results(&report, "account-config-role-own")[0]["status"], "fail");
    assert_eq!(stand_in.count("config:DescribeConfigurationRecorderStatus"), 1);
    stand_in.trouble(Trouble::with("config:DescribeConfigurationRecorderStatus", Fault::Denied));
    let (_, refused) = audit(&account, &["account-config-off", "account-config-role-own"]);
    assert_eq!(results(&refused, "account-config-off")[0]["status"], "unknown");
    assert_eq!(results(&refused, "account-config-role-own")[0]["status"], "fail");
}

#[test]
fn a_region_is_recorded_by_a_trail_at_home_elsewhere_and_that_trail_is_judged_there() {
    let (stand_in, account) = account();
    let arn = format!("arn:aws:cloudtrail:us-east-1:{}:trail/main", account.id);
    let trail = json!({"Name": "main", "TrailARN": arn, "HomeRegion": "us-east-1", "IsMultiRegionTrail": true, "S3BucketName": "logs",
        "LogFileValidationEnabled": false, "IsOrganizationTrail": false, "IncludeGlobalServiceEvents": true});
    stand_in.answer(Canned::json("cloudtrail:DescribeTrails", json!({"trailList": [trail]})));
    stand_in.answer(Canned::json("cloudtrail:GetTrailStatus", json!({"IsLogging": true})).to(json!({"Name": arn})));
    let selectors = json!({"TrailARN": arn, "EventSelectors": [{"ReadWriteType": "All", "IncludeManagementEvents": true}]});
    stand_in.answer(Canned::json("cloudtrail:GetEventSelectors", selectors).to(json!({"TrailName": arn})));
    let (_, report) = audit(&account, &["account-trail-*"]);
    assert_eq!(results(&report, "account-trail-missing")[0]["status"], "pass");
    assert_eq!(results(&report, "account-trail-unvalidated").len(), 0);
    assert_eq!((stand_in.count("cloudtrail:DescribeTrails"), stand_in.count("cloudtrail:GetTrailStatus")), (1, 1));
    stand_in.trouble(Trouble::with("cloudtrail:GetEventSelectors", Fault::Denied));
    let (_, refused) = audit(&account, &["account-trail-*"]);
    assert_eq!(results(&refused, "account-trail-missing")[0]["status"], "unknown");
    assert_eq!(results(&refused, "account-trail-off")[0]["status"], "pass");
    stand_in.mend();
    stand_in.trouble(Trouble::with("cloudtrail:GetTrailStatus", coded(404, "TrailNotFoundException")));
    let (_, vanished) = audit(&account, &["account-trail-off"]);
    assert_eq!(results(&vanished, "account-trail-off")[0]["status"], "fail");
    assert_eq!(vanished["coverage"]["complete"], true);
}
