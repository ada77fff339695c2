//! Billing exports: nobody sees half of one, a bill is replaced whole, and what has no amount is not zero.

use super::fixture::at;
use super::*;
use crate::model::exact::Exact;
use crate::model::export::{BasisSum, Charge, ExportPeriod, ExportRow};

fn row(provider: Option<&str>, month: &str, service: Option<&str>, amount: &str) -> ExportRow {
    let sum = BasisSum { sum: amount.parse::<Exact>().unwrap(), missing: 0 };
    let charge = Charge {
        period: ExportPeriod {
            provider: provider.map(ArcStr::from),
            billing_account: Some("999999999999".into()),
            month: month.parse().unwrap(),
        },
        service: service.map(ArcStr::from),
        account: None,
        region: Some("us-east-2".into()),
        charge_category: Some("Usage".into()),
        charge_class: None,
        day: None,
        currency: Some("USD".into()),
        tags: Some("{\"Owner\":\"\"}".into()),
    };
    ExportRow { charge, charges: 3, sums: [sum, BasisSum { missing: 1, ..sum }, BasisSum { sum: Exact::default(), missing: 3 }] }
}

/// All rows, told by month, service and billed amount, sorted.
async fn all(store: &Shared, month: Option<&str>) -> Vec<String> {
    let (mut told, mut after) = (Vec::new(), Some(0));
    while let Some(place) = after {
        let (rows, next) = store.export_rows(month.map(|month| month.parse().unwrap()), place).await.unwrap();
        let name = |row: &ExportRow| row.charge.service.clone().unwrap_or_default();
        told.extend(rows.iter().map(|row| format!("{} {} {}", row.charge.period.month, name(row), row.sums[0].sum)));
        after = next;
    }
    told.sort();
    told
}

pub async fn an_export_is_seen_when_it_is_published_and_not_before(store: Shared) {
    let ticket = store.begin_export("a", at(1)).await.unwrap();
    let rows = [row(Some("AWS"), "2026-10", Some("S3"), "0.1"), row(None, "2026-11", None, "-0.000000000000001")];
    store.stage_export(ticket, &rows).await.unwrap();
    assert_eq!((all(&store, None).await, store.export_periods().await.unwrap()), (Vec::new(), Vec::new()));
    let published = store.publish_export(ticket).await.unwrap();
    assert_eq!((published.periods.len(), published.replaced.len()), (2, 0));
    assert_eq!(all(&store, None).await, ["2026-10 S3 0.1", "2026-11  -0.000000000000001"]);
    let (back, _) = store.export_rows(Some("2026-10".parse().unwrap()), 0).await.unwrap();
    assert_eq!(back, rows[..1], "it comes back as it was");
    let dropped = store.begin_export("b", at(2)).await.unwrap();
    store.stage_export(dropped, &[row(Some("AWS"), "2026-10", Some("S3"), "9")]).await.unwrap();
    store.discard_export(dropped).await.unwrap();
    assert_eq!(all(&store, Some("2026-10")).await, ["2026-10 S3 0.1"]);
    assert!(store.publish_export(dropped).await.is_err(), "it is gone");
}

pub async fn a_bill_is_replaced_whole_and_no_other(store: Shared) {
    let publish = async |source: &str, rows: &[ExportRow]| {
        let ticket = store.begin_export(source, at(1)).await.unwrap();
        for row in rows {
            store.stage_export(ticket, std::slice::from_ref(row)).await.unwrap();
        }
        store.publish_export(ticket).await.unwrap()
    };
    let (aws, other) = (Some("AWS"), Some("Other"));
    publish("first", &[row(aws, "2026-10", Some("S3"), "1"), row(aws, "2026-10", Some("KMS"), "2"), row(aws, "2026-09", Some("S3"), "3")])
        .await;
    publish("other", &[row(other, "2026-10", Some("Disk"), "4"), row(None, "2026-10", Some("Lost"), "5")]).await;
    let again = publish("again", &[row(aws, "2026-10", Some("S3"), "1.5")]).await;
    let replaced: Vec<_> = again.replaced.iter().map(|one| (one.source.as_str(), one.period.month.to_string(), one.charges)).collect();
    assert_eq!(replaced, [("first", "2026-10".to_owned(), 6)]);
    assert_eq!(all(&store, None).await, ["2026-09 S3 3", "2026-10 Disk 4", "2026-10 Lost 5", "2026-10 S3 1.5"]);
    // A bill without a provider is one as well.
    publish("lost again", &[row(None, "2026-10", Some("Lost"), "6")]).await;
    assert_eq!(all(&store, Some("2026-10")).await, ["2026-10 Disk 4", "2026-10 Lost 6", "2026-10 S3 1.5"]);
    let periods = store.export_periods().await.unwrap();
    let periods: Vec<_> =
        periods.iter().map(|one| format!("{} {:?} {}", one.period.month, one.period.provider.as_deref(), one.source)).collect();
    assert_eq!(
        periods,
        ["2026-09 Some(\"AWS\") first", "2026-10 None lost again", "2026-10 Some(\"AWS\") again", "2026-10 Some(\"Other\") other"]
    );
}
