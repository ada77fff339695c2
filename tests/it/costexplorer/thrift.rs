//! The ledger over the wire: planes in turn, tags in money, and never more requests than were planned.

use super::*;
use chrono::Datelike as _;

/// This month's first days, with credits, tax, two accounts and tags.
fn tagged() -> World {
    let today = Utc::now().date_naive();
    let day = today.with_day(1).expect("a day");
    let book = CostBook { active_tags: Some(vec!["Owner".to_owned(), "Project".to_owned()]), ..CostBook::default() }
        .with(CostLine::of("Amazon DynamoDB", day, "3").tag("Owner", "a$b").account("111122223333"))
        .with(CostLine::of("Amazon DynamoDB", day, "1").tag("Project", "x").account("444455556666"))
        .with(CostLine::of("Amazon DynamoDB", day, "-2.61").record("Credit").account("111122223333"))
        .with(CostLine::of("AWS Support (Developer)", day, "29").account("111122223333"))
        .with(CostLine::of("Tax", day, "0.5").record("Tax").account("444455556666"));
    World { cost: book, ..World::default() }
}

/// The rules that read the ledger: those about anomalies have questions of their own.
const LEDGER: &str = "cost-service-*,cost-tag-*,cost-untagged-*,cost-aws-*";

/// The first of a month has no days to look back on.
fn is_first() -> bool {
    Utc::now().day() == 1
}

#[test]
fn a_day_has_eight_requests_and_the_plan_says_so() {
    let stand_in = StandIn::of(tagged());
    let (_folder, store) = store();
    for _ in 0..3 {
        let report = audit_of(&stand_in, ON, &store, LEDGER).json();
        assert_eq!(outcome(&report, MONTH, CALL), "complete", "{:#}", report["coverage"]);
        assert_eq!(outcome(&report, TAG_KEY, CALL), "complete", "{:#}", report["coverage"]);
    }
    assert_eq!(stand_in.bill_cents(), 8, "{:?}", stand_in.counts());
    assert_eq!((stand_in.count("ce:GetCostForecast"), stand_in.count("ce:ListCostAllocationTags")), (1, 1));
    let plan = Ledgerline::new()
        .file("ledgerline.yaml", &format!("store: {{ url: \"sqlite://{}\" }}\n{ON}\n", store.display()))
        .args(["cost", "plan", "--config", "ledgerline.yaml"])
        .run();
    assert!(plan.stdout.contains("at most 8 requests, 0.08 USD a day, 2.48 USD a month"), "{}", plan.stdout);
    assert!(plan.stdout.contains("0.08 USD are spent"), "{}", plan.stdout);
}

#[test]
fn a_small_cap_makes_fewer_questions_and_the_first_of_them_stay() {
    let stand_in = StandIn::of(tagged());
    let (_folder, store) = store();
    // A month of three a day is 0.93 USD.
    let report = audit_of(&stand_in, "cost: { enabled: true, monthly_cap_usd: 1 }", &store, LEDGER).json();
    assert_eq!(stand_in.bill_cents(), 3);
    assert_eq!(outcome(&report, SERVICE_MONTH, CALL), "complete");
    assert_eq!(outcome(&report, MONTH, "ce:GetCostForecast"), "skipped");
}

#[test]
fn what_lacks_a_tag_is_a_share_of_usage_and_keys_that_are_not_active_are_told_apart() {
    if is_first() {
        return;
    }
    let stand_in = StandIn::of(tagged());
    let (_folder, store) = store();
    let report =
        audit(&stand_in, "cost: { enabled: true, tag_keys: [Owner, Project, CostCenter], requests_a_day: 20, monthly_cap_usd: 9 }", &store)
            .json();
    let message = |key: &str| {
        let shares = results(&report, "cost-untagged-share");
        let share = shares.iter().find(|one| one["resource"]["name"] == key).unwrap_or_else(|| panic!("no {key}"));
        (share["status"].as_str().unwrap_or("").to_owned(), share["message"].as_str().unwrap_or("").to_owned())
    };
    let (status, text) = message("Owner");
    assert_eq!(status, "fail");
    assert!(text.contains("25 % of what was used") && text.contains("1 of 4 USD"), "{text}");
    assert!(message("Project").1.contains("75 % of what was used"), "{:?}", message("Project"));
    assert_eq!(message("CostCenter").0, "not_applicable");
    let inactive = results(&report, "cost-tag-key-inactive");
    let failed: Vec<_> = inactive.iter().filter(|one| one["status"] == "fail").map(|one| &one["resource"]["name"]).collect();
    assert_eq!(failed, ["CostCenter"]);
}

#[test]
fn a_plane_that_does_not_add_up_is_broken_and_the_last_good_one_stays() {
    let stand_in = StandIn::of(tagged());
    let (_folder, store) = store();
    stand_in.trouble(Trouble::with(CALL, Fault::Malformed).on("LINKED_ACCOUNT"));
    let report = audit(&stand_in, ON, &store).json();
    assert_eq!(outcome(&report, SERVICE_MONTH, CALL), "complete");
    assert_eq!(outcome(&report, MONTH, CALL), "broken");
    assert!(stand_in.bill_cents() <= 8, "{}", stand_in.bill_cents());
}

#[test]
fn a_young_account_is_not_denied() {
    let stand_in = StandIn::of(World { cost: CostBook { young: true, ..CostBook::default() }, ..World::default() });
    let (_folder, store) = store();
    let report = audit(&stand_in, ON, &store).json();
    for (of, call) in [(SERVICE_MONTH, CALL), (MONTH, "ce:GetCostForecast"), (TAG_KEY, "ce:ListCostAllocationTags")] {
        assert_eq!(outcome(&report, of, call), "not_enabled", "{of} {call}");
    }
    assert_eq!(stand_in.bill_cents(), 0);
}

#[test]
fn a_process_that_dies_while_it_asks_has_spent_what_it_set_aside() {
    let stand_in = StandIn::of(tagged());
    let (_folder, store) = store();
    stand_in.trouble(Trouble::with(CALL, Fault::Hang));
    let config = format!(
        "store: {{ url: \"sqlite://{}\" }}\ncost: {{ enabled: true, monthly_cap_usd: 0.06, requests_a_day: 8 }}\n",
        store.display()
    );
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("ledgerline.yaml"), &config).expect("a config");
    let account = stand_in.account("111122223333");
    for _ in 0..3 {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_ledgerline"))
            .current_dir(folder.path())
            .args(["audit", "--config", "ledgerline.yaml", "--rule", SERVICES])
            .env_clear()
            .env("HOME", folder.path())
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_ENDPOINT_URL", &account.endpoint)
            .env("AWS_ACCESS_KEY_ID", &account.access_key_id)
            .env("AWS_SECRET_ACCESS_KEY", &account.secret_access_key)
            .env("AWS_SESSION_TOKEN", &account.session_token)
            .env("AWS_REGION", "us-east-2")
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("the program");
        let asked = stand_in.count(CALL);
        let begun = std::time::Instant::now();
        while stand_in.count(CALL) == asked && child.try_wait().expect("a child").is_none() && begun.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        _ = child.kill();
        _ = child.wait();
    }
    // One page a day is planned under such a cap; the first process set it aside, the others were not let.
    assert_eq!(stand_in.count(CALL), 1);
    let plan = Ledgerline::new().file("ledgerline.yaml", &config).args(["cost", "plan", "--config", "ledgerline.yaml"]).run();
    assert!(plan.stdout.contains("0.01 USD are spent"), "{}", plan.stdout);
}
