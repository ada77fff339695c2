//! What is left of a page of which some items cannot be read.

use super::*;
use serde_json::json;
use std::cell::Cell;

/// Reads a page as the SDK would: whole, or not at all. Names are text, and so is the token.
fn names(page: &Map<String, Value>) -> Option<Vec<String>> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    text(page.get("Next")?)?;
    page.get("Names")?.as_array()?.iter().map(text).collect()
}

async fn saved(answer: Value) -> (Option<Saved<Vec<String>>>, usize) {
    let Value::Object(answer) = answer else { panic!("an object") };
    let reads = Cell::new(0);
    let read = |part: Map<String, Value>| {
        reads.set(reads.get() + 1);
        async move { names(&part) }
    };
    (sound_parts(answer, read).await, reads.get())
}

#[tokio::test]
async fn broken_items_are_cut_out_and_the_others_stay_in_order() {
    let (saved, _) = saved(json!({"Names": ["a", 7, "b", "c", {}, "d"], "Next": "token"})).await;
    let saved = saved.unwrap();
    assert_eq!((saved.page, saved.lost), (["a", "b", "c", "d"].map(str::to_owned).to_vec(), 2));
}

#[tokio::test]
async fn one_broken_item_among_a_thousand_costs_a_few_reads() {
    let mut items: Vec<Value> = (0..1000).map(|number| json!(format!("n{number}"))).collect();
    items[613] = json!(613);
    let (saved, reads) = saved(json!({"Names": items, "Next": "token"})).await;
    assert_eq!(saved.map(|saved| (saved.page.len(), saved.lost)), Some((999, 1)));
    assert!(reads < 25, "{reads}");
}

#[tokio::test]
async fn a_page_that_is_broken_elsewhere_is_not_saved() {
    for answer in [
        json!({"Names": ["a", "b"], "Next": 7}),
        json!({"Names": "a", "Next": "token"}),
        json!({"Names": [1, 2], "Next": "token"}),
        json!({"Names": [], "Next": "token"}),
        json!({}),
    ] {
        assert!(saved(answer.clone()).await.0.is_none(), "{answer}");
    }
}

#[tokio::test]
async fn a_page_of_broken_items_is_given_up() {
    let items: Vec<Value> = (0..5000).map(|number| if number % 2 == 0 { json!("name") } else { json!(number) }).collect();
    let (saved, reads) = saved(json!({"Names": items, "Next": "token"})).await;
    assert!(saved.is_none() && reads <= MOST, "{reads}");
}
