//! How long sessions of roles last, and what roles are for: `GetAccountAuthorizationDetails` leaves both out, `ListRoles`
//! has them for all roles of the account, a thousand a page, so that no role takes a call of its own.

use super::map::ROLE;
use crate::collect::aws::scope::{Scope, Yield};
use crate::model::resource::ResourceRecord;
use crate::model::{Gap, GapKind};
use aws_sdk_iam::Client;
use serde_json::json;
use std::collections::HashMap;

/// The call.
pub const SESSIONS: &str = "iam:ListRoles";

/// Puts what the listing says into the roles; those that it does not name have a gap.
pub async fn put(cx: &Scope<'_>, client: &Client, roles: &mut [ResourceRecord], found: &mut Yield) {
    let listing = cx
        .list(SESSIONS, |marker| {
            let request = client.list_roles().max_items(super::PAGE).set_marker(marker);
            async {
                let answer = request.send().await?;
                Ok(super::page(answer.roles, answer.is_truncated, answer.marker))
            }
        })
        .await;
    let count = listing.items.len() as u64;
    found.coverage.add(cx.row(ROLE, SESSIONS, listing.fault.as_ref().map_or(Ok(count), Err)));
    let known: HashMap<&str, _> = listing.items.iter().map(|role| (role.arn(), role)).collect();
    for role in roles {
        match (known.get(role.id.as_str()).and_then(|role| Some((role, role.max_session_duration()?))), &listing.fault) {
            (Some((listed, seconds)), _) => {
                role.properties["MaxSessionDuration"] = json!(seconds);
                if let Some(description) = listed.description().filter(|text| !text.is_empty()) {
                    role.properties["Description"] = json!(description);
                }
            }
            (None, Some(failure)) => super::put_call_gap(cx, role, SESSIONS, failure.gap(&SESSIONS.into())),
            (None, None) => {
                let detail = format!("{SESSIONS} does not say how long sessions of {} last", role.name);
                super::put_call_gap(cx, role, SESSIONS, Gap { call: Some(SESSIONS.into()), ..Gap::new(GapKind::Undecidable, detail) });
            }
        }
    }
}
