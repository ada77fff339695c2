//! Where one way of paying becomes cheaper than another, from prices alone.
//!
//! Articles and tools still say that provisioned capacity pays from 14 to 18 % use: that was so before November 2024, when on-demand
//! cost twice as much. So it is worked out from the prices that hold.

use crate::cost::prices::PriceBook;
use chrono::NaiveDate;
use rust_decimal::Decimal;

const SECONDS: i64 = 3600;

/// Thresholds of DynamoDB, as shares from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thresholds {
    /// The use of provisioned write capacity above which it is cheaper than on-demand.
    pub provisioned: Decimal,
    /// The same of capacity that is reserved for one year.
    pub reserved_one_year: Decimal,
    /// The same for three years.
    pub reserved_three_years: Decimal,
    /// The share of storage in storage and throughput above which Standard-IA is cheaper.
    pub infrequent_access: Decimal,
}

/// The thresholds of a region on a day; none where a price of them is not known.
pub fn thresholds(book: &PriceBook, region: &str, day: NaiveDate) -> Option<Thresholds> {
    let each = |sku: &str| book.find(sku, region, day)?.each();
    let write = each("dynamodb-write-request")?;
    let second = write.checked_mul(Decimal::from(SECONDS))?;
    let use_of = |sku: &str| each(sku)?.checked_div(second);
    let storage_saved = each("dynamodb-storage")?.checked_sub(each("dynamodb-ia-storage")?)?.checked_div(each("dynamodb-storage")?)?;
    let dearer = each("dynamodb-ia-write-request")?.checked_sub(write)?.checked_div(write)?;
    // A share s of storage saves s × storage_saved and costs (1 − s) × dearer more.
    let infrequent_access = dearer.checked_div(dearer.checked_add(storage_saved)?)?;
    Some(Thresholds {
        provisioned: use_of("dynamodb-write-capacity-hour")?,
        reserved_one_year: use_of("dynamodb-write-capacity-hour-reserved-1y")?,
        reserved_three_years: use_of("dynamodb-write-capacity-hour-reserved-3y")?,
        infrequent_access,
    })
}
