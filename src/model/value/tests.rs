//! Values: their size, their JSON, their gaps.

use super::*;
use serde_json::json;

#[test]
fn a_value_is_sixteen_bytes() {
    assert_eq!(std::mem::size_of::<Value>(), 16);
}

#[test]
fn json_comes_back_as_it_went_in() {
    let interner = Interner::new();
    let json = json!({"B": [1, 2.5, null, true, "x"], "A": {"Key": "v", "a.b": {}}});
    assert_eq!(Value::from_json(&json, &interner).to_json(), json);
}

#[test]
fn a_gap_is_found_at_its_path_and_hides_what_lies_inside() {
    let interner = Interner::new();
    let mut value = Value::from_json(&json!({"A": {"B": 1}, "L": [{"X": 1}, {"X": 2}]}), &interner);
    let gap = Arc::new(Gap::new(GapKind::Denied, "denied"));
    for path in ["A.B", "L[].X", "New.Deep"] {
        value.put_gap(path.parse::<Path>().unwrap().steps(), &gap, &interner);
    }
    let mut found = Vec::new();
    value.gaps(&Path::default(), &mut found);
    let paths: Vec<String> = found.iter().map(|(path, _)| path.to_string()).collect();
    assert_eq!(paths, ["A.B", "L[0].X", "L[1].X", "New.Deep"]);
    assert!(value.at("A.B.C".parse::<Path>().unwrap().steps()).unwrap().as_gap().is_some());
}

#[test]
fn maps_alike_share_their_keys() {
    let interner = Interner::new();
    let (a, b) = (Value::from_json(&json!({"x": 1}), &interner), Value::from_json(&json!({"x": 2}), &interner));
    assert!(Arc::ptr_eq(a.as_map().unwrap().shape(), b.as_map().unwrap().shape()));
}
