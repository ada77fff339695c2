//! From the store's memory to the data of a report.

use super::story::{ACCOUNT, at, data, finding, line, material, print, question, run};
use crate::model::Fingerprint;
use crate::model::finding::{ChangeKind, FindingStatus, HistoryEntry};
use crate::model::judged::VerdictCounts;
use crate::model::rule::Severity;
use crate::model::run::{PassScope, RunRecord, RunStatus};
use crate::model::waiver::WaiverState;
use crate::publish::report::data::{ControlState, Data};
use crate::publish::report::{Material, NoAudit, Question, assemble};

fn of(material: &Material, as_of: crate::model::value::Time) -> Data {
    assemble(material, &Question { as_of, ..question() }).unwrap()
}

fn prints(list: &[Fingerprint]) -> Vec<u32> {
    list.iter().map(|print| print.as_str().parse().unwrap()).collect()
}

#[test]
fn what_happened_in_the_week_is_told_and_what_came_later_is_not() {
    let data = data();
    assert_eq!(prints(&data.changes.new), [2]);
    assert_eq!(prints(&data.changes.resolved), [3, 9], "one of them came and went within the week");
    assert_eq!(prints(&data.changes.reopened), [4]);
    assert_eq!(prints(&data.changes.waived), [5]);
    let open: Vec<u32> = data.findings.iter().map(|entry| entry.fingerprint.as_str().parse().unwrap()).collect();
    assert_eq!(open, [1, 11, 2, 4, 5, 6, 7], "the worst first; 8 was over before, 10 came later, 11 was resolved later");
    assert!(data.entry(&print(8)).is_none() && data.entry(&print(10)).is_none());
    let counts: Vec<u64> = Severity::ALL.iter().map(|severity| data.verdict.now.of(*severity)).collect();
    assert_eq!((counts, data.verdict.now.waived, data.verdict.now.stale), (vec![1, 1, 1, 2, 1], 1, 1));
}

#[test]
fn a_report_of_a_time_is_the_same_whenever_it_is_asked_for() {
    // What came after the time is not in the store yet, or is: the report is the same.
    let later = material();
    let mut then = material();
    then.history.retain(|(_, line)| line.at < at(0, 0));
    then.runs.retain(|run| run.started_at < at(0, 0));
    then.findings.retain(|finding| finding.fingerprint != print(10));
    let eleven = then.findings.iter_mut().find(|finding| finding.fingerprint == print(11)).unwrap();
    *eleven = finding(11, Severity::High, -14);
    let (mut now, was) = (of(&later, at(0, 0)), of(&then, at(0, 0)));
    let message = was.entry(&print(11)).unwrap().message.clone();
    // Of a finding that changed since, the message is that of its last line before.
    now.findings.iter_mut().find(|entry| entry.fingerprint == print(11)).unwrap().message = message;
    assert_eq!(now, was);
}

#[test]
fn the_change_since_the_baseline_is_what_the_lists_say() {
    let data = data();
    let before = data.verdict.before.as_ref().unwrap();
    assert_eq!(data.comparison.baseline.as_ref().unwrap().run, run(-7).id);
    assert_eq!(data.since, run(-7).finished_at.unwrap());
    // 1, 3, 5, 6, 7, 11 were open: new 2 and reopened 4 came, resolved 3 and waived 5 went.
    assert_eq!((before.total(), before.waived), (6, 0));
    let high = |standing: &crate::publish::report::data::Standing| standing.of(Severity::High);
    assert_eq!((data.verdict.now.total(), high(before), high(&data.verdict.now)), (6, 2, 2));
}

#[test]
fn other_rules_or_accounts_are_said_and_not_compared() {
    let mut other = material();
    for run in other.runs.iter_mut().filter(|run| run.started_at < at(-1, 0)) {
        run.rules_digest = "another".into();
        run.coverage["scopes"][0]["account"] = "222222222222".into();
    }
    let data = of(&other, at(0, 0));
    assert!(!data.comparison.is_comparable() && data.verdict.before.is_none());
    let reasons = data.comparison.reasons.join(" ");
    assert!(reasons.contains("another then, 6d1f0a5cb2e9 now") && reasons.contains("not now: 222222222222"), "{reasons}");
    assert!(data.comparison.baseline.is_some(), "the baseline is named all the same");
    assert_eq!(data.trend.iter().filter(|week| week.comparable).count(), 1);
    let (mut other, first) = (material(), at(-4, 0));
    other.runs.retain(|run| run.started_at > first);
    let data = of(&other, at(0, 0));
    assert!(data.comparison.baseline.is_none() && data.comparison.reasons[0].contains("where comparing begins"));
}

#[test]
fn a_narrower_or_failed_audit_is_neither_ground_nor_baseline() {
    let mut other = material();
    let narrow = PassScope { rules: Some(["a".into()].into()), ..PassScope::default() };
    for run in other.runs.iter_mut() {
        if run.id == super::story::run_id(0) {
            run.scope = narrow.clone();
        } else if run.id == super::story::run_id(-3) {
            run.status = RunStatus::Failed;
        }
    }
    assert_eq!(of(&other, at(0, 0)).audit.run, run(-7).id);
    let only = Material { runs: vec![RunRecord { scope: narrow, ..run(0) }], ..Material::default() };
    assert_eq!(assemble(&only, &question()), Err(NoAudit(at(0, 0))));
}

