//! What a rule says of a resource.

use super::rule::RuleInfo;
use super::rule::words;
use super::{AccountId, CallId, Fingerprint, Gap, Inventory, Money, Path, Region, ResourceId, ResourceType, RuleId, Value};
use arcstr::ArcStr;
use serde::{Deserialize, Serialize};
use sha2::Digest as _;
use std::collections::BTreeMap;
use std::sync::Arc;

words! {
    /// The four verdicts, and the mark of a waiver on a failure.
    Status { /// As it should be.
        Pass = "pass", /// Not as it should be.
        Fail = "fail", /// Not as it should be, and somebody took the responsibility for a while.
        Waived = "waived", /// Could not be told.
        Unknown = "unknown", /// The rule does not speak of this resource.
        NotApplicable = "not_applicable" }
}

/// One path that a rule read, and what it saw there.
#[derive(Clone, Debug)]
pub struct Evidence {
    /// The path from the resource's root.
    pub path: Path,
    /// What stood there: a value, null where absent, or a gap.
    pub observed: Value,
    /// What the rule compares it with, where that is a plain comparison.
    pub expected: Option<Value>,
    /// The call that brought it.
    pub call: Option<CallId>,
}

/// A resource that should be there. It has one identity whether it is missing or not, so that a finding that misses it ends
/// when it appears.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// Built from account, region, type and name; none where the verdict is about a whole type whose listing failed.
    pub id: Option<ResourceId>,
    /// Its type.
    pub resource_type: ResourceType,
    /// Its name; none where the verdict is about a whole type.
    pub name: Option<ArcStr>,
}

/// One verdict: rule × resource (× sub-key).
#[derive(Clone, Debug)]
pub struct Evaluation {
    /// The rule.
    pub rule: Arc<RuleInfo>,
    /// The resource's place in the inventory; none where the listing of the rule's type failed, which gives one
    /// `unknown` for the whole scope.
    pub resource: Option<usize>,
    /// What it speaks of, where that is not simply the resource: one that should be there, whether it is or not.
    pub subject: Option<Arc<Expected>>,
    /// The account judged.
    pub account: AccountId,
    /// The region judged.
    pub region: Region,
    /// A part of the resource that is judged on its own, such as an index; usually none.
    pub sub_key: Option<ArcStr>,
    /// The verdict. `Waived` is a mark that `findings` puts on a failure.
    pub status: Status,
    /// The waiver that covers it; there is one exactly where the status is `Waived`.
    pub waiver: Option<Arc<super::waiver::Waiver>>,
    /// The severity: the rule's own, or what the config made of it.
    pub severity: super::rule::Severity,
    /// One sentence that names the resource and the measured fact; why it is not known, where it is not.
    pub message: ArcStr,
    /// The first gap that decided, where the verdict is `unknown`.
    pub gap: Option<Arc<Gap>>,
    /// One entry a path read. Empty where the caller did not ask for evidence of this status.
    pub evidence: Vec<Evidence>,
    /// USD a month that mending would save; none where unknown or without meaning.
    pub monthly_savings: Option<Money>,
    /// USD a month that the resource costs; none where unknown or without meaning.
    pub monthly_cost: Option<Money>,
    /// What could stand in its place, proven: a list of replacements as `ledgerline iam minimize` writes them; none where there is none.
    pub replacement: Option<Arc<serde_json::Value>>,
}

impl Evaluation {
    /// The id that the verdict is remembered under.
    pub fn identity<'a>(&'a self, inventory: &'a Inventory) -> Option<&'a str> {
        match &self.subject {
            Some(expected) => expected.id.as_ref().map(ResourceId::as_str),
            None => inventory.resource(self.resource?).map(|resource| resource.id.as_str()),
        }
    }

    /// Id and name of what should be there and is not, or may not be.
    pub fn missing(&self) -> Option<(&ResourceId, &ArcStr)> {
        let expected = self.subject.as_ref().filter(|_| self.resource.is_none())?;
        Some((expected.id.as_ref()?, expected.name.as_ref()?))
    }
}

