//! User pools: the second factors that users may choose from, and the functions that Cognito calls.

use crate::collect::terraform::draft::{Draft, Made};
use crate::collect::terraform::node::{Found, Node};
use crate::collect::terraform::row::Scene;
use crate::collect::terraform::table::Refer;
use serde_json::Value;
use std::collections::BTreeSet;

const TRIGGERS: [&str; 13] = [
    "pre_sign_up",
    "custom_message",
    "post_confirmation",
    "pre_authentication",
    "post_authentication",
    "define_auth_challenge",
    "create_auth_challenge",
    "verify_auth_challenge_response",
    "pre_token_generation",
    "user_migration",
    "pre_token_generation_config.lambda_arn",
    "custom_sms_sender.lambda_arn",
    "custom_email_sender.lambda_arn",
];

/// Factors and triggers.
pub fn complete(draft: &mut Draft<'_>, scene: &Scene<'_>, node: Node<'_>) {
    let there = |key: &str| matches!(node.at(key).found(), Found::Known(Value::Array(items)) if !items.is_empty());
    let token = matches!(node.at("software_token_mfa_configuration.enabled").found(), Found::Known(Value::Bool(true)));
    // SMS is a second factor where MFA may be used at all (GetUserPoolMfaConfig answers so).
    let mfa = node.text("mfa_configuration").is_some_and(|mode| mode != "OFF");
    let all =
        [("SMS_MFA", mfa && there("sms_configuration")), ("SOFTWARE_TOKEN_MFA", token), ("EMAIL_OTP", there("email_mfa_configuration"))];
    let factors: Vec<&str> = all.into_iter().filter(|(_, on)| *on).map(|(name, _)| name).collect();
    draft.put(&["properties".into(), "EnabledMfas".into()], Made::value(factors));
    let mut arns = BTreeSet::new();
    let mut known = true;
    for key in TRIGGERS {
        let here = node.at("lambda_config").at(key);
        match here.found() {
            Found::Known(Value::String(arn)) if !arn.is_empty() => _ = arns.insert(arn.clone()),
            Found::Unknown | Found::Sensitive => match scene.index.refer(scene.instance, here, Refer::Id) {
                Some(arn) => _ = arns.insert(arn),
                // Computed beside the block that the configuration wrote: none.
                None => known &= scene.index.leaves_out(scene.instance, here),
            },
            Found::Known(_) | Found::Absent => {}
        }
    }
    let triggers = if known { Made::value(arns.into_iter().collect::<Vec<_>>()) } else { Made::gap(scene.silence.after_apply()) };
    draft.put(&["state".into(), "TriggerArns".into()], triggers);
}
