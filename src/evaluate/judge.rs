//! One rule and one resource: the four verdicts, and what is said of them.

use super::evidence;
use super::expr::{Frame, Subject};
use super::pass::Pass;
use super::rule::{Each, Rule};
use crate::model::inventory::Known;
use crate::model::path::Step;
use crate::model::rule::RuleInfo;
use crate::model::verdict::{Evaluation, Quiet, Status, Verdicts};
use crate::model::{AccountId, Gap, GapKind, Money, Path, Region, Resource, Value};
use arcstr::ArcStr;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;

/// A rule as one thread uses it.
pub(super) struct Judge<'a> {
    rule: &'a Rule,
    /// Its place among the rules of the pass.
    place: usize,
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

impl Verdict {
    /// The status of a verdict that says nothing unless somebody asks.
    const fn quietly(&self) -> Option<Status> {
        match self {
            Self::Pass => Some(Status::Pass),
            Self::NotApplicable => Some(Status::NotApplicable),
            Self::Fail | Self::Unknown(_) => None,
        }
    }
}

impl<'a> Judge<'a> {
    /// The rule at this place, for the use of one thread.
    pub fn new(place: usize, rule: &'a Rule, cx: &'a Pass<'a>) -> Self {
        Self { rule, place, info: Arc::new(RuleInfo::clone(&rule.info)), cx }
    }

    /// Judges the resource, or each of its parts.
    pub fn judge(&self, subject: &Subject<'_>, environment: &Known<ArcStr>, position: usize, home: &Home, verdicts: &mut Verdicts) {
        let params = self.rule.parameters().known_of(environment);
        self.judge_with(&params, subject, environment, position, home, verdicts);
    }

    /// [`Judge::judge`] with these parameters.
    pub fn judge_with(
        &self,
        params: &Value,
        subject: &Subject<'_>,
        environment: &Known<ArcStr>,
        position: usize,
        home: &Home,
        verdicts: &mut Verdicts,
    ) {
        let frame = subject.frame(params);
        let applies = match self.rule.body.when.as_ref().map(|when| when.truth(&frame)) {
            Some(Ok(false)) => Some(Verdict::NotApplicable),
            Some(Err(gap)) => Some(Verdict::Unknown(gap)),
            None | Some(Ok(true)) => None,
        };
        if applies.is_none() {
            self.count_tags(&frame, home, verdicts);
        }
        let mut write = |verdict: Verdict, key: Option<ArcStr>, frame: &Frame<'_>| match (verdict.quietly(), &key, self.pair(position)) {
            (Some(status), None, Some((rule, resource))) if !self.cx.evidence.contains(&status) => {
                verdicts.quiet.push(Quiet { resource, rule, status });
            }
            _ => verdicts.told.push(self.write(verdict, key, frame, environment, position, home)),
        };
        let each = match (applies, &self.rule.body.each) {
            (Some(verdict), _) => return write(verdict, None, &frame),
            (None, None) => return write(self.verdict(&frame), None, &frame),
            (None, Some(each)) => each,
        };
        match each.list.eval(&frame) {
            Value::List(parts) if parts.is_empty() => write(Verdict::NotApplicable, None, &frame),
            Value::List(parts) => {
                for (part, (key, gap)) in parts.iter().zip(keys(each, &parts, &frame)) {
                    let frame = frame.with_item(part);
                    write(gap.map_or_else(|| self.verdict(&frame), Verdict::Unknown), Some(key), &frame);
                }
            }
            Value::Gap(gap) => write(Verdict::Unknown(gap), None, &frame),
            other => write(Verdict::Unknown(no_list(&other)), None, &frame),
        }
    }

    /// Rule and resource as a quiet verdict names them; none where they are too many for that.
    fn pair(&self, position: usize) -> Option<(u16, u32)> {
        Some((u16::try_from(self.place).ok()?, u32::try_from(position).ok()?))
    }

    /// Counts the tag keys that the rule requires. One without a value is none.
    fn count_tags(&self, frame: &Frame<'_>, home: &Home, verdicts: &mut Verdicts) {
        let Some(Value::List(keys)) = self.rule.body.required_tags.as_ref().map(|keys| keys.eval(frame)) else { return };
        for key in keys.iter() {
            let Value::Str(key) = key else { continue };
            let value = frame.resource().tags.at(&[Step::Key(key.clone())]);
            let count = verdicts.tags.entry((home.account.clone(), key.clone())).or_default();
            count.required += 1;
            count.compliant += u64::from(matches!(value, Some(Value::Str(value)) if !value.trim().is_empty()));
        }
    }

    fn verdict(&self, frame: &Frame<'_>) -> Verdict {
        match self.rule.body.assert.truth(frame) {
            Ok(true) => Verdict::Pass,
            Ok(false) => Verdict::Fail,
            Err(gap) => Verdict::Unknown(gap),
        }
    }

    fn write(
        &self,
        verdict: Verdict,
        sub_key: Option<ArcStr>,
        frame: &Frame<'_>,
        environment: &Known<ArcStr>,
        position: usize,
        home: &Home,
    ) -> Evaluation {
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
            resource: Some(position),
            sub_key,
            severity: self.rule.body.severities.of(environment, self.info.severity),
            message,
            gap,
            evidence: if shown { evidence::collect(self.rule, frame, self.cx.catalogue) } else { Vec::new() },
            monthly_savings: if status == Status::Fail { self.savings(frame) } else { None },
            replacement: if status == Status::Fail { self.replacement(frame) } else { None },
            ..Evaluation::bare(&self.info, (&home.account, &home.region), status)
        }
    }

    fn unknown(&self, resource: &Resource, gap: Option<&Gap>, place: Option<&Path>) -> ArcStr {
        let what = place.map_or_else(|| "what the rule needs".to_owned(), Path::to_string);
        let sentence = gap.map_or_else(|| format!("{what} is not known"), |gap| evidence::sentence(gap, &what));
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

    /// A list, whether the rule gives one or many; what is not known or not proven is none.
    fn replacement(&self, frame: &Frame<'_>) -> Option<Arc<serde_json::Value>> {
        let list: Vec<serde_json::Value> = match self.rule.body.replacement.as_ref()?.eval(frame) {
            Value::List(items) => items.iter().filter(|item| item.as_map().is_some() && !item.holds_gap()).map(Value::to_json).collect(),
            one @ Value::Map(_) if !one.holds_gap() => vec![one.to_json()],
            _ => Vec::new(),
        };
        (!list.is_empty()).then(|| Arc::new(list.into()))
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

/// The type of what no collector describes shows only now.
fn no_list(got: &Value) -> Arc<Gap> {
    Arc::new(Gap::new(GapKind::Failed, arcstr::format!("`each` yields {}, which is no list", got.to_text())))
}

/// The sub-key of each part; its place in the list, and the gap, where that is not known. Equal keys are told apart by
/// counting, so that no finding hides another.
pub(super) fn keys(each: &Each, parts: &[Value], frame: &Frame<'_>) -> Vec<(ArcStr, Option<Arc<Gap>>)> {
    let mut seen = HashMap::<ArcStr, usize>::new();
    let keys = parts.iter().enumerate().map(|(index, part)| {
        let key = match each.key.eval(&frame.with_item(part)) {
            Value::Gap(gap) => return (arcstr::format!("[{index}]"), Some(gap)),
            key => ArcStr::from(key.to_text()),
        };
        let count = seen.entry(key.clone()).or_default();
        *count += 1;
        (if *count == 1 { key } else { arcstr::format!("{key}#{count}") }, None)
    });
    keys.collect()
}
