//! Ten thousand months that nobody thought up: read on odd days, restated, with credits and exponents' digits. In each plane the
//! groups add up to the total, to the last decimal, and what is final stays.

use super::*;
use crate::model::plane::Restatement;
use chrono::{Datelike as _, Days};
use rust_decimal::Decimal;

const MONTHS: u64 = 10_000;
const FULL: [Plane; 5] = [Plane::Total, Plane::ServiceRecord, Plane::AccountService, Plane::AccountRecord, Plane::ServiceRegion];

/// Numbers as if thrown, the same for the same beginning (Marsaglia's xorshift64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[usize::try_from(self.below(words.len() as u64)).unwrap()]
    }

    fn amount(&mut self) -> Money {
        let scale = u32::try_from(self.below(11)).unwrap();
        Money::new(Decimal::new(i64::try_from(self.below(100_000_000)).unwrap(), scale))
    }
}

struct Line {
    service: &'static str,
    record: &'static str,
    account: &'static str,
    region: &'static str,
    tag: &'static str,
    day: NaiveDate,
    amount: Money,
}

fn line(dice: &mut Dice, first: NaiveDate) -> Line {
    let record = dice.of(&[
        "Usage",
        "Usage",
        "DiscountedUsage",
        "SavingsPlanCoveredUsage",
        "SavingsPlanNegation",
        "Credit",
        "Refund",
        "Tax",
        "RIFee",
    ]);
    let amount = dice.amount();
    let negative = ["SavingsPlanNegation", "Credit", "Refund"].contains(&record);
    Line {
        service: dice.of(&["AWS Lambda", "Amazon DynamoDB", "AWS Support (Developer)"]),
        record,
        account: dice.of(&["111122223333", "444455556666"]),
        region: dice.of(&["us-east-1", "us-east-2", "NoRegion"]),
        tag: dice.of(&["", "a", "$", "Owner$"]),
        day: first + Days::new(dice.below(31)),
        amount: if negative { Money::new(-amount.amount()) } else { amount },
    }
}

/// What AWS tells of a plane on a day: nothing of today, a half of yesterday.
fn told(plane: Plane, lines: &[Line], today: NaiveDate) -> Reading {
    let first = today.with_day(1).unwrap();
    let from = if today.day() <= 15 { first.checked_sub_months(chrono::Months::new(1)).unwrap() } else { first };
    let mut cells: std::collections::BTreeMap<_, Cell> = std::collections::BTreeMap::new();
    let of_tags = plane == Plane::TagService;
    for line in lines.iter().filter(|line| from <= line.day && line.day < today && (!of_tags || USED.contains(&line.record))) {
        let owner = format!("Owner${}", line.tag);
        let (one, two) = match plane {
            Plane::Total => ("", ""),
            Plane::ServiceRecord => (line.service, line.record),
            Plane::AccountService => (line.account, line.service),
            Plane::AccountRecord => (line.account, line.record),
            Plane::ServiceRegion => (line.service, line.region),
            Plane::TagService | Plane::TagAccount => (owner.as_str(), line.service),
        };
        let half = line.day.succ_opt() == Some(today);
        let amount = if half { Money::new(line.amount.amount() / Decimal::TWO) } else { line.amount };
        let cell =
            Cell { first: one.into(), second: two.into(), day: line.day, estimated: false, billed: amount, effective: amount, net: amount };
        let known = cells.entry((line.day, cell.first.clone(), cell.second.clone()));
        known.and_modify(|known| known.add(&cell).unwrap()).or_insert(cell);
    }
    let id = PlaneId { plane, tag: if of_tags { "Owner".into() } else { arcstr::ArcStr::new() } };
    Reading { cells: cells.into_values().collect(), from, ..reading(id, &today.to_string(), &from.to_string(), vec![]) }
}

fn sum(amounts: impl Iterator<Item = Money>) -> Money {
    Money::sum(amounts).unwrap()
}

