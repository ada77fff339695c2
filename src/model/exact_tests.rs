//! Sums that do not round.

use super::*;
use rust_decimal::Decimal;

fn exact(text: &str) -> Exact {
    text.parse().unwrap()
}

#[test]
fn amounts_are_read_and_written_exactly() {
    for (written, told) in [
        ("0", "0"),
        ("-0.0", "0"),
        ("1.50", "1.5"),
        ("-0.25", "-0.25"),
        ("-1", "-1"),
        (".5", "0.5"),
        ("5.", "5"),
        ("+7", "7"),
        ("1.5E-7", "0.00000015"),
        ("2e3", "2000"),
        ("1200e-2", "12"),
        (" 3 ", "3"),
        (
            "123456789012345678901234567890.0000000000000000000000000000000000001",
            "123456789012345678901234567890.0000000000000000000000000000000000001",
        ),
        ("-99999999999999999999.9999999999999999999999999999999999999", "-99999999999999999999.9999999999999999999999999999999999999"),
    ] {
        assert_eq!(exact(written).to_string(), told, "{written}");
    }
}

#[test]
fn what_is_no_amount_or_too_fine_is_refused() {
    for text in ["", ".", "-", "1,5", "1.2.3", "NaN", "inf", "0x1", "1e", "1e999999999999999999999", "1e-38", "1e39", "--1", "1 2", "९"] {
        assert!(text.parse::<Exact>().is_err(), "{text}");
    }
}

#[test]
fn a_sum_that_does_not_fit_is_an_error() {
    let most = exact("170141183460469231731687303715884105727");
    assert!(most.plus(exact("1")).is_err());
    assert_eq!(most.plus(exact("0.5")).unwrap().to_string(), "170141183460469231731687303715884105727.5");
}

proptest::proptest! {
    #[test]
    fn sums_and_differences_agree_with_another_decimal(one in -10_000_000_000_i64..10_000_000_000, other in -10_000_000_000_i64..10_000_000_000, scale in 0_u32..12, finer in 0_u32..12, times in 0_u64..1000) {
        let (a, b) = (Decimal::new(one, scale), Decimal::new(other, finer));
        let (x, y) = (exact(&a.to_string()), exact(&b.to_string()));
        proptest::prop_assert_eq!(x.plus(y).unwrap().to_string(), (a + b).normalize().to_string());
        proptest::prop_assert_eq!(x.minus(y).unwrap().to_string(), (a - b).normalize().to_string());
        proptest::prop_assert_eq!(x.times(times).unwrap().to_string(), (a * Decimal::from(times)).normalize().to_string());
        proptest::prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        proptest::prop_assert_eq!(Exact::new(i128::from(one), scale), Some(x));
    }
}
