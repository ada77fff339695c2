//! Which resources the store knows after a pass, and with what results.

use super::*;
use crate::model::report::Summary;
use crate::store::ResourceFilter;

/// Name, results, and whether the last look missed it.
async fn known(bench: &Bench) -> Vec<(String, Option<Summary>, bool)> {
    let page = bench.store.resources(&ResourceFilter::default(), &store::PageRequest::default()).await.unwrap();
    page.items.into_iter().map(|one| (one.seen.name.to_string(), one.seen.results, one.stale_since.is_some())).collect()
}

fn one(status: fn(&mut Summary) -> &mut u64) -> Option<Summary> {
    let mut summary = Summary::default();
    *status(&mut summary) = 1;
    Some(summary)
}

#[tokio::test]
async fn a_pass_leaves_what_it_saw_with_its_results_counted() {
    let bench = Bench::new().await;
    let all = PassScope::default();
    let tables = vec![("a", "PROVISIONED"), ("b", "PAY_PER_REQUEST")];
    bench.pass(Tables(tables, Outcome::Complete), &all).await.unwrap();
    let expected = [("a".to_owned(), one(|sum| &mut sum.fail), false), ("b".to_owned(), one(|sum| &mut sum.pass), false)];
    assert_eq!(known(&bench).await, expected);
    // Half a listing: nothing is gone, and what is missing is told apart.
    bench.pass(Tables(vec![("b", "PROVISIONED")], Outcome::Throttled), &all).await.unwrap();
    let [a, b] = expected;
    assert_eq!(known(&bench).await, [(a.0, a.1, true), (b.0, one(|sum| &mut sum.fail), false)]);
    bench.pass(Tables(vec![("b", "PROVISIONED")], Outcome::Complete), &all).await.unwrap();
    assert_eq!(known(&bench).await.len(), 1, "a whole one lacks it: it is gone");
}

#[tokio::test]
async fn a_look_elsewhere_leaves_resources_as_they_were() {
    let bench = Bench::new().await;
    bench.pass(Tables(vec![("a", "PROVISIONED")], Outcome::Complete), &PassScope::default()).await.unwrap();
    let elsewhere = PassScope { regions: Some(["eu-west-1".into()].into()), ..PassScope::default() };
    bench.pass(Tables(vec![], Outcome::Complete), &elsewhere).await.unwrap();
    assert_eq!(known(&bench).await, [("a".to_owned(), one(|sum| &mut sum.fail), false)]);
    bench.pass(NoCredentials, &PassScope::default()).await.unwrap_err();
    assert_eq!(known(&bench).await.len(), 1);
}
