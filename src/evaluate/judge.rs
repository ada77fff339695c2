//! One rule and one resource: the four verdicts, and what is said of them.

use super::expr::{Frame, Subject};
use super::pass::Pass;
use super::rule::Rule;
use super::{evidence, reason};
use crate::model::inventory::Known;
use crate::model::rule::RuleInfo;
use crate::model::verdict::{Evaluation, Status};
use crate::model::{AccountId, Gap, Money, Path, Region, Resource, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::sync::Arc;

/// A rule as one thread uses it.
pub(super) struct Judge<'a> {
    rule: &'a Rule,
    /// A copy of the thread's own: two threads that count references to one description, millions of times, wait for
    /// each other longer than they work.
    info: Arc<RuleInfo>,
    cx: &'a Pass<'a>,
}

/// Account and region of the resources that a thread judges, copied for the same reason as [`Judge::info`].
pub(super) struct Home {
    account: AccountId,
    region: Region,
}

impl Home {
    /// The home of a resource; the last one where nothing changed.
    pub fn of<'h>(last: &'h mut Option<Self>, resource: &Resource) -> &'h Self {
        let known = last.take().filter(|home| home.account == resource.account && home.region == resource.region);
        last.insert(known.unwrap_or_else(|| Self {
            account: AccountId::new(ArcStr::from(resource.account.as_str())),
            region: Region::new(ArcStr::from(resource.region.as_str())),
        }))
    }
}

/// A verdict before it is written down.
enum Verdict {
    Pass,
    Fail,
    NotApplicable,
    Unknown(Arc<Gap>),
}

impl<'a> Judge<'a> {
    /// The rule, for the use of one thread.
    pub fn new(rule: &'a Rule, cx: &'a Pass<'a>) -> Self {
        Self { rule, info: Arc::new(RuleInfo::clone(&rule.info)), cx }
    }

    /// Judges the resource.
    pub fn judge(
        &self,
        subject: &Subject<'_>,
        environment: &Known<ArcStr>,
        position: usize,
        home: &Home,
        evaluations: &mut Vec<Evaluation>,
    ) {
        let params = self.rule.parameters().known_of(environment);
        self.judge_with(&params, subject, environment, position, home, evaluations);
    }

    /// [`Judge::judge`] with these parameters.
    pub fn judge_with(
        &self,
        params: &Value,
        subject: &Subject<'_>,
        environment: &Known<ArcStr>,
        position: usize,
        home: &Home,
        evaluations: &mut Vec<Evaluation>,
    ) {
        let frame = subject.frame(params);
        let verdict = match self.rule.body.when.as_ref().map(|when| when.truth(&frame)) {
            Some(Ok(false)) => Verdict::NotApplicable,
            Some(Err(gap)) => Verdict::Unknown(gap),
            None | Some(Ok(true)) => match self.rule.body.assert.truth(&frame) {
                Ok(true) => Verdict::Pass,
                Ok(false) => Verdict::Fail,
                Err(gap) => Verdict::Unknown(gap),
            },
        };
        evaluations.push(self.write(verdict, &frame, environment, position, home));
    }

    fn write(&self, verdict: Verdict, frame: &Frame<'_>, environment: &Known<ArcStr>, position: usize, home: &Home) -> Evaluation {
        let (status, gap) = match verdict {
            Verdict::Pass => (Status::Pass, None),
            Verdict::Fail => (Status::Fail, None),
            Verdict::NotApplicable => (Status::NotApplicable, None),
            Verdict::Unknown(gap) => (Status::Unknown, Some(gap)),
        };
        let shown = self.cx.evidence.contains(&status);
        let resource = frame.resource();
        let message = match status {
            Status::Fail => self.rule.body.message.render(frame).into(),
            Status::Unknown => {
                let place = gap.as_ref().and_then(|gap| evidence::place_of(gap, self.rule, resource, environment));
                self.unknown(resource, gap.as_deref(), place.as_ref())
            }
            Status::Pass if shown => arcstr::format!("{}: {}", resource.name, self.info.title),
            Status::NotApplicable if shown => self.not_applicable(resource),
            Status::Pass | Status::NotApplicable | Status::Waived => ArcStr::new(),
        };
        Evaluation {
            rule: Arc::clone(&self.info),
            resource: Some(position),
            account: home.account.clone(),
            region: home.region.clone(),
            sub_key: None,
            status,
            severity: self.info.severity,
            message,
            gap,
            evidence: if shown { evidence::collect(self.rule, frame, self.cx.catalogue) } else { Vec::new() },
            monthly_savings: if status == Status::Fail { self.savings(frame) } else { None },
            monthly_cost: None,
        }
    }

    fn unknown(&self, resource: &Resource, gap: Option<&Gap>, place: Option<&Path>) -> ArcStr {
        let what = place.map_or_else(|| "what the rule needs".to_owned(), Path::to_string);
        let sentence = gap.map_or_else(|| format!("{what} is not known"), |gap| reason::sentence(gap, &what));
        arcstr::format!("{}: {sentence}", resource.name)
    }

    fn not_applicable(&self, resource: &Resource) -> ArcStr {
        match &self.rule.body.when {
            Some(when) => {
                let condition = when.source().split_whitespace().collect::<Vec<_>>().join(" ");
                arcstr::format!("{}: the rule speaks only of resources where {condition}", resource.name)
            }
            None => arcstr::format!("{}: there is nothing for the rule to judge", resource.name),
        }
    }

    /// USD a month; what is unknown, or would save nothing, is none and never zero.
    fn savings(&self, frame: &Frame<'_>) -> Option<Money> {
        let amount = match self.rule.body.savings.as_ref()?.eval(frame) {
            Value::Decimal(amount) => *amount,
            Value::Int(amount) => Decimal::from(amount),
            _ => return None,
        };
        (amount > Decimal::ZERO).then(|| Money::new(amount))
    }
}
