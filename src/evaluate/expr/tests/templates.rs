//! Messages with expressions inside.

use super::world::{denied, now, params, world};
use crate::evaluate::expr::{Demand, Subject, Template};
use crate::model::inventory::Known;
use crate::model::{Interner, Inventory, Resource};

fn render(text: &str, table: &Resource) -> String {
    let world = world();
    let template = Template::compile(text, &world.scope(Demand::Anything)).unwrap();
    let (inventory, environment, params) = (Inventory::default(), Known::None, params());
    let subject = Subject::new(table, &environment, &inventory, &world.catalogue, now());
    template.render(&subject.frame(&params))
}

#[test]
fn a_message_shows_values_as_people_read_them() {
    let table = world().table();
    assert_eq!(render("table {{ name }} is billed {{ properties.BillingMode }}", &table), "table orders is billed PROVISIONED");
    assert_eq!(
        render("{{properties.Price}} {{properties.Names}} {{ {'a': '}}'} }} {{ '{{' }}{{ now }}", &table),
        "0.1 a, b {\"a\":\"}}\"} {{2026-11-23T00:00:00Z"
    );
    assert_eq!(render("no braces } { here", &table), "no braces } { here");
    assert_eq!(render("{{ properties.Indexes.filter(i, !has(i.Reads)).map(i, i.IndexName) }}", &table), "two");
}

#[test]
fn what_is_absent_prints_none_and_what_is_not_known_prints_unknown() {
    let mut table = world().table();
    assert_eq!(
        render("{{ properties.TableClass }} {{ tags.Team }} {{ properties.Document.x.y }} {{ null }}", &table),
        "none none none none"
    );
    table.put_gap(&"properties.BillingMode".parse().unwrap(), &denied(), &Interner::new());
    assert_eq!(render("{{ properties.BillingMode }} {{ 'x' + properties.BillingMode }} {{ 1 / 0 }}", &table), "unknown unknown unknown");
}

#[test]
fn faults_of_a_message_count_from_its_start() {
    let world = world();
    let text = "table {{ nam }} is {{ properties.BilingMode }}";
    let faults = Template::compile(text, &world.scope(Demand::Anything)).unwrap_err();
    let places: Vec<&str> = faults.iter().map(|fault| &text[fault.span.clone()]).collect();
    assert_eq!(places, ["nam", "BilingMode"]);
    let open = Template::compile("table {{ name }", &world.scope(Demand::Anything)).unwrap_err();
    assert_eq!(open[0].span, 6..8);
    let empty = Template::compile("table {{ }}", &world.scope(Demand::Anything)).unwrap_err();
    assert_eq!(empty.len(), 1);
}
