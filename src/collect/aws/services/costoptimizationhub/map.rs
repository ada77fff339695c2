//! Recommendations as resources. AWS writes amounts as floating-point numbers; they are taken as the shortest decimals that mean the same.

use crate::collect::aws::draft::Draft;
use aws_sdk_costoptimizationhub::types::Recommendation;
use rust_decimal::Decimal;

#[cfg(test)]
mod tests;

/// The type's name.
pub const RECOMMENDATION: &str = "Ledgerline::Cost::Recommendation";

/// One; none where it does not say what, of what, or how much.
pub fn recommendation(recommendation: &Recommendation) -> Option<Draft> {
    let id = recommendation.recommendation_id()?;
    let resource = recommendation.resource_arn().or_else(|| recommendation.resource_id())?;
    let savings = amount(recommendation.estimated_monthly_savings()?)?;
    let mut draft = Draft::new(RECOMMENDATION, format!("ledgerline:cost:recommendation:{id}"), resource);
    let properties = &mut draft.properties;
    properties.put("RecommendationId", id);
    properties.put("Action", recommendation.action_type()?);
    properties.put("ResourceType", recommendation.current_resource_type()?);
    properties.put("ResourceId", resource);
    properties.put("ResourceAccount", recommendation.account_id()?);
    properties.put_some("ResourceRegion", recommendation.region());
    properties.put("Currency", recommendation.currency_code().unwrap_or("USD"));
    properties.put("MonthlySavings", savings.to_string());
    properties.put_some("MonthlyCost", recommendation.estimated_monthly_cost().and_then(amount).map(|cost| cost.to_string()));
    properties.put_some("Effort", recommendation.implementation_effort());
    properties.put_some("Summary", recommendation.current_resource_summary());
    properties.put_some("Recommended", recommendation.recommended_resource_summary());
    Some(draft)
}

fn amount(number: f64) -> Option<Decimal> {
    let text = number.to_string();
    Decimal::from_str_exact(&text).or_else(|_| Decimal::from_scientific(&text)).ok().map(|amount| amount.normalize())
}
