//! What rules may ask of money: `cost.*`. Amounts are US dollars a month at list price, rounded up to the cent's
//! hundredth; a price that is not known is a gap.

use super::prices::{self, exact_product};
use super::service::short_name;
use crate::model::function::{Function, Kind, Parameter};
use crate::model::{Gap, GapKind, Value};
use rust_decimal::{Decimal, RoundingStrategy};

/// Bytes of a GB as AWS bills storage: 2³⁰.
const GB: i64 = 1 << 30;
/// Hours of the month that AWS's own calculator counts with.
const MONTH_HOURS: i64 = 730;
const STANDARD: &str = "STANDARD";
const INFREQUENT: &str = "STANDARD_INFREQUENT_ACCESS";

const REGION: Parameter = Parameter { name: "region", kind: Kind::String };
const CLASS: Parameter = Parameter { name: "table_class", kind: Kind::String };

/// The functions, sorted by name.
pub const FUNCTIONS: &[Function] = &[
    Function {
        name: "cost.cache_cluster",
        parameters: &[REGION, Parameter { name: "size_gb", kind: Kind::String }],
        returns: Kind::Decimal,
        help: "USD a month for a cache of API Gateway of this size, used or not, at list price",
        call: cache_cluster,
    },
    Function {
        name: "cost.dynamodb_capacity",
        parameters: &[REGION, CLASS, Parameter { name: "read_units", kind: Kind::Int }, Parameter { name: "write_units", kind: Kind::Int }],
        returns: Kind::Decimal,
        help: "USD a month for this much provisioned capacity of a table or index, used or not, at list price",
        call: dynamodb_capacity,
    },
    Function {
        name: "cost.dynamodb_class_saving",
        parameters: &[
            REGION,
            CLASS,
            Parameter { name: "bytes", kind: Kind::Int },
            Parameter { name: "throughput_usd", kind: Kind::Decimal },
        ],
        returns: Kind::Decimal,
        help: "USD a month that the other table class would save, from the stored bytes and what throughput costs a month in this one; negative where it would cost more",
        call: dynamodb_class_saving,
    },
    Function {
        name: "cost.dynamodb_storage",
        parameters: &[REGION, CLASS, Parameter { name: "bytes", kind: Kind::Int }],
        returns: Kind::Decimal,
        help: "USD a month for this many bytes of a table or index, at list price",
        call: dynamodb_storage,
    },
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

fn cache_cluster(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(size)] = arguments else { return Err(misused("cost.cache_cluster(region, size_gb)")) };
    let price = price(&format!("apigateway-cache-hour-{size}"), region)?;
    amount(&[(price, &[MONTH_HOURS], 1)])
}

fn dynamodb_capacity(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(class), Value::Int(reads), Value::Int(writes)] = arguments else {
        return Err(misused("cost.dynamodb_capacity(region, table_class, read_units, write_units)"));
    };
    let (read, write) = (price(&sku(class, "read-capacity-hour"), region)?, price(&sku(class, "write-capacity-hour"), region)?);
    amount(&[(read, &[MONTH_HOURS, *reads], 1), (write, &[MONTH_HOURS, *writes], 1)])
}

fn dynamodb_storage(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(class), Value::Int(bytes)] = arguments else {
        return Err(misused("cost.dynamodb_storage(region, table_class, bytes)"));
    };
    amount(&[(price(&sku(class, "storage"), region)?, &[*bytes], GB)])
}

/// Throughput costs a quarter more in Standard-IA: the ratio is that of the prices of a write.
fn dynamodb_class_saving(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(class), Value::Int(bytes), throughput] = arguments else {
        return Err(misused("cost.dynamodb_class_saving(region, table_class, bytes, throughput_usd)"));
    };
    let throughput = match throughput {
        Value::Decimal(amount) => **amount,
        Value::Int(amount) => Decimal::from(*amount),
        _ => return Err(misused("an amount of dollars as throughput_usd")),
    };
    let other = if class == INFREQUENT { STANDARD } else { INFREQUENT };
    let of = |class: &str| -> Result<(Decimal, Decimal), Gap> {
        Ok((price(&sku(class, "storage"), region)?, price(&sku(class, "write-request"), region)?))
    };
    let ((storage, write), (other_storage, other_write)) = (of(class)?, of(other)?);
    let saving = || {
        let stored = Decimal::from(*bytes).checked_div(Decimal::from(GB))?;
        let by_storage = stored.checked_mul(storage.checked_sub(other_storage)?)?;
        let elsewhere = throughput.checked_mul(other_write)?.checked_div(write)?;
        by_storage.checked_add(throughput)?.checked_sub(elsewhere)
    };
    // Rounded towards less: a saving is never promised that is not there.
    let saving = saving().ok_or_else(unheld)?;
    Ok(Value::decimal(saving.round_dp_with_strategy(4, RoundingStrategy::ToNegativeInfinity).normalize()))
}

fn log_storage(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Int(bytes)] = arguments else { return Err(misused("cost.log_storage(region, bytes)")) };
    amount(&[(price("logs-storage", region)?, &[*bytes], GB)])
}

fn provisioned_concurrency(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(region), Value::Str(architecture), Value::Int(memory), Value::List(instances)] = arguments else {
        return Err(misused("cost.provisioned_concurrency(region, architecture, memory_mb, instances)"));
    };
    let sku = if architecture == "arm64" { "lambda-provisioned-gb-second-arm" } else { "lambda-provisioned-gb-second-x86" };
    let price = price(sku, region)?;
    let instances =
        instances.iter().try_fold(0_i64, |sum, count| if let Value::Int(count) = count { sum.checked_add(*count) } else { None });
    let instances = instances.ok_or_else(|| misused("a list of whole numbers"))?;
    amount(&[(price, &[MONTH_HOURS, 3600, *memory, instances], 1024)])
}

fn service_name(arguments: &[Value]) -> Result<Value, Gap> {
    let [Value::Str(service)] = arguments else { return Err(misused("cost.service_name(service)")) };
    Ok(Value::str(short_name(service)))
}

/// The sku of a table's class.
fn sku(class: &str, what: &str) -> String {
    if class == INFREQUENT { format!("dynamodb-ia-{what}") } else { format!("dynamodb-{what}") }
}

fn price(sku: &str, region: &str) -> Result<Decimal, Gap> {
    let book = prices::in_force();
    let price = book.latest(sku, region).and_then(prices::Price::each);
    price.ok_or_else(|| Gap::new(GapKind::Price, arcstr::format!("the list price of {sku} in {region} is not known")))
}

/// The sum of prices times all of their factors, each divided last; rounded once.
fn amount(parts: &[(Decimal, &[i64], i64)]) -> Result<Value, Gap> {
    let part = |(price, factors, divisor): &(Decimal, &[i64], i64)| {
        let product = factors.iter().try_fold(*price, |product, factor| exact_product(product, Decimal::from((*factor).max(0))))?;
        product.checked_div(Decimal::from(*divisor))
    };
    let sum = parts.iter().try_fold(Decimal::ZERO, |sum, one| sum.checked_add(part(one)?)).ok_or_else(unheld)?;
    Ok(Value::decimal(sum.round_dp_with_strategy(4, RoundingStrategy::AwayFromZero).normalize()))
}

fn unheld() -> Gap {
    Gap::new(GapKind::Price, "the amount does not fit into 28 digits")
}

fn misused(usage: &str) -> Gap {
    Gap::new(GapKind::Failed, arcstr::format!("expected {usage}"))
}
