//! AWS Account Management: whether the account has alternate contacts. (The account itself, `Ledgerline::Account`, asks
//! nothing of AWS and is in `collect::aws::account`.)
//!
//! Only that a contact is registered is kept: names, addresses and phone numbers are of people, and end here.

use super::Service;
use crate::collect::aws::draft::Draft;
use crate::collect::aws::failure::Failure;
use crate::collect::aws::limiter::Pace;
use crate::collect::aws::listing::Listing;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_account::Client;
use aws_sdk_account::types::AlternateContactType;

#[cfg(test)]
mod tests;

/// Collects `Ledgerline::Account::AlternateContact`.
pub struct AccountManagement;

const CONTACT: &str = "Ledgerline::Account::AlternateContact";
const CONTACT_OF: &str = "account:GetAlternateContact";

/// The kinds that there are, each asked for on its own: there is no listing.
const KINDS: [AlternateContactType; 3] = [AlternateContactType::Security, AlternateContactType::Billing, AlternateContactType::Operations];

#[async_trait::async_trait]
impl Service for AccountManagement {
    fn name(&self) -> &'static str {
        "account-management"
    }

    fn paces(&self) -> &'static [(&'static str, Pace)] {
        // Quotas of AWS Account Management: ten a second of this call.
        const { &[(CONTACT_OF, Pace::new(10, 10))] }
    }

    async fn collect(&self, cx: &Scope<'_>) -> Yield {
        let client = Client::new(cx.sdk());
        let mut contacts: Listing<Draft> = Listing { items: Vec::new(), fault: None };
        for kind in KINDS {
            let answer = cx.call(CONTACT_OF, || client.get_alternate_contact().alternate_contact_type(kind.clone()).send()).await;
            match registered(answer.map(|answer| answer.alternate_contact.is_some())) {
                Ok(registered) => contacts.items.push(contact(cx, &kind, registered)),
                Err(failure) => contacts.fault = contacts.fault.or(Some(failure)),
            }
        }
        let mut found = Yield::default();
        found.listed(cx, CONTACT, CONTACT_OF, &contacts);
        for contact in contacts.items {
            found.enter(cx, contact);
        }
        found
    }
}

/// Whether a contact is registered, by what was answered: AWS says with a code that there is none; an answer without a
/// contact is no answer.
fn registered(answer: Result<bool, Failure>) -> Result<bool, Failure> {
    match answer {
        Ok(true) => Ok(true),
        Ok(false) => Err(Failure::empty(CONTACT_OF)),
        Err(failure) if failure.is("ResourceNotFoundException") => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// A kind of contact, which every account has room for.
fn contact(cx: &Scope<'_>, kind: &AlternateContactType, registered: bool) -> Draft {
    let id = format!("ledgerline:alternate-contact:{}:{}", cx.place.account, kind.as_str());
    let mut draft = Draft::new(CONTACT, id, kind.as_str());
    draft.properties.put("AlternateContactType", kind.as_str());
    draft.properties.put("Registered", registered);
    draft
}
