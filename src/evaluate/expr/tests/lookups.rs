//! Other resources: what was not seen proves nothing unless the listing was complete.

use super::world::{GROUP, PLACE, ROLE, TABLE, gap, now, params, row, world};
use crate::evaluate::expr::Subject;
use crate::model::coverage::Outcome;
use crate::model::inventory::{Facts, Known};
use crate::model::run::PassScope;
use crate::model::{Coverage, GapKind, Inventory};
use serde_json::json;

fn coverage(rows: &[(&str, &str, &str, Outcome)]) -> Coverage {
    let mut coverage = Coverage::default();
    for (resource_type, call, region, outcome) in rows {
        coverage.add(row(resource_type, call, region, *outcome));
    }
    coverage
}

const LISTED: (&str, &str, &str, Outcome) = (GROUP, "logs:DescribeLogGroups", "us-east-1", Outcome::Complete);
const DENIED: (&str, &str, &str, Outcome) = (GROUP, "logs:DescribeLogGroups", "us-east-1", Outcome::Denied);

#[test]
fn a_resource_is_found_by_name_in_its_own_region() {
    let world = world();
    let find = |source: &str, rows: &[(&str, &str, &str, Outcome)]| {
        let resources = vec![
            world.table(),
            world.other(GROUP, "/aws/orders", "us-east-1", json!({"RetentionInDays": 7, "Class": "STANDARD"})),
            world.other(GROUP, "elsewhere", "eu-west-1", json!({"Class": "STANDARD"})),
            world.other(ROLE, "admin", "global", json!({"RoleName": "admin"})),
        ];
        world.among(source, resources, &[], coverage(rows))
    };
    let there = "find('AWS::Logs::LogGroup', '/aws/' + name) != null";
    assert_eq!(find(there, &[LISTED]).to_json(), true);
    assert_eq!(find(there, &[DENIED]).to_json(), true, "found is found");
    let elsewhere = "find('AWS::Logs::LogGroup', 'elsewhere') == null";
    assert_eq!(find(elsewhere, &[LISTED]).to_json(), true);
    assert_eq!(gap(&find(elsewhere, &[DENIED])), Some(GapKind::Denied));
    assert_eq!(gap(&find(elsewhere, &[])), Some(GapKind::NotRecorded));
    let disabled = (GROUP, "logs:DescribeLogGroups", "us-east-1", Outcome::NotEnabled);
    assert_eq!(find(elsewhere, &[disabled]).to_json(), true, "where the service is off, nothing is");
    let role = (ROLE, "iam:ListRoles", "global", Outcome::Complete);
    assert_eq!(find("find('AWS::IAM::Role', 'admin') != null && find('AWS::IAM::Role', 'x') == null", &[role]).to_json(), true);
    let kept = "has(find('AWS::Logs::LogGroup', '/aws/orders').properties.RetentionInDays)";
    assert_eq!(find(kept, &[LISTED]).to_json(), true);
    let guarded =
        "find('AWS::Logs::LogGroup', '/aws/orders') != null && find('AWS::Logs::LogGroup', '/aws/orders').properties.Class == 'STANDARD'";
    assert_eq!(find(guarded, &[LISTED]).to_json(), true);
}

#[test]
fn all_of_a_type_ends_in_a_gap_where_a_listing_was_not_complete() {
    let world = world();
    let all = |source: &str, rows: &[(&str, &str, &str, Outcome)]| {
        let resources = vec![world.table(), world.other(GROUP, "one", "us-east-1", json!({"RetentionInDays": 7, "Class": "STANDARD"}))];
        world.among(source, resources, &[], coverage(rows))
    };
    let elsewhere = (GROUP, "logs:DescribeLogGroups", "eu-west-1", Outcome::Throttled);
    let other = (GROUP, "logs:DescribeLogGroups", "us-east-1", Outcome::Throttled);
    let every = "all('AWS::Logs::LogGroup').all(g, g.properties.Class == 'STANDARD')";
    assert_eq!(all(every, &[LISTED]).to_json(), true);
    assert_eq!(all(every, &[LISTED, elsewhere]).to_json(), true, "a regional resource has its neighbours in its region");
    assert_eq!(gap(&all(every, &[other])), Some(GapKind::Throttled));
    let some = "all('AWS::Logs::LogGroup').exists(g, g.name == 'one')";
    assert_eq!(all(some, &[other]).to_json(), true, "seen is seen");
    assert_eq!(all("all('AWS::Logs::LogGroup').all(g, g.name != 'one')", &[DENIED]).to_json(), false);
    assert_eq!(gap(&all("size(all('AWS::Logs::LogGroup')) == 1", &[DENIED])), Some(GapKind::Denied));
    assert_eq!(gap(&all("all('AWS::IAM::Role') == []", &[])), Some(GapKind::NotRecorded));
    assert_eq!(all("size(all('AWS::Logs::LogGroup')) == 1", &[LISTED]).to_json(), true);
    assert_eq!(all("all('AWS::DynamoDB::Table').exists(t, t == resource)", &[]).to_json(), true);
}

