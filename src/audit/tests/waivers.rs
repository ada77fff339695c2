//! Waivers over passes: design, section 7, row by row, and what is found about the waivers themselves.

use super::*;
use crate::model::finding::{FindingStatus, Resolution};
use crate::model::waiver::{WaiverOrigin, WaiverScope, WaiverState};

fn waiver(id: &str, rule: &str, resource: &str) -> Waiver {
    Waiver {
        id: id.into(),
        scope: WaiverScope { rules: vec![rule.into()], resources: vec![resource.into()], ..WaiverScope::default() },
        owner: "team-a".into(),
        reason: "because".into(),
        ticket: None,
        approver: None,
        created: None,
        expires: chrono::Utc::now() + chrono::TimeDelta::days(100),
        origin: WaiverOrigin::File { file: "w.yaml".into(), line: 1 },
    }
}

fn on_a() -> Vec<Arc<Waiver>> {
    vec![Arc::new(waiver("w", "dynamodb-table-*", "a"))]
}

fn failing() -> Tables {
    Tables(vec![("a", "PROVISIONED"), ("b", "PAY_PER_REQUEST")], Outcome::Complete)
}

impl Bench {
    /// With the shipped rules about waivers besides the one about tables.
    async fn about_waivers() -> Self {
        let mut bench = Self::new().await;
        let mut sources: Vec<RuleSource> =
            evaluate::shipped().into_iter().filter(|source| source.pack == "waiver" || source.pack == "frameworks").collect();
        sources.push(RuleSource { pack: "dynamodb".into(), path: "dynamodb-table-provisioned.yaml".into(), text: RULE.into() });
        bench.catalogue = collect::catalogue();
        bench.rules = evaluate::load(&sources, &bench.catalogue, &LoadOptions::default()).unwrap();
        bench
    }

    async fn all(&self, source: Tables, waivers: &[Arc<Waiver>]) -> Report {
        self.pass_with(source, &PassScope::default(), waivers, None).await.unwrap()
    }

    /// Where the finding on table `a` stands.
    async fn stands(&self) -> (FindingStatus, bool, Option<Resolution>) {
        let known = self.store.known().await.unwrap().findings;
        let finding = known.iter().find(|finding| finding.resource_name == "a").unwrap();
        (finding.status, finding.stale_since.is_some(), finding.resolution)
    }
}

#[tokio::test]
async fn a_failure_is_waived_stays_counted_and_is_open_again_when_its_waiver_goes() {
    let bench = Bench::new().await;
    let open = bench.all(failing(), &[]).await;
    let waived = bench.all(failing(), &on_a()).await;
    assert_eq!(changes(&waived), [(ChangeKind::Waived, "a".to_owned())]);
    assert_eq!((waived.summary.fail, waived.summary.waived, waived.summary.pass), (0, 1, 1));
    assert_eq!(waived.changes[0].finding.fingerprint, open.changes[0].finding.fingerprint);
    assert_eq!(waived.changes[0].finding.waiver.as_deref(), Some("w"));
    let details = &waived.changes[0].finding.details;
    assert_eq!((&details["waiver"]["owner"], details["evidence"].as_array().unwrap().len()), (&json!("team-a"), 1));
    assert_eq!(bench.stands().await, (FindingStatus::Waived, false, None));
    let snapshot = bench.store.snapshot().await.unwrap().unwrap();
    assert!(snapshot.findings.iter().any(|(.., status, count)| (*status, *count) == (FindingStatus::Waived, 1)));
    assert!(snapshot.results.contains(&(Status::Waived, 1)) && snapshot.waivers.contains(&(WaiverState::Active, 1)));
    assert_eq!(snapshot.next_waiver_expiry.map(|time| time.date_naive()), Some(on_a()[0].expires.date_naive()));
    assert_eq!(changes(&bench.all(failing(), &on_a()).await), [(ChangeKind::Seen, "a".to_owned())]);
    assert_eq!(changes(&bench.all(failing(), &[]).await), [(ChangeKind::WaiverEnded, "a".to_owned())]);
    assert_eq!(bench.stands().await, (FindingStatus::Open, false, None));
}

#[tokio::test]
async fn a_waiver_that_has_ended_covers_nothing_by_the_time_that_is_judged_by() {
    let bench = Bench::new().await;
    bench.all(failing(), &on_a()).await;
    let later = Some(chrono::Utc::now() + chrono::TimeDelta::days(101));
    let over = bench.pass_with(failing(), &PassScope::default(), &on_a(), later).await.unwrap();
    assert_eq!(changes(&over), [(ChangeKind::WaiverEnded, "a".to_owned())]);
    assert_eq!((over.summary.fail, over.summary.waived), (1, 0));
    assert!(bench.store.snapshot().await.unwrap().unwrap().waivers.contains(&(WaiverState::Expired, 1)));
}

