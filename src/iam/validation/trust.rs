//! Role trust policies: who may assume a role, and by which call.

use super::Report;
use super::policy::{Place, Policy, Statement, Text};
use super::registry::{Check, Example, Kind, error, security, suggestion, warning};
use super::tree::Json;
use crate::iam::actions::Database;
use crate::iam::glob::{self, Case};

use Example::Statement as One;

macro_rules! federated {
    ($provider:literal, $action:literal, $condition:literal) => {
        One(concat!(
            r#"{"Effect":"Allow","Principal":{"Federated":""#,
            $provider,
            r#""},"Action":"sts:"#,
            $action,
            r#"","Condition":"#,
            $condition,
            "}"
        ))
    };
}

macro_rules! github {
    ($condition:literal) => {
        federated!("arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com", "AssumeRoleWithWebIdentity", $condition)
    };
}

const OK: Example = One(r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole"}"#);
const OK_GITHUB: Example = github!(
    r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com","token.actions.githubusercontent.com:sub":"repo:example/app:ref:refs/heads/main"}}"#
);

static ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL: Check = error(
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL",
    Kind::Trust,
    "role trust policies have no NotPrincipal",
    One(r#"{"Effect":"Deny","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole"}"#),
    OK,
);
static ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE: Check = error(
    "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
    Kind::Trust,
    "a role trust policy is about its own role, and has no Resource",
    One(r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/app"},"Action":"sts:AssumeRole","Resource":"*"}"#),
    OK,
);
static ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL: Check = error(
    "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
    Kind::Trust,
    "a role trust policy has to name who may assume the role",
    One(r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#),
    OK,
);
static INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY: Check = error(
    "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
    Kind::Trust,
    "an identity provider is neither a host name nor the ARN of a provider",
    federated!("google", "AssumeRoleWithWebIdentity", r#"{"StringEquals":{"accounts.google.com:aud":"app"}}"#),
    federated!("accounts.google.com", "AssumeRoleWithWebIdentity", r#"{"StringEquals":{"accounts.google.com:aud":"app"}}"#),
);
static MISMATCHED_ACTION_FOR_PRINCIPAL: Check = error(
    "MISMATCHED_ACTION_FOR_PRINCIPAL",
    Kind::Trust,
    "the principal cannot make this call: SAML providers take AssumeRoleWithSAML, OIDC providers AssumeRoleWithWebIdentity",
    federated!(
        "arn:aws:iam::111122223333:saml-provider/example",
        "AssumeRoleWithWebIdentity",
        r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#
    ),
    federated!(
        "arn:aws:iam::111122223333:saml-provider/example",
        "AssumeRoleWithSAML",
        r#"{"StringEquals":{"SAML:aud":"https://signin.aws.amazon.com/saml"}}"#
    ),
);
static MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY: Check = error(
    "MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY",
    Kind::Trust,
    "IAM Roles Anywhere needs AssumeRole, SetSourceIdentity and TagSession together",
    One(r#"{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}"#),
    One(
        r#"{"Effect":"Allow","Principal":{"Service":"rolesanywhere.amazonaws.com"},"Action":["sts:AssumeRole","sts:SetSourceIdentity","sts:TagSession"]}"#,
    ),
);
static MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL: Check = security(
    "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
    Kind::Trust,
    "no condition says which of the provider's identities may assume the role",
    federated!("accounts.google.com", "AssumeRoleWithWebIdentity", r#"{"Bool":{"aws:SecureTransport":"true"}}"#),
    federated!("accounts.google.com", "AssumeRoleWithWebIdentity", r#"{"StringEquals":{"accounts.google.com:aud":"app"}}"#),
);
static MISSING_GITHUB_REPO_CONDITION_KEY: Check = security(
    "MISSING_GITHUB_REPO_CONDITION_KEY",
    Kind::Trust,
    "every repository of GitHub may assume the role, since no condition names the subject",
    github!(r#"{"StringEquals":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}"#),
    OK_GITHUB,
);
static SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED: Check = warning(
    "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
    Kind::Trust,
    "a wildcard in the subject of GitHub's token lets other repositories or branches in",
    github!(r#"{"StringLike":{"token.actions.githubusercontent.com:sub":"repo:example/*"}}"#),
    OK_GITHUB,
);
static REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY: Check = suggestion(
    "REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY",
    Kind::Trust,
    "a session is named beside its role, which covers it",
    One(
        r#"{"Effect":"Allow","Principal":{"AWS":["arn:aws:iam::111122223333:role/app","arn:aws:sts::111122223333:assumed-role/app/one"]},"Action":"sts:AssumeRole"}"#,
    ),
    OK,
);

pub(super) static CHECKS: &[&Check] = &[
    &INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY,
    &MISMATCHED_ACTION_FOR_PRINCIPAL,
    &MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY,
    &MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL,
    &MISSING_GITHUB_REPO_CONDITION_KEY,
    &REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY,
    &ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL,
    &ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE,
    &ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL,
    &SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED,
];

const GITHUB: &str = "token.actions.githubusercontent.com";

/// What an identity provider is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Provider {
    Saml,
    Oidc,
    Malformed,
}

pub(super) fn run(policy: &Policy<'_>, _: &Database, report: &mut Report) {
    if policy.kind != Kind::Trust {
        return;
    }
    for statement in &policy.statements {
        if let Some(principals) = &statement.not_principal {
            report.add(&ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL, &principals.place, "use Principal");
        }
        for resources in statement.resource.iter().chain(&statement.not_resource) {
            report.add(&ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE, &resources.place, "remove it: the policy is about its own role");
        }
        if let Some(principals) = &statement.principal
            && matches!(&principals.node.json, Json::Text(text) if **text == *"*")
        {
            let message = "name the principals that may assume the role";
            report.add(&ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL, &principals.place, message);
        }
        for provider in statement.principals_of("Federated") {
            if !provider.text.contains(['*', '?', '$']) && judged(provider.text) == Provider::Malformed {
                let message = format!("{:?} is neither a host name nor the ARN of a SAML or OIDC provider", provider.text);
                report.add(&INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY, &provider.place, message);
            }
        }
        sessions(statement, report);
        calls(statement, report);
        if statement.allows() {
            identities(statement, report);
        }
    }
    roles_anywhere(policy, report);
}

fn judged(provider: &str) -> Provider {
    if let Some((_, name)) = provider.strip_prefix("arn:").and_then(|arn| arn.split_once(":iam::")) {
        let kind = name.split_once(':').map_or(name, |(_, kind)| kind);
        if kind.starts_with("saml-provider/") {
            return Provider::Saml;
        }
        return if kind.starts_with("oidc-provider/") { Provider::Oidc } else { Provider::Malformed };
    }
    let host = provider.split('/').next().unwrap_or(provider);
    let labels_formed =
        host.split('.').all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'));
    if host.contains('.') && labels_formed { Provider::Oidc } else { Provider::Malformed }
}

/// The host of a provider, as its condition keys begin.
fn host(provider: &str) -> String {
    provider.split_once("oidc-provider/").map_or(provider, |(_, host)| host).to_ascii_lowercase()
}

fn sessions(statement: &Statement<'_>, report: &mut Report) {
    let named: Vec<&Text<'_>> = statement.principals_of("AWS").collect();
    for session in &named {
        let Some((head, name)) = session.text.split_once(":assumed-role/") else { continue };
        let (Some(account), Some(role)) = (head.rsplit(':').next(), name.split('/').next()) else { continue };
        // The session does not tell the path of its role.
        let parent = named.iter().find(|other| {
            other.text.split_once(":role/").is_some_and(|(head, path)| head.ends_with(account) && path.rsplit('/').next() == Some(role))
        });
        if let Some(parent) = parent {
            let message = format!("{} is covered by {}", session.text, parent.text);
            report.add(&REDUNDANT_PRINCIPAL_IN_ROLE_TRUST_POLICY, &session.place, message);
        }
    }
}

/// Whether who is named can make the call that is allowed.
fn calls(statement: &Statement<'_>, report: &mut Report) {
    let Some(actions) = &statement.action else { return };
    let Some(principals) = &statement.principal else { return };
    for action in &actions.items {
        let lower = action.text.to_ascii_lowercase();
        let wrong: Vec<&str> = principals
            .listed
            .iter()
            .filter(|(key, text)| {
                let provider = (*key == "Federated").then(|| judged(text.text));
                match lower.as_str() {
                    "sts:assumerolewithsaml" => !matches!(provider, Some(Provider::Saml | Provider::Malformed)),
                    "sts:assumerolewithwebidentity" => !matches!(provider, Some(Provider::Oidc | Provider::Malformed)),
                    "sts:assumerole" => matches!(provider, Some(Provider::Saml | Provider::Oidc)),
                    _ => false,
                }
            })
            .map(|(_, text)| text.text)
            .collect();
        // One that fits gives the call a sense.
        if !wrong.is_empty() && (wrong.len() == principals.listed.len() || lower != "sts:assumerole") {
            let message = format!("{} is nothing that {} can call", action.text, wrong.join(", "));
            report.add(&MISMATCHED_ACTION_FOR_PRINCIPAL, &action.place, message);
        }
    }
}

/// Whether conditions say which identities of a provider are meant.
fn identities(statement: &Statement<'_>, report: &mut Report) {
    for provider in statement.principals_of("Federated").filter(|provider| judged(provider.text) == Provider::Oidc) {
        let prefix = format!("{}:", host(provider.text));
        let keyed = |condition: &&super::policy::Condition<'_>| condition.lower.starts_with(&prefix);
        if !statement.conditions.iter().any(|condition| keyed(&condition)) {
            let message = format!("say which identities of {} are meant, with conditions on {prefix}aud or {prefix}sub", provider.text);
            report.add(&MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL, &provider.place, message);
        }
        if host(provider.text) == GITHUB {
            github(statement, &provider.place, report);
        }
    }
}

fn github(statement: &Statement<'_>, place: &Place, report: &mut Report) {
    let of = |claim: &str| {
        let key = format!("{GITHUB}:{claim}");
        statement.conditions.iter().filter(move |condition| condition.lower == key)
    };
    if of("sub").next().is_none() {
        let message = format!("name repository and branch in a condition on {GITHUB}:sub");
        report.add(&MISSING_GITHUB_REPO_CONDITION_KEY, place, message);
    }
    let branch_is_named = of("ref").any(|condition| condition.values.iter().all(|value| !value.text.contains(['*', '?'])));
    for value in of("sub").flat_map(|condition| &condition.values) {
        // `repo:owner/name:…`: the owner, the name, and what in it.
        let mut parts = value.text.splitn(3, ':');
        let repository_is_open = parts.nth(1).is_none_or(|repository| repository.contains(['*', '?']));
        let open = value.text.contains(['*', '?']);
        if open && (repository_is_open || !branch_is_named) {
            let message = format!("name repository and branch in place of {}", value.text);
            report.add(&SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED, &value.place, message);
        }
    }
}

fn roles_anywhere(policy: &Policy<'_>, report: &mut Report) {
    let trusting = || {
        policy.statements.iter().filter(|statement| {
            statement.allows() && statement.principals_of("Service").any(|service| service.text == "rolesanywhere.amazonaws.com")
        })
    };
    let Some(first) = trusting().next() else { return };
    let allowed = |action: &str| {
        let mut actions = trusting().flat_map(|statement| &statement.action).flat_map(|actions| &actions.items);
        actions.any(|pattern| glob::matches(pattern.text, action, Case::Insensitive))
    };
    let missing: Vec<&str> =
        ["sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession"].into_iter().filter(|action| !allowed(action)).collect();
    if !missing.is_empty() {
        let place = first.action.as_ref().map_or(&first.place, |actions| &actions.place);
        let message = format!("IAM Roles Anywhere also needs {}", missing.join(", "));
        report.add(&MISSING_ACTION_FOR_ROLES_ANYWHERE_TRUST_POLICY, place, message);
    }
}
