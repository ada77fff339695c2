//! The current month against what contracts estimate of it: the resources that Cost Explorer's answer became, summed over accounts.

use crate::cost::service::short_name;
use crate::model::ledger::Month;
use crate::model::snapshot::MonthStanding;
use crate::model::{Inventory, Money, Resource, Value};
use arcstr::ArcStr;

/// A service and month of one account, in one currency.
const MONTH: &str = "Ledgerline::Cost::ServiceMonth";

/// Where each estimated component's month stands; nothing where no costs were read. Amounts in other currencies are left out, and with
/// them what they belong to.
pub(super) fn standings(estimates: &[(ArcStr, Money, Money)], inventory: &Inventory, month: Month) -> Vec<MonthStanding> {
    let word = month.to_string();
    let months = inventory.of_type(MONTH).iter().filter_map(|position| inventory.resource(*position));
    let months: Vec<&Resource> = months.filter(|one| text(one, "Month") == Some(word.as_str())).collect();
    if months.is_empty() {
        return Vec::new();
    }
    let standing = |(component, low, high): &(ArcStr, Money, Money)| {
        let of: Vec<&Resource> = months.iter().copied().filter(|one| short_name(&one.name) == component.as_str()).collect();
        let sum = |property: &str| {
            let amounts: Option<Vec<Money>> = of.iter().map(|one| amount(one, property)).collect();
            Money::sum(amounts?).ok()
        };
        MonthStanding {
            component: component.clone(),
            low: *low,
            high: *high,
            to_date: sum("MonthToDate"),
            projected: sum("ProjectedMonthEnd"),
            credits: sum("Credits"),
        }
    };
    estimates.iter().map(standing).collect()
}

fn text<'a>(resource: &'a Resource, property: &str) -> Option<&'a str> {
    resource.properties.get(property)?.as_str()
}

/// An amount in dollars; none where it is in another currency or not known.
fn amount(resource: &Resource, property: &str) -> Option<Money> {
    match resource.properties.get(property)? {
        Value::Decimal(amount) if text(resource, "Currency") == Some("USD") => Some(Money::new(**amount)),
        Value::Int(amount) if text(resource, "Currency") == Some("USD") => Some(Money::new((*amount).into())),
        _ => None,
    }
}
