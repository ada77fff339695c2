//! What examples reach.

use super::{Reached, RuleCoverage, of_rule};
use crate::collect;
use crate::evaluate::{LoadOptions, Preview, RuleSource, load};

const RULE: &str = "\
id: own-table
title: Table is as it should be
status: stable
since: 0.1.0
pillar: operations
severity: low
resource: AWS::DynamoDB::Table
when: name != 'old'
assert: >-
  properties.BillingMode == 'PAY_PER_REQUEST' &&
  (name.startsWith('a') || name.startsWith('b'))
message: table {{ name }} is not
why: Because.
remedy: { text: Mend it. }
examples:
  - { expect: pass, name: aa, properties: { BillingMode: PAY_PER_REQUEST } }
  - { expect: fail, name: aa, properties: { BillingMode: PROVISIONED } }
  - { expect: unknown, name: aa, gaps: { properties.BillingMode: AccessDenied dynamodb:DescribeTable } }
  - { expect: not_applicable, name: old }
";

fn covered(text: &str) -> RuleCoverage {
    let catalogue = collect::catalogue();
    let sources = [RuleSource { pack: "own".into(), path: "own/own-table.yaml".into(), text: text.into() }];
    let options = LoadOptions { preview: Preview::All, ..LoadOptions::default() };
    let rules = load(&sources, &catalogue, &options).unwrap_or_else(|faults| panic!("{faults:?}"));
    of_rule(rules.rules().first().unwrap(), &catalogue)
}

fn told(covered: &RuleCoverage) -> Vec<String> {
    covered.missing.iter().map(|missing| format!("{} {}", missing.place, missing.what)).collect()
}

#[test]
fn each_side_that_no_example_reaches_is_told_with_its_place() {
    let found = covered(RULE);
    assert_eq!(
        told(&found),
        [
            "own/own-table.yaml:11:4 no example where this is false: name.startsWith('a')",
            "own/own-table.yaml:11:28 no example where this is true: name.startsWith('b')",
            "own/own-table.yaml:11:28 no example where this is false: name.startsWith('b')",
        ]
    );
    assert_eq!((found.sides, found.verdicts), (Reached { reached: 3, all: 6 }, Reached { reached: 4, all: 4 }));
    let whole = format!(
        "{RULE}  - {{ expect: pass, name: bb, properties: {{ BillingMode: PAY_PER_REQUEST }} }}\n  \
         - {{ expect: fail, name: cc, properties: {{ BillingMode: PAY_PER_REQUEST }} }}\n"
    );
    let found = covered(&whole);
    assert_eq!(told(&found), Vec::<String>::new());
    assert_eq!(found.sides.percent(), 100);
    assert!(found.outcomes.iter().all(|outcome| outcome.fault.is_none()), "{:?}", found.outcomes);
}

#[test]
fn branches_and_conditions_inside_comprehensions_count() {
    let text =
        RULE.replace("(name.startsWith('a') || name.startsWith('b'))", "(name == 'aa' ? ['x'].exists(t, t == 'x' && t != 'y') : true)");
    assert_eq!(
        told(&covered(&text)),
        [
            "own/own-table.yaml:11:4 no example where this is false: name == 'aa' ? ['x'].exists(t, t == 'x' && t != 'y') : true",
            "own/own-table.yaml:11:4 no example where this is false: name == 'aa'",
            "own/own-table.yaml:11:35 no example where this is false: t == 'x'",
            "own/own-table.yaml:11:47 no example where this is false: t != 'y'",
        ]
    );
}

#[test]
fn a_part_of_a_whole_is_never_a_hundred_per_cent() {
    assert_eq!(Reached { reached: 999, all: 1000 }.percent(), 99);
    assert_eq!(Reached::default().percent(), 100);
}
