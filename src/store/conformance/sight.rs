//! The story of what is listed: resources as passes saw them, findings in each order, days and changes.

use super::fixture::{at, change, finding, finish, finish_seeing, money, record, run_id};
use super::*;
use crate::model::report::Summary;
use crate::model::sight::{ListedScope, SeenResource, Sight, Untold};

fn seen(name: &str) -> SeenResource {
    SeenResource {
        id: format!("arn:aws:dynamodb:us-east-2:111111111111:table/{name}").into(),
        resource_type: "AWS::DynamoDB::Table".into(),
        name: name.into(),
        account: "111111111111".into(),
        region: "us-east-2".into(),
        owner: Some("team-a".into()),
        tags: Some(serde_json::json!({"Owner": "team-a", "odd\u{202e}": "<b>"})),
        results: Some(Summary { pass: 3, fail: 1, unknown: 1, ..Summary::default() }),
        untold: vec![Untold { rule: "rule-b".into(), message: "who knows".into(), permission: Some("dynamodb:ListTagsOfResource".into()) }],
    }
}

fn listed(complete: bool) -> ListedScope {
    let SeenResource { account, region, resource_type, .. } = seen("a");
    ListedScope { account, region, resource_type, complete }
}

async fn names(store: &Shared, filter: ResourceFilter) -> Vec<String> {
    let page = store.resources(&filter, &PageRequest::default()).await.unwrap();
    assert_eq!(store.count_resources(&filter).await.unwrap(), page.items.len() as u64, "{filter:?}");
    page.items.iter().map(|known| known.seen.name.to_string()).collect()
}

pub async fn a_resource_comes_back_as_it_was_last_seen(store: Shared) {
    let first = [seen("a"), seen("b"), SeenResource { account: "222222222222".into(), ..seen("a") }];
    let whole = Sight { everywhere: true, every_rule: true, ..Sight::default() };
    finish_seeing(&store, 1, Sight { resources: &first, scopes: &[listed(true)], ..whole }).await;
    let again = [SeenResource { name: "renamed".into(), owner: None, tags: None, ..seen("a") }];
    finish_seeing(&store, 2, Sight { resources: &again, scopes: &[listed(true)], ..whole }).await;
    let known = store.resource(&first[0].key()).await.unwrap().unwrap();
    assert_eq!((&known.seen, known.first_seen, known.last_seen, &known.run), (&again[0], at(1), at(2), &run_id(2)));
    assert_eq!(store.resource(&first[1].key()).await.unwrap(), None, "the listing was complete: it is gone");
    let other = store.resource(&first[2].key()).await.unwrap().unwrap();
    assert_eq!((&other.seen, other.stale_since), (&first[2], Some(at(2))), "nobody listed the other account");
}

pub async fn a_listing_that_broke_off_makes_stale_and_a_narrower_pass_leaves_the_rest(store: Shared) {
    let whole = Sight { everywhere: true, every_rule: true, ..Sight::default() };
    let all = [seen("a"), seen("b"), SeenResource { region: "eu-west-1".into(), ..seen("c") }];
    let scopes = [listed(true), ListedScope { region: "eu-west-1".into(), ..listed(true) }];
    finish_seeing(&store, 1, Sight { resources: &all, scopes: &scopes, ..whole }).await;
    // Of one region and one rule: it asked for no tags and judged by nothing else.
    let bare = [SeenResource { tags: None, owner: None, results: None, untold: Vec::new(), ..seen("a") }];
    finish_seeing(&store, 2, Sight { resources: &bare, scopes: &[listed(false)], ..Sight::default() }).await;
    let state = async |name: &SeenResource| {
        let known = store.resource(&name.key()).await.unwrap().unwrap();
        (known.seen == *name, known.last_seen, known.stale_since)
    };
    assert_eq!(state(&all[0]).await, (true, at(2), None), "what was not asked for stays");
    assert_eq!(state(&all[1]).await, (true, at(1), Some(at(2))), "not seen is not gone");
    assert_eq!(state(&all[2]).await, (true, at(1), None), "nobody looked");
    finish_seeing(&store, 3, Sight { resources: &all[..1], scopes: &[listed(false)], ..whole }).await;
    assert_eq!(state(&all[1]).await.2, Some(at(2)), "since the first time");
    assert_eq!(state(&all[2]).await.2, Some(at(3)));
    assert_eq!(names(&store, ResourceFilter { stale: Some(true), ..ResourceFilter::default() }).await, ["c", "b"]);
    store.prune(at(3)).await.unwrap();
    assert_eq!(names(&store, ResourceFilter::default()).await, ["c", "a"], "stale for long is forgotten");
    finish_seeing(&store, 4, Sight { resources: &all, scopes: &scopes, ..whole }).await;
    assert_eq!(names(&store, ResourceFilter { stale: Some(false), ..ResourceFilter::default() }).await, ["c", "a", "b"]);
}

