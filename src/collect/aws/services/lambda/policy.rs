//! The policy that lets others call a function. Versions and aliases have policies of their own: one that opens
//! `orders:live` says nothing of `orders`, and is not among what is asked for without that name.

use crate::collect::aws::document;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::scope::Scope;
use crate::model::Outcome;
use aws_sdk_lambda::Client;
use serde_json::Value;

/// The call.
pub const POLICY: &str = "lambda:GetPolicy";

/// The policy of a function, or of its version or alias; none where there is none.
///
/// "No policy" and "no function" have one code, `ResourceNotFoundException`. The listing just named the function, and where
/// it went since, Lambda's message begins with "Function not found", or for an alias with "Cannot find alias": any other
/// message is about the policy.
pub async fn policy(cx: &Scope<'_>, client: &Client, name: &str, qualifier: Option<&str>) -> Result<Option<Value>, Failure> {
    let ask = || client.get_policy().function_name(name).set_qualifier(qualifier.map(str::to_owned)).send();
    let gone = |reason: &str| ["Function not found", "Cannot find alias"].into_iter().any(|words| reason.contains(words));
    let answer = match cx.call(POLICY, ask).await {
        Err(failure) if failure.vanished() && !gone(&failure.reason) => return Ok(None),
        answer => answer?,
    };
    let text = answer.policy.ok_or_else(|| Failure::empty(POLICY))?;
    let unread = |fault| {
        let whose = qualifier.map_or_else(|| name.to_owned(), |qualifier| format!("{name}:{qualifier}"));
        Failure::fault(Outcome::Broken, format!("the policy of function {whose} cannot be read: {fault}"))
    };
    document::read(&text).map(Some).map_err(unread)
}
