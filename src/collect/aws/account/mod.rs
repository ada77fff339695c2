//! The account and the region themselves, which exist in every pass: rules about what should exist (a billing alarm, an
//! analyzer) hang on them, since a thing that is missing is no resource.

use super::scope::{Scope, Yield};
use super::services::Service;
use serde_json::json;

/// Yields one `Ledgerline::Account` an account and one `Ledgerline::Region` a region. Nothing is asked of AWS.
pub struct Account;

#[async_trait::async_trait]
impl Service for Account {
    fn name(&self) -> &'static str {
        "account"
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let account = cx.place.account.as_str();
        let region = cx.place.region.as_str();
        let resource = if cx.place.region.is_global() {
            let properties = json!({ "AccountId": account, "CallerArn": cx.caller.arn.as_str() });
            cx.resource("Ledgerline::Account", format!("ledgerline:account:{account}").into(), account, properties, json!({}))
        } else {
            let properties = json!({ "AccountId": account, "RegionName": region });
            cx.resource("Ledgerline::Region", format!("ledgerline:region:{account}:{region}").into(), region, properties, json!({}))
        };
        Yield { resources: vec![resource], ..Yield::default() }
    }
}
