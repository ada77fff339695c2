//! Whether the examples of a rule show every verdict that it can reach.

use super::RawRule;
use super::example::Example;
use crate::diag::Faults;
use crate::evaluate::expr::Reads;
use crate::model::catalogue::Catalogue;
use crate::model::verdict::Status;
use crate::model::{Path, ResourceType};

/// Reports every verdict without an example. `unknown` is asked for where the rule reads what a call of its own brings:
/// what the listing brings is there whenever the resource is.
pub fn check(raw: &RawRule, examples: &[Example], reads: &Reads, judged: &ResourceType, catalogue: &Catalogue, faults: &mut Faults) {
    let fetched = fetched(reads, judged, catalogue);
    let wanted = [
        (Status::Pass, true, String::new()),
        (Status::Fail, true, String::new()),
        (Status::Unknown, fetched.is_some(), fetched.map(|(path, call)| format!(": {path} is brought by {call}")).unwrap_or_default()),
        (Status::NotApplicable, raw.when.is_some(), ": the rule has `when`".to_owned()),
    ];
    for (status, wanted, why) in wanted {
        if wanted && !examples.iter().any(|example| example.expect == status) {
            faults.add_with_help(
                &raw.examples_span,
                format!("no example expects `{status}`{why}"),
                format!("add one under examples, as in {{ expect: {status}, … }}"),
            );
        }
    }
}

/// A place that the rule reads, with the call that brings it after the listing.
fn fetched(reads: &Reads, judged: &ResourceType, catalogue: &Catalogue) -> Option<(Path, crate::model::CallId)> {
    let spec = catalogue.find(judged)?;
    reads.places().filter(|read| read.resource_type == *judged).find_map(|read| {
        let call = spec.call_of(&read.path).filter(|call| spec.listing.as_ref() != Some(call))?;
        Some((read.path.clone(), call))
    })
}
