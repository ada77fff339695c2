//! One anomaly, noticed twice, is one: ours and AWS's of the same account, service and days are put together.

use crate::model::Money;
use crate::model::anomaly::Anomaly;

/// Both lists as one, sorted by account, service and first day. Where ours and AWS's overlap in days, what AWS knows of drivers is
/// taken, and of the amounts ours, which are of the ledger.
pub fn merge(ours: Vec<Anomaly>, aws: Vec<Anomaly>) -> Vec<Anomaly> {
    let mut all = ours;
    for other in aws {
        let same = all
            .iter_mut()
            .find(|one| one.account == other.account && one.service == other.service && one.from <= other.to && other.from <= one.to);
        match same {
            Some(one) => join(one, other),
            None => all.push(other),
        }
    }
    all.sort_by(|a, b| (&a.account, &a.service, a.from, a.to).cmp(&(&b.account, &b.service, b.from, b.to)));
    all
}

fn join(one: &mut Anomaly, other: Anomaly) {
    one.from = one.from.min(other.from);
    one.to = one.to.max(other.to);
    one.sources.extend(other.sources);
    one.sources.sort();
    one.sources.dedup();
    one.state = one.state.min(other.state);
    one.expected = one.expected.or(other.expected);
    if one.impact == Money::ZERO {
        one.impact = other.impact;
    }
    one.aws_id = one.aws_id.take().or(other.aws_id);
    // Causes that AWS names say more than the account alone.
    if other.drivers.iter().any(|driver| driver.usage_type.is_some() || driver.region.is_some()) {
        one.drivers = other.drivers;
    }
    one.drivers.sort();
    one.drivers.dedup();
}
