//! Months of audits over the wire, on a clock of their own: every plane ends with the same total, and the meter's bill is ours.

use super::*;
use ledgerline::audit::{self, Plan};
use ledgerline::collect::aws::{AwsSource, Patience};
use ledgerline::collect::config::AwsConfig;
use ledgerline::collect::{Silent, Source};
use ledgerline::cost::config::CostConfig;
use ledgerline::evaluate::{self, LoadOptions, RuleSet};
use ledgerline::model::Money;
use ledgerline::model::catalogue::Catalogue;
use ledgerline::model::environment::Ownership;
use ledgerline::model::ledger::Month;
use ledgerline::model::plane::Plane;
use ledgerline::model::run::PassScope;
use ledgerline::model::value::Time;
use ledgerline::publish::config::NotifyConfig;
use ledgerline::store::{self, Store};
use rust_decimal::Decimal;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

/// Months that are lived through; the pure ledger lives through ten thousand.
const MONTHS: u64 = 6;

/// The time of the program, in seconds.
static NOW: AtomicI64 = AtomicI64::new(0);

fn clock() -> Time {
    Time::from_timestamp(NOW.load(Ordering::Relaxed), 0).expect("a time")
}

/// Numbers as if thrown.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn amount(dice: &mut Dice) -> String {
    let scale = u32::try_from(dice.below(11)).expect("small");
    Decimal::new(i64::try_from(dice.below(10_000_000)).expect("small"), scale).to_string()
}

fn line(dice: &mut Dice, first: NaiveDate) -> CostLine {
    let service = ["AWS Lambda", "Amazon DynamoDB", "AWS Support (Developer)"][dice.below(3) as usize];
    let line = CostLine::of(service, first + Days::new(dice.below(31)), &amount(dice));
    let line = line.account(["111122223333", "444455556666"][dice.below(2) as usize]);
    let line = match dice.below(3) {
        0 => line.tag("Owner", "a$b"),
        1 => line.tag("Project", ""),
        _ => line,
    };
    match dice.below(4) {
        0 => {
            let less = format!("-{}", line.amount);
            CostLine { amount: less, ..line.record("Credit") }
        }
        1 => line.record("DiscountedUsage"),
        _ => line,
    }
}

fn rules(catalogue: &Catalogue) -> RuleSet {
    let ours = ["cost-untagged-share", "cost-tag-key-inactive", "cost-aws-forecast-above", "cost-service-above"];
    let sources: Vec<_> = evaluate::shipped()
        .into_iter()
        .filter(|source| source.pack == "frameworks" || ours.iter().any(|name| source.path.contains(name)))
        .collect();
    evaluate::load(&sources, catalogue, &LoadOptions::default()).expect("the rules load")
}

struct Bench {
    stand_in: StandIn,
    store: std::sync::Arc<dyn Store>,
    catalogue: Catalogue,
    rules: RuleSet,
    _folder: tempfile::TempDir,
}

