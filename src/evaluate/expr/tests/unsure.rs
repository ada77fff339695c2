//! Relations that could not be read: `related()` must not answer as if there were none.

use super::world::{GROUP, denied, now, params, row, world};
use crate::evaluate::expr::Subject;
use crate::model::coverage::Outcome;
use crate::model::inventory::{Facts, Known, UnsureRelation};
use crate::model::{Coverage, Inventory, Value};
use serde_json::json;

fn related(unsure: bool) -> Value {
    let world = world();
    let resources = vec![world.table(), world.other(GROUP, "/orders", "us-east-1", json!({ "Class": "STANDARD" }))];
    let facts = resources.iter().map(|_| Facts { environment: Known::None, owner: Known::None }).collect();
    let mut coverage = Coverage::default();
    coverage.add(row(GROUP, "logs:DescribeLogGroups", "us-east-1", Outcome::Complete));
    let inventory = Inventory::new(resources, facts, &[], coverage);
    let unsure = if unsure { vec![UnsureRelation { from: 0, to: GROUP.into(), gap: denied() }] } else { Vec::new() };
    let inventory = inventory.with_unsure(unsure);
    let program = world.compile("size(related('AWS::Logs::LogGroup')) == 0").unwrap();
    let params = params();
    let subject = Subject::at(&inventory, 0, &world.catalogue, now()).unwrap();
    program.eval(&subject.frame(&params))
}

#[test]
fn a_relation_that_could_not_be_read_is_no_absence() {
    assert!(matches!(related(false), Value::Bool(true)));
    assert_eq!(related(true).as_gap(), Some(&denied()));
}
