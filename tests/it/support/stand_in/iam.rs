//! IAM and STS: who we are, and one account's authorization details.

use super::wire::{Call, Reply, escape, page};
use super::world::{Role, World, percent_encoded};
use serde_json::json;

/// Answers one call.
pub fn answer(world: &World, call: &Call, repeated: bool) -> Reply {
    match call.name.as_str() {
        "sts:GetCallerIdentity" => Reply::Xml(format!(
            "<Arn>arn:aws:sts::{account}:assumed-role/auditor/tests</Arn><UserId>AROATEST:tests</UserId><Account>{account}</Account>",
            account = call.account
        )),
        "iam:GetAccountAuthorizationDetails" => {
            let wants = |kind: &str| {
                let mut filters = (1..=5).map(|number| call.field(&format!("Filter.member.{number}"))).filter(|filter| !filter.is_empty());
                call.field("Filter.member.1").is_empty() || filters.any(|filter| filter == kind)
            };
            let roles = if wants("Role") { world.roles.as_slice() } else { &[] };
            let size = call.field("MaxItems").parse().unwrap_or(100_usize).clamp(1, 1000);
            let (roles, next) = page(roles, call.page_token(), size, repeated);
            let roles: String = roles.iter().map(|role| describe(role, &call.account)).collect();
            let more = match next {
                Some(marker) => format!("<IsTruncated>true</IsTruncated><Marker>{marker}</Marker>"),
                None => "<IsTruncated>false</IsTruncated>".to_owned(),
            };
            Reply::Xml(format!("{more}<UserDetailList/><GroupDetailList/><RoleDetailList>{roles}</RoleDetailList><Policies/>"))
        }
        _ => Reply::unknown(call),
    }
}

fn describe(role: &Role, account: &str) -> String {
    let trust = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
    let tags: String = role
        .tags
        .iter()
        .map(|(key, value)| format!("<member><Key>{}</Key><Value>{}</Value></member>", escape(key), escape(value)))
        .collect();
    format!(
        "<member><RoleName>{name}</RoleName><RoleId>AROA{name}</RoleId><Arn>arn:aws:iam::{account}:role/{name}</Arn><Path>/</Path>\
         <CreateDate>2025-10-09T08:53:20Z</CreateDate><AssumeRolePolicyDocument>{trust}</AssumeRolePolicyDocument>\
         <RoleLastUsed><LastUsedDate>2026-11-01T00:00:00Z</LastUsedDate><Region>us-east-2</Region></RoleLastUsed>\
         <RolePolicyList><member><PolicyName>inline</PolicyName><PolicyDocument>{document}</PolicyDocument></member></RolePolicyList>\
         <AttachedManagedPolicies/><InstanceProfileList/><Tags>{tags}</Tags></member>",
        name = escape(&role.name),
        trust = percent_encoded(&trust.to_string()),
        document = escape(&role.document),
    )
}