impl Bench {
    async fn audit(&self, today: NaiveDate) {
        NOW.store(today.and_hms_opt(6, 0, 0).expect("a time").and_utc().timestamp(), Ordering::Relaxed);
        self.stand_in.bill(|book| book.clock = Some(today));
        let account = self.stand_in.account("111122223333");
        let (key, secret, token) = (&account.access_key_id, &account.secret_access_key, &account.session_token);
        let sdk = aws_config::defaults(aws_config::BehaviorVersion::latest())
            .region(aws_config::Region::new("us-east-2"))
            .endpoint_url(&account.endpoint)
            .credentials_provider(aws_credential_types::Credentials::new(key, secret, Some(token.clone()), None, "tests"))
            .load()
            .await;
        let patience = Patience { pause: Duration::from_millis(5), ..Patience::default() };
        let tags = ["Owner", "Project"].map(Into::into).to_vec();
        let source = AwsSource::new(AwsConfig::default()).with_sdk(sdk).with_patience(patience).with_cost_tags(tags);
        let (ownership, notify) = (Ownership::default(), NotifyConfig::default());
        let plan = Plan {
            id: None,
            rules: &self.rules,
            whole_rule_set: true,
            catalogue: &self.catalogue,
            ownership: &ownership,
            scope: &PassScope::default(),
            waivers: &[],
            cost: CostConfig { enabled: true, monthly_cap_usd: Money::new(Decimal::ONE_HUNDRED), requests_a_day: 60 },
            payers: 1,
            notify: &notify,
            listed: &[],
            as_of: None,
            trigger: "command",
            clock,
        };
        let sources: [Box<dyn Source>; 1] = [Box::new(source)];
        let cancel = tokio_util::sync::CancellationToken::new();
        let report = audit::run(&plan, &sources, Some(&*self.store), &Silent, &cancel).await.expect("an audit");
        assert!(report.coverage.is_complete(), "{today}: {:#?}", report.coverage.rows().collect::<Vec<_>>());
    }
}

/// Reads a month until it is final.
async fn live(seed: u64) {
    let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let (october, november): (Month, Month) = ("2026-10".parse().expect("a month"), "2026-11".parse().expect("a month"));
    let mut book = CostBook { page_size: 20, active_tags: Some(vec!["Owner".to_owned(), "Project".to_owned()]), ..CostBook::default() };
    book.lines = (0..25).map(|_| line(&mut dice, october.first_day())).collect();
    book.lines.push(CostLine::of("AWS Lambda", november.first_day(), "0.5").account("444455556666"));
    let folder = tempfile::tempdir().expect("a folder");
    let store = store::open(&format!("sqlite://{}", folder.path().join("l.db").display())).await.expect("a store");
    let catalogue = ledgerline::collect::aws::catalogue();
    let rules = rules(&catalogue);
    let bench = Bench { stand_in: StandIn::of(World { cost: book, ..World::default() }), store, catalogue, rules, _folder: folder };
    let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
    let mut total = Decimal::ZERO;
    for today in
        ["2026-10-20", "2026-10-31", "2026-11-02", "2026-11-03", "2026-11-04", "2026-11-05", "2026-11-10", "2026-11-15", "2026-11-16"]
    {
        if today == "2026-11-04" || today == "2026-11-16" {
            // AWS restates; the second time the month is final already.
            let (which, new) = (dice.below(25) as usize, amount(&mut dice));
            bench.stand_in.bill(|book| book.lines[which].amount = new);
        }
        bench.audit(day(today)).await;
        if today == "2026-11-15" {
            bench.stand_in.bill(|book| {
                let lines = book.lines.iter().filter(|line| Month::of(line.day) == october);
                total = lines.map(|line| line.amount.parse::<Decimal>().expect("an amount")).sum();
            });
        }
    }
    for reading in bench.store.ledger(october).await.expect("the ledger") {
        if reading.id.plane < Plane::TagService {
            let sum = Money::sum(reading.cells.iter().map(|cell| cell.billed)).expect("a sum");
            assert_eq!(sum.amount(), total, "month {seed}, {}", reading.id);
        }
    }
    let planes = bench.store.planes().await.expect("planes");
    assert_eq!(planes.len(), 9, "{planes:?}");
    let spent = [october, november].map(|month| bench.store.paid_spent(month));
    let [in_october, in_november] = futures::future::join_all(spent).await.try_into().expect("two");
    let ours = in_october.expect("a sum").plus(in_november.expect("a sum")).expect("a sum");
    assert_eq!(ours.amount(), Decimal::new(i64::try_from(bench.stand_in.bill_cents()).expect("small"), 2), "month {seed}: the bill");
    assert!(!bench.store.restatements().await.expect("restatements").is_empty());
}

#[test]
fn months_over_the_wire_end_with_one_total_and_the_exact_bill() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        for seed in 1..=MONTHS {
            live(seed).await;
        }
    });
}
