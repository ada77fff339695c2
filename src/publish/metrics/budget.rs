//! How many series the page may have, and what becomes of the rest.
//!
//! An account with ten thousand tag keys must not bring a Prometheus down. The budget is shared so that small families
//! keep all of theirs and the largest give way. Which series of a family stay is decided by the order of their labels,
//! not by their values: a series must not come and go because another one grew.

use super::family::{Family, FoldedValue, Reach, Sample};
use arcstr::{ArcStr, literal};
use std::collections::BTreeMap;

/// The series on the page by default: what a small Prometheus takes from one target without noticing.
pub const DEFAULT_BUDGET: usize = 20_000;

/// The label value of folded series.
const OTHER: ArcStr = literal!("__other__");

/// The most series that each family may have, so that all together stay within the budget: the largest number for which
/// that holds. All families have that same limit; those that stay below leave their share to the larger ones.
pub(super) fn share(sizes: &[usize], budget: usize) -> usize {
    let (mut low, mut high) = (0, sizes.iter().copied().max().unwrap_or(0));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if sizes.iter().map(|size| size.min(&middle)).sum::<usize>() <= budget {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// The samples of a family within its limit, and how many were folded away. The labels with words of our own keep their
/// values, so that sums by severity stay right.
pub(super) fn fold(family: &Family, mut samples: Vec<Sample>, most: usize) -> (Vec<Sample>, u64) {
    samples.sort_by(|a, b| a.labels.cmp(&b.labels));
    if samples.len() <= most {
        return (samples, 0);
    }
    // Enough room for the folded ones: there are at most as many as there are combinations of our own words.
    let combinations = folded(family, &samples).len();
    let rest = samples.split_off(most.saturating_sub(combinations));
    let count = rest.len() as u64;
    samples.extend(folded(family, &rest));
    (samples, count)
}

fn folded(family: &Family, samples: &[Sample]) -> Vec<Sample> {
    let mut sums: BTreeMap<Vec<ArcStr>, f64> = BTreeMap::new();
    for sample in samples {
        let labels = family.labels.iter().zip(&sample.labels).map(|(label, value)| match label.reach {
            Reach::Words => value.clone(),
            Reach::Open => OTHER,
        });
        sums.entry(labels.collect())
            .and_modify(|folded| match family.folded {
                FoldedValue::Sum => *folded += sample.value,
                FoldedValue::Least => *folded = folded.min(sample.value),
            })
            .or_insert(sample.value);
    }
    sums.into_iter().map(|(labels, value)| Sample { labels, value }).collect()
}