#[tokio::test]
async fn what_is_waived_is_fixed_gone_or_stale_as_anything_else() {
    let cases = [
        (Tables(vec![("a", "PAY_PER_REQUEST")], Outcome::Complete), (FindingStatus::Resolved, false, Some(Resolution::Fixed))),
        (Tables(vec![], Outcome::Complete), (FindingStatus::Resolved, false, Some(Resolution::Gone))),
        (Tables(vec![], Outcome::Throttled), (FindingStatus::Waived, true, None)),
    ];
    for (source, expected) in cases {
        let bench = Bench::new().await;
        bench.all(failing(), &on_a()).await;
        bench.all(source, &on_a()).await;
        assert_eq!(bench.stands().await, expected);
    }
}

#[tokio::test]
async fn waivers_of_the_store_count_until_they_are_revoked_and_those_of_files_win() {
    let bench = Bench::new().await;
    let stored = Waiver { origin: WaiverOrigin::Store, owner: "team-store".into(), ..waiver("w", "dynamodb-*", "a") };
    bench.store.add_waiver(&stored, chrono::Utc::now(), None).await.unwrap();
    let waived = bench.all(failing(), &[]).await;
    assert_eq!((waived.summary.waived, waived.waivers[0].waiver.owner.as_str()), (1, "team-store"));
    let both = bench.all(failing(), &on_a()).await;
    assert_eq!(both.waivers.iter().map(|one| one.waiver.owner.as_str()).collect::<Vec<_>>(), ["team-a"]);
    bench.store.revoke_waiver(&stored.id, chrono::Utc::now(), None).await.unwrap();
    assert_eq!(changes(&bench.all(failing(), &[]).await), [(ChangeKind::WaiverEnded, "a".to_owned())]);
}

#[tokio::test]
async fn an_unused_waiver_is_a_finding_until_it_is_taken_out() {
    let bench = Bench::about_waivers().await;
    let unused = [Arc::new(waiver("typo", "dynamodb-*", "aa"))];
    let found = bench.all(failing(), &unused).await;
    assert_eq!(changes(&found), [(ChangeKind::Opened, "typo".to_owned()), (ChangeKind::Opened, "a".to_owned())]);
    let finding = &found.changes[0].finding;
    assert_eq!((finding.rule.as_str(), finding.owner.as_deref()), ("waiver-unused", Some("team-a")));
    let row = found.results.iter().find(|row| row.rule.as_str() == "waiver-unused").unwrap();
    assert_eq!(row.resource.origin.as_ref().unwrap().line, Some(1));
    let blind = bench.all(Tables(vec![("b", "PAY_PER_REQUEST")], Outcome::Throttled), &unused).await;
    assert!(
        changes(&blind).contains(&(ChangeKind::BecameStale, "typo".to_owned())),
        "half a listing proves nothing: {:?}",
        changes(&blind)
    );
    let out = bench.all(failing(), &[]).await;
    let gone = out.changes.iter().find(|change| change.finding.resource_name == "typo").unwrap();
    assert_eq!((gone.kind, gone.finding.resolution), (ChangeKind::Resolved, Some(Resolution::Gone)));
}

#[tokio::test]
async fn a_narrower_pass_says_nothing_of_waivers_that_speak_of_more() {
    let bench = Bench::about_waivers().await;
    let unused = [Arc::new(waiver("typo", "dynamodb-*", "aa"))];
    bench.all(failing(), &unused).await;
    let account = PassScope { accounts: Some(["111122223333".into()].into()), ..PassScope::default() };
    for waivers in [&unused[..], &[]] {
        let narrow = bench.pass_with(failing(), &account, waivers, None).await.unwrap();
        assert!(!changes(&narrow).iter().any(|(_, name)| name == "typo"), "{:?}", changes(&narrow));
    }
    let region = PassScope { regions: Some(["us-east-2".into(), "global".into()].into()), ..PassScope::default() };
    let narrow = bench.pass_with(failing(), &region, &unused, None).await.unwrap();
    assert!(changes(&narrow).contains(&(ChangeKind::BecameStale, "typo".to_owned())), "{:?}", changes(&narrow));
}

#[tokio::test]
async fn no_waiver_covers_what_is_found_about_waivers() {
    let bench = Bench::about_waivers().await;
    let mut wide = waiver("wide", "*", "*");
    wide.scope.accounts = vec!["111122223333".into()];
    let found = bench.all(failing(), &[Arc::new(wide)]).await;
    let told: Vec<_> = found.results.iter().map(|row| (row.rule.as_str(), row.status)).collect();
    assert_eq!(told, [("waiver-over-wide", Status::Fail)]);
    assert_eq!((found.summary.fail, found.summary.waived), (1, 1));
}
