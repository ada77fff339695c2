//! When a region counts as silent, and when it is asked again.

use super::*;

fn place(region: &str) -> Place {
    Place { account: "123456789012".into(), region: region.into() }
}

#[test]
fn silence_opens_one_region_of_one_service_and_no_other() {
    let breakers = Breakers::default();
    for _ in 0..PATIENCE {
        assert!(breakers.check(&place("us-east-2"), "dynamodb").is_ok());
        breakers.silent(&place("us-east-2"), "dynamodb");
    }
    assert!(breakers.check(&place("us-east-2"), "dynamodb").is_err());
    assert!(breakers.check(&place("us-east-2"), "logs").is_ok());
    assert!(breakers.check(&place("us-east-1"), "dynamodb").is_ok());
}

#[test]
fn an_answer_begins_the_count_anew() {
    let breakers = Breakers::default();
    for _ in 0..20 {
        breakers.silent(&place("us-east-2"), "dynamodb");
        breakers.answered(&place("us-east-2"), "dynamodb");
    }
    assert!(breakers.check(&place("us-east-2"), "dynamodb").is_ok());
}