pub async fn resources_are_narrowed_and_paged(store: Shared) {
    let quiet = SeenResource { results: Some(Summary::default()), tags: None, owner: None, ..seen("quiet%") };
    let all: Vec<_> = (0..25).map(|number| seen(&format!("t{number:02}"))).chain([quiet]).collect();
    finish_seeing(&store, 1, Sight { resources: &all, every_rule: true, ..Sight::default() }).await;
    let any = ResourceFilter::default;
    for (filter, expected) in [
        (any(), 26),
        (ResourceFilter { failing: Some(true), ..any() }, 25),
        (ResourceFilter { failing: Some(false), ..any() }, 1),
        (ResourceFilter { owners: vec!["team-a".into()], ..any() }, 25),
        (ResourceFilter { types: vec!["AWS::Logs::LogGroup".into()], ..any() }, 0),
        (ResourceFilter { regions: vec!["us-east-2".into()], accounts: vec!["111111111111".into()], ..any() }, 26),
        (ResourceFilter { text: Some("TABLE/T0".into()), ..any() }, 10),
        (ResourceFilter { text: Some("%".into()), ..any() }, 1),
    ] {
        assert_eq!(names(&store, filter.clone()).await.len(), expected, "{filter:?}");
    }
    let (mut found, mut cursor) = (Vec::new(), None);
    loop {
        let page = store.resources(&any(), &PageRequest::new(10, cursor)).await.unwrap();
        found.extend(page.items.into_iter().map(|known| known.seen));
        cursor = page.next;
        if cursor.is_none() {
            break;
        }
    }
    let mut expected = all;
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(found, expected);
    assert!(matches!(store.resources(&any(), &PageRequest::new(1, Some("6".into()))).await, Err(StoreError::BadCursor)));
}

