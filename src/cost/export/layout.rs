//! Which columns of a file matter, found by their names.
//!
//! Names are compared by their letters and digits: FOCUS's `BilledCost` is `billed_cost` in some warehouses and `billedcost` in
//! Athena, CUR 2.0's `line_item_unblended_cost` is `lineItem/UnblendedCost` in the reports before it. What a file does not have is
//! left open, with three exceptions: cost, and a time that tells the month.

use std::str::FromStr;

/// What an export is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExportKind {
    /// The FinOps Open Cost and Usage Specification, 1.0 to 1.2, of any provider.
    Focus,
    /// AWS's Cost and Usage Report 2.0.
    Cur2,
}

impl ExportKind {
    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Focus => "focus",
            Self::Cur2 => "cur2",
        }
    }
}

impl FromStr for ExportKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "focus" => Ok(Self::Focus),
            "cur2" => Ok(Self::Cur2),
            _ => Err(format!("{text:?} is no kind of export; there are focus and cur2")),
        }
    }
}

/// A column of text that becomes part of a charge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// Who sold it.
    Provider,
    /// The account that pays.
    BillingAccount,
    /// The service.
    Service,
    /// The account that used it.
    Account,
    /// The region.
    Region,
    /// FOCUS: the charge's category. CUR: the type of the line item.
    Category,
    /// FOCUS: the charge's class. CUR: the ARN of a reservation.
    Class,
    /// The currency.
    Currency,
}

/// How many kinds of text columns there are.
pub const WORDS: usize = 8;

/// A column of times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// When the month of the bill begins.
    Period,
    /// When the charge began.
    Charge,
}

/// What a column is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// A text.
    Word(Word),
    /// A time.
    Clock(Clock),
    /// An amount: its place among [`amounts`].
    Amount(usize),
    /// All tags, as a map or as JSON.
    Tags,
    /// One tag, by its key as the export writes it.
    Tag(String),
}

/// The columns that matter, by their place in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    /// What the file is.
    pub kind: ExportKind,
    /// Place in the file and role.
    pub columns: Vec<(usize, Role)>,
}

/// Why a file is no export that can be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAnExport {
    /// It has the columns of neither.
    #[error("it has the cost columns of neither FOCUS (BilledCost, EffectiveCost) nor CUR 2.0 (line_item_unblended_cost)")]
    Neither,
    /// It is not what `--kind` says.
    #[error("it is no {} file: there is no column {missing}", kind.as_str())]
    Lacks {
        /// What was expected.
        kind: ExportKind,
        /// What is not there.
        missing: &'static str,
    },
    /// Two columns may be meant.
    #[error("two of its columns may be {0}")]
    Twice(&'static str),
}

const FOCUS_AMOUNTS: &[&str] = &["BilledCost", "EffectiveCost", "ListCost"];
/// In the order in which `charge` reads them.
const CUR_AMOUNTS: &[&str] = &[
    "line_item_unblended_cost",
    "savings_plan_savings_plan_effective_cost",
    "savings_plan_total_commitment_to_date",
    "savings_plan_used_commitment",
    "reservation_effective_cost",
    "reservation_unused_amortized_upfront_fee_for_billing_period",
    "reservation_unused_recurring_fee",
    "pricing_public_on_demand_cost",
];

const FOCUS_WORDS: &[(Word, &[&str])] = &[
    // 1.3 splits the provider in two; the one who sells is the nearer.
    (Word::Provider, &["ProviderName", "ServiceProviderName"]),
    (Word::BillingAccount, &["BillingAccountId"]),
    (Word::Service, &["ServiceName"]),
    (Word::Account, &["SubAccountId"]),
    (Word::Region, &["RegionId", "Region"]),
    (Word::Category, &["ChargeCategory"]),
    (Word::Class, &["ChargeClass"]),
    (Word::Currency, &["BillingCurrency"]),
];
const CUR_WORDS: &[(Word, &[&str])] = &[
    (Word::BillingAccount, &["bill_payer_account_id"]),
    (Word::Service, &["line_item_product_code"]),
    (Word::Account, &["line_item_usage_account_id"]),
    (Word::Region, &["product_region_code", "product_region"]),
    (Word::Category, &["line_item_line_item_type"]),
    (Word::Class, &["reservation_reservation_a_r_n"]),
    (Word::Currency, &["line_item_currency_code"]),
];
const FOCUS_CLOCKS: [(Clock, &str); 2] = [(Clock::Period, "BillingPeriodStart"), (Clock::Charge, "ChargePeriodStart")];
const CUR_CLOCKS: [(Clock, &str); 2] = [(Clock::Period, "bill_billing_period_start_date"), (Clock::Charge, "line_item_usage_start_date")];

