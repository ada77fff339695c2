//! What an expression reads: calls follow from it.

use super::world::world;

fn reads(source: &str) -> Vec<String> {
    let program = world().compile(source).unwrap_or_else(|faults| panic!("{source}: {faults:?}"));
    program.reads().places().map(|read| format!("{} {:?}", read.path, read.depth)).collect()
}

#[test]
fn each_place_is_read_as_deep_as_it_is_used() {
    for (source, places) in [
        ("properties.BillingMode == 'PROVISIONED'", vec!["properties.BillingMode Whole"]),
        ("resource.properties.BillingMode == params.mode && name == 'x' && environment == 'x'", vec!["properties.BillingMode Whole"]),
        ("has(properties.TimeToLiveSpecification)", vec!["properties.TimeToLiveSpecification Itself"]),
        ("size(properties.Indexes) > 0", vec!["properties.Indexes Itself"]),
        ("properties.Indexes.all(i, i.IndexName == 'x')", vec!["properties.Indexes[].IndexName Whole"]),
        ("properties.Indexes.all(i, true)", vec!["properties.Indexes Itself"]),
        (
            "properties.Indexes.filter(i, i.IndexName == 'x')[0].Keys == []",
            vec!["properties.Indexes[0].Keys Whole", "properties.Indexes[].IndexName Whole"],
        ),
        ("properties.Indexes.map(i, i.IndexName) == []", vec!["properties.Indexes[].IndexName Whole"]),
        ("properties.Indexes.exists(i, i.Keys.exists(k, k == 'x'))", vec!["properties.Indexes[].Keys[] Whole"]),
        ("properties.Indexes == []", vec!["properties.Indexes Whole"]),
        ("'Owner' in tags", vec!["tags Itself"]),
        ("'Owner' in tags && tags.Owner == 'x'", vec!["tags Itself", "tags.Owner Whole"]),
        ("tags.exists(k, tags[k] == 'x')", vec!["tags Itself", "tags Whole"]),
        ("lib.count(properties) > 0", vec!["properties Whole"]),
        ("lib.count(resource) > 0", vec!["properties Whole", "state Whole", "tags Whole"]),
        ("(true ? properties : properties).Units == 1", vec!["properties Whole"]),
        ("properties.Document.Statement.exists(s, s.Effect == 'x')", vec!["properties.Document.Statement[].Effect Whole"]),
        ("properties['Labels'] == {}", vec!["properties.Labels Whole"]),
    ] {
        assert_eq!(reads(source), places, "{source}");
    }
}

#[test]
fn evidence_shows_the_outermost_places_once() {
    let world = world();
    let program = world
        .compile("properties.Indexes.all(i, i.IndexName != '' && size(i.Keys) > 0) && properties.Document.a == 1 && properties.Document == {} && 'x' in tags")
        .unwrap();
    let places: Vec<String> = program.reads().observed().iter().map(ToString::to_string).collect();
    assert_eq!(places, ["properties.Document", "properties.Indexes", "tags"]);
}