#[test]
fn what_a_narrower_pass_left_out_is_a_gap_to_a_global_resource() {
    let mut world = world();
    world.resource_type = ROLE.into();
    let resources = || {
        vec![
            world.other(ROLE, "admin", "global", json!({})),
            world.other(GROUP, "one", "us-east-1", json!({})),
            world.other(PLACE, "us-east-1", "us-east-1", json!({"RegionName": "us-east-1"})),
        ]
    };
    let seen = |source: &str, regions: Option<&str>| {
        let program = world.compile(source).unwrap();
        let facts = resources().iter().map(|_| Facts { environment: Known::None, owner: Known::None }).collect();
        let inventory = Inventory::new(resources(), facts, &[], coverage(&[LISTED]));
        let scope = PassScope { regions: regions.map(|region| [region.into(), "global".into()].into()), ..PassScope::default() };
        let subject = Subject::at(&inventory, 0, &world.catalogue, now()).unwrap().within(&scope);
        program.eval(&subject.frame(&params()))
    };
    let alone = "size(all('AWS::Logs::LogGroup')) == 1";
    assert_eq!(seen(alone, None).to_json(), true);
    assert_eq!(gap(&seen(alone, Some("us-east-1"))), Some(GapKind::NotRecorded), "another region may have one more");
    assert_eq!(seen("all('AWS::Logs::LogGroup').exists(g, g.name == 'one')", Some("us-east-1")).to_json(), true, "seen is seen");
    // What exists in every pass has no listing that could have failed, and is left out all the same.
    for missing in ["find('Ledgerline::Region', 'eu-west-1') == null", "all('Ledgerline::Region').all(r, r.name != 'eu-west-1')"] {
        assert_eq!(seen(missing, None).to_json(), true, "{missing}");
        assert_eq!(gap(&seen(missing, Some("us-east-1"))), Some(GapKind::NotRecorded), "{missing}");
    }
}

#[test]
fn related_resources_are_those_of_the_inventory() {
    let world = world();
    let resources = || {
        vec![
            world.table(),
            world.other(GROUP, "one", "us-east-1", json!({"Class": "STANDARD"})),
            world.other(GROUP, "two", "us-east-1", json!({"Class": "STANDARD"})),
            world.other(ROLE, "admin", "global", json!({"RoleName": "admin"})),
        ]
    };
    let related = |source: &str, rows: &[(&str, &str, &str, Outcome)]| world.among(source, resources(), &[(0, 2), (3, 0)], coverage(rows));
    assert_eq!(related("related('AWS::Logs::LogGroup').map(g, g.name) == ['two']", &[LISTED]).to_json(), true);
    assert_eq!(gap(&related("related('AWS::Logs::LogGroup').all(g, g.name == 'two')", &[DENIED])), Some(GapKind::Denied));
    let role = (ROLE, "iam:ListRoles", "global", Outcome::Complete);
    assert_eq!(related("related('AWS::IAM::Role')[0].properties.RoleName == 'admin'", &[role]).to_json(), true);
}

#[test]
fn what_is_read_of_others_belongs_to_their_type() {
    let world = world();
    let program = world
        .compile("properties.Units > 1 && all('AWS::Logs::LogGroup').exists(g, has(g.properties.RetentionInDays) && g.name == name) && find('AWS::IAM::Role', name) != null")
        .unwrap();
    let reads: Vec<String> =
        program.reads().places().map(|read| format!("{} {} {:?}", read.resource_type, read.path, read.depth)).collect();
    assert_eq!(reads, [format!("{TABLE} properties.Units Whole"), format!("{GROUP} properties.RetentionInDays Itself")]);
    assert_eq!(program.reads().listings().map(ToString::to_string).collect::<Vec<_>>(), [ROLE, GROUP]);
    assert_eq!(program.reads().observed().iter().map(ToString::to_string).collect::<Vec<_>>(), ["properties.Units"]);
}