/// Reads a month on some days until it is final; answers what was restated in all.
fn live(dice: &mut Dice) -> Result<(), String> {
    let first = day("2026-10-01");
    let is_october = |of: NaiveDate| of.month() == 10;
    let mut lines: Vec<Line> = (0..8).map(|_| line(dice, first)).collect();
    lines.push(Line { day: day("2026-11-01"), ..line(dice, first) });
    let (mut known, mut planes) = (KnownLedger::default(), std::collections::BTreeMap::new());
    let (mut today, mut changed, mut restated) = (first + Days::new(dice.below(30)), Money::ZERO, Vec::<Restatement>::new());
    let mut before: Option<NaiveDate> = None;
    let mut last_open = Money::ZERO;
    while today <= day("2026-11-18") {
        let frozen = known.months.iter().any(|month| month.frozen_at.is_some() && is_october(month.month.first_day()));
        // A line of a settled day may become another.
        let which = usize::try_from(dice.below(lines.len() as u64)).unwrap();
        let settled = before.is_some_and(|before| lines[which].day + Days::new(2) <= before);
        if dice.below(3) == 0 && settled {
            let new = dice.amount();
            let old = std::mem::replace(&mut lines[which].amount, new);
            let read_again = today.month() == 10 || today.day() <= 15;
            if is_october(lines[which].day) && !frozen && read_again {
                changed = sum([changed, new, Money::new(-old.amount())].into_iter());
            }
        }
        let total = told(Plane::Total, &lines, today);
        let bill = told(Plane::ServiceRecord, &lines, today);
        let mut readings = Vec::new();
        for plane in FULL {
            let one = told(plane, &lines, today);
            reconcile(&one, &total_of(&total).unwrap()).map_err(|error| error.to_string())?;
            readings.push(one);
        }
        let tags = told(Plane::TagService, &lines, today);
        reconcile(&tags, &used_in(&bill, |_| true).unwrap()).map_err(|error| error.to_string())?;
        if !frozen && bill.from == first {
            last_open = sum(lines.iter().filter(|line| is_october(line.day)).map(|line| {
                let half = line.day.succ_opt() == Some(today);
                let told = if line.day < today { line.amount.amount() } else { Decimal::ZERO };
                Money::new(if half { told / Decimal::TWO } else { told })
            }));
        }
        let absorbed = absorb(&payer(), &known, readings, at(&today.to_string())).unwrap();
        if !absorbed.rejected.is_empty() {
            return Err(format!("{:?}", absorbed.rejected));
        }
        known = after(&known, &absorbed);
        restated.extend(absorbed.update.restatements.into_iter().filter(|one| is_october(one.month.first_day())));
        for reading in absorbed.update.readings {
            let cells: &mut Vec<Cell> = planes.entry(reading.id.plane).or_default();
            cells.retain(|cell| !(reading.from..=reading.to).contains(&cell.day));
            cells.extend(reading.cells);
        }
        before = Some(today);
        today = today + Days::new(1 + dice.below(9));
    }
    for (plane, cells) in &planes {
        let groups = sum(cells.iter().filter(|cell| is_october(cell.day)).map(|cell| cell.billed));
        if groups != last_open {
            return Err(format!("{plane}: {groups}, expected {last_open}"));
        }
    }
    let net = sum(restated.iter().map(|one| Money::new(one.after.amount() - one.before.amount())));
    if net != changed {
        return Err(format!("{net} were restated, {changed} changed"));
    }
    Ok(())
}

#[test]
fn ten_thousand_months_add_up_to_the_last_decimal() {
    let some = |seeds: std::ops::RangeInclusive<u64>| {
        for seed in seeds {
            if let Err(error) = live(&mut Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))) {
                panic!("month {seed}: {error}");
            }
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| some(1..=MONTHS / 2));
        some(MONTHS / 2 + 1..=MONTHS);
    });
}
