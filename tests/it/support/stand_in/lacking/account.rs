//! Account Management: the emulator knows alternate contacts only.

use super::super::wire::{Call, Reply};
use serde_json::json;

/// The answer of an account that has none of it.
pub fn answer(call: &Call) -> Option<Reply> {
    match call.operation() {
        "GetAccountInformation" => Some(Reply::Json(json!({"AccountId": call.account, "AccountName": "tests"}))),
        "GetContactInformation" => Some(Reply::Json(json!({"ContactInformation": {
            "FullName": "tests", "AddressLine1": "1 Main Street", "City": "Columbus", "PostalCode": "43004", "CountryCode": "US",
            "PhoneNumber": "+16145550100"}}))),
        "ListRegions" => Some(Reply::Json(json!({"Regions": [{"RegionName": call.region, "RegionOptStatus": "ENABLED_BY_DEFAULT"}]}))),
        _ => None,
    }
}
