//! What rules may ask of money: `cost.*`. Amounts are US dollars a month at list price, rounded up to the cent's
//! hundredth; a price that is not known is a gap.

use super::price::{Sku, list_price};
use super::service::short_name;
use crate::model::function::{Function, Kind, Parameter};
use crate::model::{Gap, GapKind, Money, Value};
use rust_decimal::{Decimal, RoundingStrategy};

/// Bytes of a GB as AWS bills storage: 2³⁰.
const GB: i64 = 1 << 30;
/// Seconds of the month that AWS's own calculator counts with: 730 hours.
const MONTH_SECS: i64 = 730 * 3600;

const REGION: Parameter = Parameter { name: "region", kind: Kind::String };

/// The functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "cost.log_storage",
        parameters: &[REGION, Parameter { name: "bytes", kind: Kind::Int }],
        returns: Kind::Decimal,
        help: "USD a month for this many bytes of stored log events, at list price",
        call: log_storage,
    },
    Function {
        name: "cost.provisioned_concurrency",
        parameters: &[
            REGION,
            Parameter { name: "architecture", kind: Kind::String },
            Parameter { name: "memory_mb", kind: Kind::Int },
            Parameter { name: "instances", kind: Kind::List(&Kind::Int) },
        ],
        returns: Kind::Decimal,
        help: "USD a month for these numbers of instances of provisioned concurrency, invoked or not, at list price",
        call: provisioned_concurrency,
    },
    Function {
        name: "cost.service_name",
        parameters: &[Parameter { name: "service", kind: Kind::String }],
        returns: Kind::String,
        help: "a service as people call it, from Cost Explorer's name of it: `DynamoDB` for `Amazon DynamoDB`",
        call: service_name,
    },
];

fn log_storage(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Int(bytes)] = arguments else { return Err(misused("cost.log_storage(region, bytes)")) };
    let price = price(Sku::LogStorage, region)?;
    amount(price, &[*bytes], GB)
}

fn provisioned_concurrency(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(architecture), Value::Int(memory), Value::List(instances)] = arguments else {
        return Err(misused("cost.provisioned_concurrency(region, architecture, memory_mb, instances)"));
    };
    let sku = if architecture == "arm64" { Sku::ProvisionedConcurrencyArm } else { Sku::ProvisionedConcurrencyX86 };
    let price = price(sku, region)?;
    let instances =
        instances.iter().try_fold(0_i64, |sum, count| if let Value::Int(count) = count { sum.checked_add(*count) } else { None });
    let instances = instances.ok_or_else(|| misused("a list of whole numbers"))?;
    amount(price, &[MONTH_SECS, *memory, instances], 1024)
}

fn service_name(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(service)] = arguments else { return Err(misused("cost.service_name(service)")) };
    Ok(Value::str(short_name(service)))
}

fn price(sku: Sku, region: &str) -> Result<Money, Gap> {
    list_price(sku, region).ok_or_else(|| Gap::new(GapKind::Price, arcstr::format!("the list price in {region} is not known")))
}

/// The price times all of the factors, divided last and rounded once.
fn amount(price: Money, factors: &[i64], divisor: i64) -> Result<Value, Gap> {
    let product = factors.iter().try_fold(price, |product, factor| product.times(u64::try_from(*factor).unwrap_or(0)).ok());
    let quotient = product.and_then(|product| product.amount().checked_div(Decimal::from(divisor)));
    let amount = quotient.ok_or_else(|| Gap::new(GapKind::Price, "the amount does not fit into 28 digits"))?;
    Ok(Value::decimal(amount.round_dp_with_strategy(4, RoundingStrategy::AwayFromZero).normalize()))
}

fn misused(usage: &str) -> Gap {
    Gap::new(GapKind::Failed, arcstr::format!("expected {usage}"))
}