/// The verdicts of a pass.
///
/// Most say nothing: a hundred thousand resources under two hundred rules pass twenty million times. Such a verdict is eight bytes
/// here instead of an [`Evaluation`] of its own, which took more time to write than the rule took to decide.
#[derive(Clone, Debug, Default)]
pub struct Verdicts {
    /// Failures, unknowns, and what somebody asked to see.
    pub told: Vec<Evaluation>,
    /// Passes and rules that do not apply, which nobody asked to see.
    pub quiet: Quiets,
    /// What [`Quiet::rule`] counts.
    pub rules: Vec<Arc<RuleInfo>>,
    /// How many resources of an account must have a tag key, and have it, over all rules that name the keys they require.
    pub tags: BTreeMap<(AccountId, ArcStr), TagCount>,
}

/// Resources under one required tag key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TagCount {
    /// Those that must have it; where tags could not be read, they count here.
    pub required: u64,
    /// Those that have it, with a value.
    pub compliant: u64,
}

/// A pass, or a rule that does not apply, of a resource as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// The resource's place in the inventory.
    pub resource: u32,
    /// The rule's place in [`Verdicts::rules`].
    pub rule: u16,
    /// The verdict.
    pub status: Status,
}

/// Quiet verdicts in the blocks in which threads wrote them: to put them all into one list would hold each of them twice for
/// a while, the most memory that a pass takes.
#[derive(Clone, Debug, Default)]
pub struct Quiets(Vec<Vec<Quiet>>);

impl Quiets {
    /// Adds one at the end.
    pub fn push(&mut self, quiet: Quiet) {
        match self.0.last_mut() {
            Some(block) => block.push(quiet),
            None => self.0.push(vec![quiet]),
        }
    }

    /// Adds all of another behind these.
    pub fn append(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Gives back memory that was kept for more.
    pub fn shrink(&mut self) {
        self.0.iter_mut().for_each(Vec::shrink_to_fit);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Quiet> {
        self.0.iter().flatten()
    }
}

impl Verdicts {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.told.len() + self.quiet.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The status of each, in no order that means something.
    pub fn statuses(&self) -> impl Iterator<Item = Status> {
        self.told.iter().map(|evaluation| evaluation.status).chain(self.quiet.iter().map(|quiet| quiet.status))
    }

    /// A quiet verdict as an evaluation, without a message; none where it is not of these rules and this inventory.
    pub fn written_out(&self, quiet: &Quiet, inventory: &Inventory) -> Option<Evaluation> {
        let rule = self.rules.get(quiet.rule as usize)?;
        let position = quiet.resource as usize;
        let resource = inventory.resource(position)?;
        let bare = Evaluation::bare(rule, (&resource.account, &resource.region), quiet.status);
        Some(Evaluation { resource: Some(position), ..bare })
    }
}

impl Evaluation {
    /// A verdict about an account and region as such: without a resource, a part, evidence or a message.
    pub fn bare(rule: &Arc<RuleInfo>, home: (&AccountId, &Region), status: Status) -> Self {
        Self {
            rule: Arc::clone(rule),
            resource: None,
            subject: None,
            account: home.0.clone(),
            region: home.1.clone(),
            sub_key: None,
            status,
            waiver: None,
            severity: rule.severity,
            message: ArcStr::new(),
            gap: None,
            evidence: Vec::new(),
            monthly_savings: None,
            monthly_cost: None,
            replacement: None,
        }
    }
}

/// The identity of a finding: rule, resource and sub-key; never the message or the time.
///
/// An id without its account's, such as that of a policy of AWS's own, may stand in every account: the account goes before it.
/// For a failed listing there is no resource: then account, region and type stand for it.
pub fn fingerprint(
    rule: &RuleId,
    resource: Option<&str>,
    scope: (&AccountId, &Region, &ResourceType),
    sub_key: Option<&str>,
) -> Fingerprint {
    let mut digest = sha2::Sha256::new();
    let scope_text;
    let subject = match resource {
        Some(id) if id.contains(scope.0.as_str()) => id,
        Some(id) => {
            scope_text = format!("{}/{id}", scope.0);
            &scope_text
        }
        None => {
            scope_text = format!("{}/{}/{}", scope.0, scope.1, scope.2);
            &scope_text
        }
    };
    for part in [rule.as_str(), subject, sub_key.unwrap_or("")] {
        // Lengths keep ("ab", "c") and ("a", "bc") apart.
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let hex: String = digest.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    Fingerprint::from(hex)
}
