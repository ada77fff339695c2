//! The geometry: what a reader would see, told from the numbers in the drawing.

use super::scale::{Scale, ticks};
use super::*;
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

fn values(of: &[Option<i64>]) -> Vec<Option<Decimal>> {
    of.iter().map(|value| value.map(Decimal::from)).collect()
}

#[test]
fn an_axis_has_few_round_steps_and_reaches_the_most() {
    for (most, expected) in [
        ("0", "0"),
        ("-3", "0"),
        ("0.0021", "0 0.0005 0.001 0.0015 0.002 0.0025"),
        ("1", "0 0.2 0.4 0.6 0.8 1"),
        ("7", "0 2 4 6 8"),
        ("12", "0 5 10 15"),
        ("99999", "0 20000 40000 60000 80000 100000"),
    ] {
        let drawn: Vec<_> = ticks(decimal(most)).iter().map(ToString::to_string).collect();
        assert_eq!(drawn.join(" "), expected, "up to {most}");
    }
    assert!(ticks(Decimal::MAX).len() <= 7);
}

#[test]
fn a_scale_clamps_and_survives_a_range_without_length() {
    let scale = Scale::new((Decimal::ZERO, Decimal::TEN), (100, 0));
    assert_eq!(scale.place(decimal("2.5")), decimal("75"));
    assert_eq!(scale.place(decimal("11")), decimal("0"));
    assert_eq!(scale.place(decimal("-1")), decimal("100"));
    assert_eq!(Scale::new((Decimal::ONE, Decimal::ONE), (5, 9)).place(Decimal::ONE), decimal("5"));
    assert_eq!(Scale::new((Decimal::MIN, Decimal::MAX), (5, 9)).place(Decimal::ONE), decimal("5"));
}

#[test]
fn a_missing_week_breaks_the_line_and_is_not_drawn_as_zero() {
    let whole = sparkline("whole", &values(&[Some(4), Some(2), Some(4)])).into_string();
    assert!(whole.contains("d=\"M3 3L60 14L117 3\""), "{whole}");
    let broken = sparkline("broken", &values(&[Some(4), Some(2), None, Some(4), None])).into_string();
    assert!(broken.contains("d=\"M3 3L31.5 14M88.5 3\""), "{broken}");
    assert_eq!(broken.matches("<circle").count(), 2, "the lonely week and the last one known: {broken}");
    let empty = sparkline("nothing", &[]).into_string();
    assert!(empty.contains("d=\"\"") && !empty.contains("<circle"), "{empty}");
}

#[test]
fn names_are_escaped_and_nothing_is_styled_inline() {
    let hostile = "<script>\"'";
    let column =
        Column { label: hostile, provisional: true, parts: vec![Part { series: 99, amount: Decimal::ONE, title: hostile.to_owned() }] };
    let range = Estimate { low: Decimal::ZERO, high: Decimal::ONE, actual: Decimal::ZERO, projected: Some(Decimal::TWO) };
    for drawn in [sparkline(hostile, &[]), columns(hostile, hostile, &[column]), estimate(hostile, &range)] {
        let drawn = drawn.into_string();
        assert!(drawn.contains("&lt;script&gt;") && !drawn.contains("<script") && !drawn.contains("style="), "{drawn}");
    }
}

#[test]
fn refunds_hang_below_zero_and_do_not_shorten_what_was_paid() {
    let part = |series, amount: &str| Part { series, amount: decimal(amount), title: format!("{amount} USD") };
    let days = [
        Column { label: "1", provisional: false, parts: vec![part(0, "6"), part(1, "-2"), part(2, "4")] },
        Column { label: "2", provisional: true, parts: vec![part(0, "0")] },
    ];
    let drawn = columns("cost", "USD", &days).into_string();
    // Zero lies at 165: from -2 to 10 over 186 units, each 15.5.
    for bar in ["y=\"72\" height=\"93\"", "y=\"165\" height=\"31\"", "y=\"10\" height=\"62\""] {
        assert!(drawn.contains(bar), "{bar} in {drawn}");
    }
    assert_eq!(drawn.matches("<rect").count(), 3, "nothing is drawn for nothing: {drawn}");
    assert_eq!(drawn.matches("chart-provisional").count(), 1);
}

#[test]
fn a_projection_outranks_what_was_spent_so_far() {
    let class = |actual: &str, projected: Option<&str>| {
        let range = Estimate { low: decimal("5"), high: decimal("12"), actual: decimal(actual), projected: projected.map(decimal) };
        let drawn = estimate("cost", &range).into_string();
        ["chart-below", "chart-within", "chart-above"].into_iter().filter(|class| drawn.contains(class)).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(class("3", None), "chart-below");
    assert_eq!(class("3", Some("7")), "chart-within");
    assert_eq!(class("3", Some("12.01")), "chart-above");
    assert_eq!(class("12", None), "chart-within");
}
