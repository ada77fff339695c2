//! List prices: small, dated, and only for the regions that they were read for. Elsewhere a price is unknown, never zero.

use crate::model::Money;
use rust_decimal::Decimal;

/// What is paid for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sku {
    /// A GB of stored log events for a month.
    LogStorage,
    /// A GB of provisioned concurrency for a second, on x86.
    ProvisionedConcurrencyX86,
    /// The same on arm64.
    ProvisionedConcurrencyArm,
}

/// Regions whose list prices are these: us-east-1 and us-east-2 have the same.
const REGIONS: &[&str] = &["us-east-1", "us-east-2"];

/// The list price, before discounts and free tiers, as read in November 2026; none where it is not known. Sources:
/// <https://aws.amazon.com/cloudwatch/pricing/>, <https://aws.amazon.com/lambda/pricing/>.
pub fn list_price(sku: Sku, region: &str) -> Option<Money> {
    if !REGIONS.contains(&region) {
        return None;
    }
    let (digits, scale) = match sku {
        Sku::LogStorage => (3, 2),                      // $0.03
        Sku::ProvisionedConcurrencyX86 => (41_667, 10), // $0.0000041667
        Sku::ProvisionedConcurrencyArm => (33_334, 10), // $0.0000033334
    };
    Some(Money::new(Decimal::new(digits, scale)))
}
