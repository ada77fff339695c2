//! Rows of exports become cells, and one wrong row names its place.

use super::charge::LineItem;
use super::fold::{Folder, Slice};
use super::layout::{Clock, ExportKind, Layout, NotAnExport, Role, Word};
use super::question::{Condition, ExportKey, Question, Tally};
use super::{moment, tags};
use crate::model::exact::Exact;
use crate::model::export::{ExportBasis, ExportRow};

const FOCUS: &[&str] =
    &["BilledCost", "EffectiveCost", "ListCost", "BillingCurrency", "BillingPeriodStart", "ChargePeriodStart", "ServiceName"];

fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

/// Rows of service, currency, tags and billed cost on 2026-10-02.
fn folded(rows: &[(&str, &str, &str, &str)]) -> Vec<ExportRow> {
    let mut folder = Folder::default();
    let mut slice = Slice { rows: rows.len(), ..Slice::new(ExportKind::Focus) };
    let words = &mut folder.words;
    slice.put_words(&Role::Word(Word::Service), rows.iter().map(|row| words.cell(row.0)).collect());
    slice.put_words(&Role::Word(Word::Currency), rows.iter().map(|row| words.cell(row.1)).collect());
    slice.put_words(&Role::Tags, rows.iter().map(|row| words.cell(row.2)).collect());
    slice.put_days(Clock::Charge, rows.iter().map(|_| moment::day("2026-10-02")).collect());
    slice.put_amounts(0, rows.iter().map(|row| Some(exact(row.3))).collect());
    folder.add(ExportKind::Focus, &slice, 1).unwrap();
    folder.drain()
}

fn asked(rows: &[ExportRow], by: &[&str], conditions: &[&str]) -> Vec<String> {
    let question = Question {
        by: by.iter().map(|key| key.parse().unwrap()).collect(),
        conditions: conditions.iter().map(|text| text.parse().unwrap()).collect(),
        ..Question::default()
    };
    let mut tally = Tally::new(question);
    rows.iter().for_each(|row| tally.add(row).unwrap());
    let told = tally.finish().unwrap().into_iter().flat_map(|table| {
        let currency = table.currency.unwrap_or_default();
        assert_eq!(Exact::sum(table.rows.iter().map(|(_, amount)| *amount)).unwrap(), table.total);
        table.rows.into_iter().map(move |(values, amount)| format!("{currency} {values:?} {amount}"))
    });
    told.collect()
}

#[test]
fn columns_are_found_under_all_the_names_that_they_go_by() {
    for names in [FOCUS, &["billed_cost", "billing_period_start"], &["billedcost", "chargeperiodstart"]] {
        assert_eq!(Layout::of(names, None).unwrap().kind, ExportKind::Focus);
    }
    let cur = ["line_item_unblended_cost", "line_item_usage_start_date", "resource_tags_user_owner"];
    let layout = Layout::of(&cur, None).unwrap();
    assert_eq!((layout.kind, layout.columns.last()), (ExportKind::Cur2, Some(&(2, Role::Tag("user_owner".to_owned())))));
    let before = ["lineItem/UnblendedCost", "bill/BillingPeriodStartDate", "resourceTags/user:Owner"];
    assert_eq!(Layout::of(&before, None).unwrap().columns.last(), Some(&(2, Role::Tag("user:Owner".to_owned()))));
}

#[test]
fn what_is_no_export_is_refused() {
    assert_eq!(Layout::of(&["a", "b"], None), Err(NotAnExport::Neither));
    assert!(matches!(Layout::of(FOCUS, Some(ExportKind::Cur2)), Err(NotAnExport::Lacks { .. })));
    assert!(matches!(Layout::of(&["BilledCost"], None), Err(NotAnExport::Lacks { .. })));
    assert_eq!(Layout::of(&["BilledCost", "billed_cost", "BillingPeriodStart"], None), Err(NotAnExport::Twice("BilledCost")));
}

#[test]
fn times_are_read_in_utc() {
    let day = |text: &str| moment::day(text).and_then(moment::date).map(|date| date.to_string());
    for text in [
        "2026-10-01",
        "2026-10-01T00:00Z",
        "2026-10-01 23:59:59",
        "2026-10-01T00:00:00.000Z",
        "2026-10-02T01:30:00+02:00",
        "2026-10-01 00:00:00+00",
    ] {
        assert_eq!(day(text).as_deref(), Some("2026-10-01"), "{text}");
    }
    for text in ["", "2026", "01/10/2026", "2026-13-01", "2026-10-01x", "2026-10-01T25:00Z", "éééééé"] {
        assert_eq!(day(text), None, "{text}");
    }
}

#[test]
fn a_tag_is_found_by_each_of_its_names_and_first_as_it_is_written() {
    let written = r#"{"Owner":"a","owner":"b","user_cost_center":"$5=x","user:Empty":""}"#;
    let find = |name: &str| tags::find(Some(written), name).map(|value| value.to_string());
    assert_eq!((find("Owner"), find("owner")), (Some("a".to_owned()), Some("b".to_owned())));
    for name in ["user_cost_center", "CostCenter", "user:CostCenter", "cost-center"] {
        assert_eq!(find(name).as_deref(), Some("$5=x"), "{name}");
    }
    assert_eq!((find("Empty").as_deref(), find("none"), find("$")), (Some(""), None, None));
    assert_eq!(tags::find(None, "Owner"), None);
}