/// The amounts of a kind of export, by their columns' names.
pub const fn amounts(kind: ExportKind) -> &'static [&'static str] {
    match kind {
        ExportKind::Focus => FOCUS_AMOUNTS,
        ExportKind::Cur2 => CUR_AMOUNTS,
    }
}

impl Layout {
    /// Finds the columns. Without a kind, the names tell it.
    ///
    /// # Errors
    /// See [`NotAnExport`].
    pub fn of(names: &[&str], kind: Option<ExportKind>) -> Result<Self, NotAnExport> {
        let squeezed: Vec<String> = names.iter().map(|name| squeeze(name)).collect();
        let has = |name: &str| squeezed.contains(&squeeze(name));
        let is_focus = has("BilledCost") || has("EffectiveCost");
        let is_cur = has("line_item_unblended_cost");
        let kind = match kind {
            Some(ExportKind::Focus) if !is_focus => return Err(NotAnExport::Lacks { kind: ExportKind::Focus, missing: "BilledCost" }),
            Some(ExportKind::Cur2) if !is_cur => {
                return Err(NotAnExport::Lacks { kind: ExportKind::Cur2, missing: "line_item_unblended_cost" });
            }
            Some(kind) => kind,
            None if is_focus => ExportKind::Focus,
            None if is_cur => ExportKind::Cur2,
            None => return Err(NotAnExport::Neither),
        };
        let (words, clocks) = match kind {
            ExportKind::Focus => (FOCUS_WORDS, FOCUS_CLOCKS),
            ExportKind::Cur2 => (CUR_WORDS, CUR_CLOCKS),
        };
        if !clocks.iter().any(|(_, name)| has(name)) {
            return Err(NotAnExport::Lacks { kind, missing: clocks[0].1 });
        }
        let mut columns = Vec::new();
        let mut find = |known: &[&'static str], role: Role| -> Result<(), NotAnExport> {
            for name in known {
                let wanted = squeeze(name);
                let mut places = squeezed.iter().enumerate().filter(|(_, found)| **found == wanted).map(|(place, _)| place);
                if let Some(place) = places.next() {
                    if places.next().is_some() {
                        return Err(NotAnExport::Twice(name));
                    }
                    columns.push((place, role));
                    return Ok(());
                }
            }
            Ok(())
        };
        for (word, known) in words {
            find(known, Role::Word(*word))?;
        }
        for (clock, name) in clocks {
            find(&[name], Role::Clock(clock))?;
        }
        for (place, name) in amounts(kind).iter().enumerate() {
            find(&[name], Role::Amount(place))?;
        }
        match kind {
            ExportKind::Focus => find(&["Tags"], Role::Tags)?,
            ExportKind::Cur2 => {
                find(&["resource_tags", "tags"], Role::Tags)?;
                let single = names.iter().enumerate().filter_map(|(place, name)| Some((place, Role::Tag(tag_column(name)?.to_owned()))));
                columns.extend(single);
            }
        }
        Ok(Self { kind, columns })
    }

    /// Whether it has tags in any form.
    pub fn has_tags(&self) -> bool {
        self.columns.iter().any(|(_, role)| matches!(role, Role::Tags | Role::Tag(_)))
    }
}

/// The key of a tag that has a column of its own: `resource_tags_user_owner`, `resourceTags/user:Owner`.
fn tag_column(name: &str) -> Option<&str> {
    let rest = ["resource_tags", "resourceTags"].iter().find_map(|prefix| {
        let head = name.get(..prefix.len())?;
        if head.eq_ignore_ascii_case(prefix) { name.get(prefix.len()..) } else { None }
    })?;
    let key = rest.strip_prefix(['_', '/', '.', ':'])?;
    if key.is_empty() { None } else { Some(key) }
}

/// Letters and digits in lower case.
fn squeeze(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|character| character.to_ascii_lowercase()).collect()
}
