//! What nobody asked for is a gap, in every source alike: a rule can't mistake it for an absence, and a recording, which
//! holds more than one audit needs, gives the same results as the account that it was made from.

use super::Request;
use crate::model::catalogue::CallSpec;
use crate::model::{CallId, Gap, GapKind, Path, Resource, ResourceType};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Whether there is none of what a call brings unless the config says so, which is no gap: it has a purpose of its own, or costs money and
/// is asked for nothing else.
pub(super) fn is_extra(call: &CallSpec) -> bool {
    call.purpose.is_some() || call.paid && call.opt_in
}

/// Puts a gap wherever a call that the request does not need would have brought something.
pub(super) fn mark(resources: &mut [Resource], request: &Request<'_>) {
    // One gap a call, shared by all resources.
    let mut unasked: BTreeMap<(&ResourceType, &CallId), Arc<Gap>> = BTreeMap::new();
    for spec in request.catalogue.types() {
        let unwanted = |call: &&CallSpec| !request.needs.wants(spec.resource_type.as_str(), call.call.as_str());
        for call in spec.calls.iter().filter(unwanted).filter(|call| !is_extra(call)) {
            let detail = arcstr::format!("{} was not asked for", call.call);
            let gap = Gap { kind: GapKind::NotRecorded, call: Some(call.call.clone()), permission: None, detail };
            unasked.insert((&spec.resource_type, &call.call), Arc::new(gap));
        }
    }
    let uncollected = Arc::new(Gap::new(GapKind::NotRecorded, arcstr::literal!("no collector brings it")));
    for resource in resources {
        let Some(spec) = request.catalogue.find(&resource.resource_type) else { continue };
        for (name, _) in spec.properties.fields().into_iter().flatten().filter(|(_, field)| field.uncollected) {
            resource.put_gap(&Path::root("properties").key(name), &uncollected, request.interner);
        }
        for call in &spec.calls {
            // The listing was made: it brought the resource.
            if let Some(gap) = unasked.get(&(&spec.resource_type, &call.call))
                && spec.listing.as_ref() != Some(&call.call)
            {
                resource.put_call_gap(spec, &call.call, gap, request.interner);
            }
        }
    }
}