#[test]
fn a_cell_of_tags_is_json_or_nothing() {
    let read = |text: &str| tags::of_cell(text).map(|tags| tags::written(&tags));
    for nothing in ["", "NULL", "{}", r#"{"a":null}"#] {
        assert_eq!(read(nothing), Ok(None), "{nothing}");
    }
    assert_eq!(read(r#"{"b":true,"a":"NULL"}"#), Ok(Some(r#"{"a":"NULL","b":"true"}"#.to_owned())));
    for bad in ["x", "[1]", r#"{"a""#] {
        assert!(read(bad).is_err(), "{bad}");
    }
}

#[test]
fn currencies_are_never_added_and_nothing_is_not_empty() {
    let rows = folded(&[
        ("s3", "USD", r#"{"user_owner":"a"}"#, "0.1"),
        ("s3", "USD", r#"{"user_owner":""}"#, "0.2"),
        ("NULL", "USD", "", "-5"),
        ("s3", "EUR", "", "1"),
    ]);
    assert_eq!(asked(&rows, &["service"], &[]), [r#"EUR [Some("s3")] 1"#, "USD [None] -5", r#"USD [Some("s3")] 0.3"#]);
    assert_eq!(asked(&rows, &["tag:Owner"], &["service=s3"]), ["EUR [None] 1", r#"USD [Some("")] 0.2"#, r#"USD [Some("a")] 0.1"#]);
    assert_eq!(asked(&rows, &["service"], &["tag:owner="]), [r#"USD [Some("s3")] 0.2"#]);
    assert_eq!(asked(&rows, &["service"], &["tag:owner", "service=s3"]), [r#"EUR [Some("s3")] 1"#]);
    assert_eq!(asked(&rows, &["service"], &["tag:owner=a", "tag:Owner="]).len(), 0, "two keys, both of which must hold");
    assert_eq!(asked(&rows, &["service"], &["tag:owner=a", "tag:owner="]), [r#"USD [Some("s3")] 0.3"#]);
    assert_eq!(asked(&rows, &["month", "day"], &["service=s3"]).last().unwrap(), r#"USD [Some("2026-10"), Some("2026-10-02")] 0.3"#);
}

#[test]
fn a_key_that_does_not_exist_is_told_with_those_that_do() {
    for bad in ["", "tag:", "Service", "usage"] {
        assert!(bad.parse::<ExportKey>().unwrap_err().contains("charge_category"), "{bad}");
    }
    assert_eq!("tag:a=b=c".parse::<Condition>().unwrap().value.as_deref(), Some("b=c"));
}

#[test]
fn an_effective_cost_follows_the_type_of_the_line_item() {
    let amounts: Vec<Exact> = (1..=8).map(|number| exact(&format!("{number}.5"))).collect();
    let amount = |place: usize| amounts.get(place).copied();
    let told = |item: &str, reservation| LineItem::of(item).effective(amount, reservation).unwrap().map(|amount| amount.to_string());
    for (item, expected) in [
        ("Usage", "1.5"),
        ("SavingsPlanCoveredUsage", "2.5"),
        ("SavingsPlanRecurringFee", "-1"),
        ("SavingsPlanNegation", "0"),
        ("SavingsPlanUpfrontFee", "0"),
        ("DiscountedUsage", "5.5"),
        ("RIFee", "14"),
        ("Tax", "1.5"),
        ("Credit", "1.5"),
        ("Refund", "1.5"),
        ("EdpDiscount", "1.5"),
        ("SomethingNew", "1.5"),
    ] {
        assert_eq!(told(item, Some(false)).as_deref(), Some(expected), "{item}");
    }
    assert_eq!(told("Fee", Some(false)).as_deref(), Some("1.5"));
    assert_eq!(told("Fee", Some(true)).as_deref(), Some("0"));
    assert_eq!(told("Fee", None), None, "whether it is an upfront fee is not known");
    assert_eq!(LineItem::of("DiscountedUsage").effective(|_| None, None).unwrap(), None);
    assert_eq!((LineItem::of("Refund").category(), LineItem::of("Refund").class()), (Some("Adjustment"), Some("Correction")));
    assert_eq!(LineItem::of("SomethingNew").category(), None);
}

#[test]
fn a_charge_without_an_amount_is_counted_as_missing() {
    let rows = folded(&[("s3", "USD", "", "1")]);
    assert_eq!(rows.len(), 1);
    let [billed, effective, list] = rows[0].sums;
    assert_eq!((billed.missing, effective.missing, list.missing), (0, 1, 1));
    assert_eq!(ExportBasis::ALL.map(|basis| basis.of(rows[0].sums).missing), [0, 1, 1]);
}

#[test]
fn a_row_without_any_time_is_refused_by_its_number() {
    let slice = Slice { rows: 3, clocks: [None, Some(vec![Some(1), None, Some(2)])], ..Slice::new(ExportKind::Focus) };
    assert_eq!(Folder::default().add(ExportKind::Focus, &slice, 10).unwrap_err().row, 11);
}

#[test]
fn a_full_table_hands_on_and_the_answer_stays() {
    let mut folder = Folder::holding(2);
    let mut rows = Vec::new();
    for number in 0..10 {
        let mut slice = Slice { rows: 1, ..Slice::new(ExportKind::Focus) };
        let service = folder.words.cell(&format!("s{}", number % 5));
        slice.put_words(&Role::Word(Word::Service), vec![service]);
        slice.put_days(Clock::Period, vec![Some(20_000)]);
        slice.put_amounts(0, vec![Some(exact("0.1"))]);
        folder.add(ExportKind::Focus, &slice, 1).unwrap();
        if folder.is_full() {
            rows.extend(folder.drain());
        }
    }
    rows.extend(folder.drain());
    assert_eq!(rows.len(), 10, "each was handed on before it came again");
    assert_eq!(asked(&rows, &["service"], &["service=s1"]), [r#" [Some("s1")] 0.2"#]);
}