pub async fn findings_come_in_each_order_once(store: Shared) {
    let findings: Vec<Finding> = (0..24)
        .map(|number| {
            let mut one = finding(number);
            one.severity = Severity::ALL[(number * 7 % 5) as usize];
            one.first_seen = at(i64::from(number * 5 % 24));
            // Text sorts "9" after "10"; money does not.
            one.monthly_savings_usd = [None, Some(money("9.5")), Some(money("10")), Some(money("0.01"))][(number % 4) as usize];
            one
        })
        .collect();
    finish(&store, 1, findings.iter().map(|one| change(1, ChangeKind::Opened, one.clone())).collect()).await;
    let unresolved = FindingFilter { statuses: vec![FindingStatus::Open, FindingStatus::Stale], ..FindingFilter::default() };
    for filter in [FindingFilter::default(), unresolved] {
        assert_eq!(store.count_findings(&filter).await.unwrap(), 24);
        for order in FindingOrder::ALL {
            let (mut found, mut cursor) = (Vec::<Finding>::new(), None);
            loop {
                let page = store.findings_by(*order, &filter, &PageRequest::new(7, cursor)).await.unwrap();
                found.extend(page.items);
                cursor = page.next;
                if cursor.is_none() {
                    break;
                }
            }
            let mut expected = findings.clone();
            expected.sort_by(|a, b| match order {
                FindingOrder::Account => a.resource.cmp(&b.resource),
                FindingOrder::Severity => (b.severity, a.first_seen).cmp(&(a.severity, b.first_seen)),
                FindingOrder::Age => a.first_seen.cmp(&b.first_seen),
                FindingOrder::Savings => b.monthly_savings_usd.cmp(&a.monthly_savings_usd).then(a.fingerprint.cmp(&b.fingerprint)),
            });
            assert_eq!(found, expected, "{order}");
        }
    }
    let of = store.findings_of(&findings[3].account, &findings[3].resource).await.unwrap();
    assert_eq!(of, findings[3..4]);
    assert_eq!(store.findings_of(&"222222222222".into(), &findings[3].resource).await.unwrap(), []);
    let mut over = findings[0].clone();
    (over.status, over.severity, over.resolved_at) = (FindingStatus::Resolved, Severity::Critical, Some(at(30)));
    finish(&store, 2, vec![change(2, ChangeKind::Resolved, over.clone())]).await;
    let page = store.findings_by(FindingOrder::Severity, &FindingFilter::default(), &PageRequest::new(1000, None)).await.unwrap();
    assert_eq!(page.items.last(), Some(&over), "what is over comes last");
    let ended = FindingFilter { statuses: vec![FindingStatus::Resolved], ..FindingFilter::default() };
    assert_eq!(store.count_findings(&ended).await.unwrap(), 1);
    let age = store.findings_by(FindingOrder::Age, &FindingFilter::default(), &PageRequest::new(1, None)).await.unwrap();
    let other = store.findings_by(FindingOrder::Severity, &FindingFilter::default(), &PageRequest::new(1, age.next)).await;
    assert!(matches!(other, Err(StoreError::BadCursor)), "a cursor belongs to its order");
}

pub async fn days_and_changes_tell_what_went_before(store: Shared) {
    finish(&store, 1, vec![change(1, ChangeKind::Opened, finding(1)), change(1, ChangeKind::Opened, finding(2))]).await;
    finish(&store, 2, vec![change(2, ChangeKind::Seen, finding(1)), change(2, ChangeKind::BecameStale, finding(2))]).await;
    let told: Vec<_> = store.recent_changes(2).await.unwrap();
    let kinds: Vec<_> = told.iter().map(|one| (one.entry.kind, one.resource_name.as_str(), one.severity)).collect();
    assert_eq!(kinds, [(ChangeKind::BecameStale, "t00002", Severity::High), (ChangeKind::Opened, "t00002", Severity::High)]);
    assert_eq!(store.recent_changes(10).await.unwrap().len(), 3);

    let day = async |number: u32, scope: crate::model::run::PassScope, status, fail| {
        let summary = serde_json::to_value(Summary { fail, ..Summary::default() }).unwrap();
        store.begin_run(&RunRecord { scope, summary, ..record(number, status) }).await.unwrap();
    };
    let everywhere = crate::model::run::PassScope::default;
    day(10, everywhere(), RunStatus::Complete, 5).await;
    day(20, everywhere(), RunStatus::Incomplete, 4).await;
    day(21, record(0, RunStatus::Complete).scope, RunStatus::Complete, 1).await;
    day(22, everywhere(), RunStatus::Failed, 0).await;
    day(30, everywhere(), RunStatus::Complete, 3).await;
    // One without counts, of whatever made it, is no day.
    store.begin_run(&RunRecord { scope: everywhere(), ..record(31, RunStatus::Complete) }).await.unwrap();
    let days = store.trend(at(0)).await.unwrap();
    let told: Vec<_> = days.iter().map(|one| (one.day, one.complete, one.summary.fail)).collect();
    assert_eq!(told, [(fixture::day(1), false, 4), (fixture::day(2), true, 3)], "of each day the last that looked everywhere");
    assert_eq!(store.trend(at(25)).await.unwrap().len(), 1);
}
