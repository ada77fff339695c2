//! The ranges of a contract against the month as Cost Explorer has it, where somebody had that collected.

use super::compare::Difference;
use super::terms::{Entry, Name};
use super::verdict::Teller;
use crate::cost::service::short_name;
use crate::model::rule::RuleInfo;
use crate::model::verdict::Evaluation;
use crate::model::{Path, Value};
use rust_decimal::Decimal;
use std::sync::Arc;

/// A service and month of one account, in one currency.
const MONTH: &str = "Ledgerline::Cost::ServiceMonth";

/// One verdict a range and account whose month is known. What is not collected is not judged: the calls cost money.
pub(super) fn judge(rule: &Arc<RuleInfo>, teller: &Teller<'_>, told: &mut Vec<Evaluation>) {
    let path = Path::root("properties").key("ProjectedMonthEnd");
    for range in &teller.contract.costs {
        for position in teller.inventory.of_type(MONTH) {
            let Some(resource) = teller.inventory.resource(*position) else { continue };
            let is_usd = resource.properties.get("Currency").and_then(Value::as_str) == Some("USD");
            let looked = teller.contract.speaks_of(&resource.account, &resource.region)
                && teller.cx.scope.looks_at(&resource.account, &resource.region);
            if !is_usd || !looked || short_name(&resource.name) != range.component {
                continue;
            }
            let (low, high) = (range.low.amount(), range.high.amount());
            let observed = resource.at(&path).cloned().unwrap_or_default();
            let within = |amount: Decimal| amount >= low && amount <= high;
            let gap = observed.as_gap().cloned();
            let fits = match &observed {
                Value::Decimal(amount) => within(**amount),
                Value::Int(amount) => within(Decimal::from(*amount)),
                _ => false,
            };
            let expected = serde_json::json!({ "min": low.normalize().to_string(), "max": high.normalize().to_string() });
            let differences = match fits {
                true => Vec::new(),
                false => vec![Difference { path: path.clone(), observed, expected, gap, detail: None }],
            };
            let entry = Entry {
                resource_type: resource.resource_type.clone(),
                name: Name::exact(&resource.name),
                at: 0,
                optional: true,
                conditions: Vec::new(),
                expect: vec![super::expect::Field {
                    key: "properties".into(),
                    expect: super::expect::Expect::Map(vec![super::expect::Field {
                        key: "ProjectedMonthEnd".into(),
                        expect: super::expect::Expect::Range(Some(low), Some(high)),
                        at: 0,
                    }]),
                    at: 0,
                }],
                reads: Vec::new(),
            };
            teller.drifted(rule, &entry, *position, resource, differences, told);
        }
    }
}