#[test]
fn due_dates_run_from_the_day_that_a_finding_was_opened_or_came_back() {
    let data = data();
    let due = |number: u32| data.entry(&print(number)).unwrap().due;
    assert_eq!(due(1), Some(run(-35).started_at + chrono::TimeDelta::days(2)));
    assert_eq!(due(4), Some(run(-3).started_at + chrono::TimeDelta::days(30)), "it came back");
    assert_eq!((due(5), due(7), due(3)), (None, None, None), "waived; info has none; over");
    assert_eq!(data.verdict.past_due, 3, "1 by weeks, 11 by a week, 6 by a day");
    let [orders, nobody] = data.owners.as_slice() else { panic!("{:?}", data.owners) };
    assert_eq!((orders.owner.as_deref(), orders.past_due, orders.next_due), (Some("team-orders"), 2, due(1)));
    assert_eq!((nobody.owner.as_deref(), nobody.past_due), (None, 1));
    assert_eq!(prints(&data.top.risk), [1, 11, 2, 4, 6, 7]);
    assert_eq!(prints(&data.top.usd), [6]);
}

#[test]
fn exceptions_are_those_of_the_time_with_what_they_cover() {
    let data = data();
    let told: Vec<_> = data.exceptions.iter().map(|one| (one.id.as_str(), one.state, one.findings, one.approver.is_some())).collect();
    assert_eq!(told, [("unused", WaiverState::Unused, 0, false), ("orders-move", WaiverState::Active, 1, true)]);
    assert_eq!(of(&material(), at(-2, 0)).exceptions.len(), 3, "taken back later");
    let after = of(&material(), at(40, 0));
    assert!(after.exceptions.iter().all(|one| one.state == WaiverState::Expired), "what ended is told");
}

#[test]
fn a_control_passes_only_where_something_was_evaluated_and_all_of_it_passed() {
    let data = data();
    let [soc2] = data.frameworks.as_slice() else { panic!() };
    let told: Vec<_> = soc2.controls.iter().map(|control| (control.id.as_str(), control.state)).collect();
    use ControlState::{Fail, NotEvaluated, Pass, Unknown, Waived};
    assert_eq!(told, [("A1.1", Fail), ("A1.2", Unknown), ("C1.1", Waived), ("C1.2", NotEvaluated), ("CC1.1", Pass)]);
    assert_eq!((soc2.controls_known, soc2.title.as_str()), (Some(2), "SOC 2, Trust Services Criteria"));

    let mut nothing = material();
    for rule in &mut nothing.snapshot.as_mut().unwrap().judged {
        rule.verdicts = VerdictCounts { not_applicable: 9, ..VerdictCounts::default() };
    }
    let states = of(&nothing, at(0, 0)).frameworks[0].counts.clone();
    assert_eq!(states[&Pass], 0, "never green with nothing evaluated: {states:?}");
    let without = of(&Material { snapshot: None, ..material() }, at(0, 0));
    assert!(without.frameworks.is_empty() && without.notes.iter().any(|note| note.contains("nothing can be said about controls")));
}

#[test]
fn weeks_before_the_first_audit_have_no_numbers() {
    let mut young = material();
    young.runs.retain(|run| run.started_at > at(-15, 0));
    let data = of(&young, at(0, 0));
    let open: Vec<Option<u64>> = data.trend.iter().map(|week| week.open).collect();
    assert_eq!(open[..10], [None; 10]);
    assert_eq!(open[10..], [Some(6), Some(6), Some(6)]);
    assert_eq!(data.trend.iter().map(|week| week.billed_usd.is_some()).filter(|known| *known).count(), 8);
    assert_eq!(data.trend.len(), 13);
}

#[test]
fn an_old_audit_and_what_could_not_be_read_are_said() {
    let notes = of(&material(), at(3, 0)).notes.join(" ");
    assert!(notes.contains("ended 73 hours before") && notes.contains("1 of 3 needed AWS calls was not answered in full"), "{notes}");
    let data = data();
    assert_eq!((data.audit.coverage.needed, data.audit.coverage.complete), (3, 2));
    assert_eq!(data.audit.gaps[0].permission.as_deref(), Some("dynamodb:DescribeTimeToLive"));
    assert_eq!(data.audit.accounts, [ACCOUNT.into()]);
}

#[test]
fn forgotten_lines_are_inferred_from_those_that_are_left() {
    let mut old = material();
    // What was before the last line of 3, 4 and 5 was forgotten.
    old.history.retain(|(_, line): &(Fingerprint, HistoryEntry)| line.at > at(-5, 0));
    let (data, whole) = (of(&old, at(0, 0)), data());
    assert_eq!((&data.changes, &data.verdict.before), (&whole.changes, &whole.verdict.before));
    let mut none = material();
    none.history.clear();
    none.history.push((print(1), line(-3, ChangeKind::WaiverEnded, FindingStatus::Open)));
    let before = of(&none, at(0, 0)).verdict.before.unwrap();
    assert_eq!((before.waived, before.of(Severity::Critical)), (2, 0), "5 is waived, and 1 was until its waiver ended");
}

#[test]
fn a_month_of_which_nothing_is_known_cost_something_unknown_and_not_nothing() {
    let mut young = material();
    young.costs.retain(|row| row.day >= at(-20, 0).date_naive());
    let costs = of(&young, at(0, 0)).costs;
    assert_eq!(costs.previous_month_usd, None);
    assert!(!costs.services.is_empty() && costs.services.iter().all(|service| service.previous_month_usd.is_none()));
}
