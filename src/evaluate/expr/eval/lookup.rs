//! Other resources: `find`, `all`, `related`.
//!
//! All three look in the account and region of the judged resource; where it or the type is global, in the whole account.
//! What they do not see proves nothing unless the other type's listing reached its last page where they look:
//! - `find(type, name)`: found is found; not found is `null` only where the listing was complete, else that listing's gap.
//! - `all(type)` yields the type's resources, `related(type)` those that the inventory relates to the judged one. Where a
//!   listing was not complete, its gap ends the list, so that `exists` and `all` still decide where what was seen decides.
//!
//! A pass that leaves regions out has no row that would say so: a global resource that asks for regional ones meets a gap
//! then. A verdict on a regional one is the same whichever other regions the pass looks at.

use super::{Evaluation, Val};
use crate::model::call::Place;
use crate::model::catalogue::Reach;
use crate::model::coverage::Outcome;
use crate::model::{Gap, GapKind, Region, Resource, ResourceType};
use std::sync::Arc;

impl<'a> Evaluation<'a> {
    pub(super) fn find(&self, resource_type: &'a ResourceType, name: &Val<'a>) -> Val<'a> {
        let name = match name {
            Val::Str(text) => (*text).clone(),
            Val::Text(text) => text.clone(),
            gap @ (Val::Gap(_) | Val::Fresh(_)) => return gap.clone(),
            other => return Val::failed(arcstr::format!("find() looks for a name, not {}", other.kind())),
        };
        let inventory = self.frame.subject.inventory;
        let region = self.region(resource_type);
        let near = |resource: &&Resource| {
            resource.account == self.frame.subject.resource.account && region.is_none_or(|region| resource.region == *region)
        };
        if !self.spend(4) {
            return self.exhausted();
        }
        let found = inventory.named(resource_type, &name).iter().filter_map(|&at| inventory.resource(at)).find(near);
        match found {
            Some(resource) => Val::Resource(resource),
            None => self.unlisted(resource_type, region).map_or(Val::Null, Val::Fresh),
        }
    }

    pub(super) fn everything(&self, resource_type: &'a ResourceType) -> Val<'a> {
        let inventory = self.frame.subject.inventory;
        let positions = inventory.of_type(resource_type.as_str());
        if !self.spend(positions.len()) {
            return self.exhausted();
        }
        let (account, region) = (&self.frame.subject.resource.account, self.region(resource_type));
        let near = |resource: &&Resource| resource.account == *account && region.is_none_or(|region| resource.region == *region);
        let resources = positions.iter().filter_map(|&at| inventory.resource(at)).filter(near);
        self.listed(resources, self.unlisted(resource_type, region))
    }

    pub(super) fn related(&self, resource_type: &'a ResourceType) -> Val<'a> {
        let subject = self.frame.subject;
        let positions = subject.position.map_or(&[][..], |position| subject.inventory.related(position));
        if !self.spend(positions.len()) {
            return self.exhausted();
        }
        let resources =
            positions.iter().filter_map(|&at| subject.inventory.resource(at)).filter(|resource| resource.resource_type == *resource_type);
        let unsure = || subject.position.and_then(|position| subject.inventory.unsure(position, resource_type)).cloned();
        self.listed(resources, self.unlisted(resource_type, self.region(resource_type)).or_else(unsure))
    }

    fn listed(&self, resources: impl Iterator<Item = &'a Resource>, gap: Option<Arc<Gap>>) -> Val<'a> {
        Val::items(resources.map(Val::Resource).chain(gap.map(Val::Fresh)).collect())
    }

    /// The one region to look in; none for the whole account.
    fn region(&self, resource_type: &ResourceType) -> Option<&'a Region> {
        let subject = self.frame.subject;
        let own = &subject.resource.region;
        match subject.catalogue.find(resource_type).map(|spec| spec.reach) {
            Some(Reach::Global) => None,
            Some(Reach::Regional) | None => (!own.is_global()).then_some(own),
        }
    }

    /// Why resources of this type may be there that we do not know of; none where all were listed.
    fn unlisted(&self, resource_type: &ResourceType, region: Option<&Region>) -> Option<Arc<Gap>> {
        let subject = self.frame.subject;
        let account = &subject.resource.account;
        let spec = subject.catalogue.find(resource_type);
        let regional = spec.is_none_or(|spec| spec.reach == Reach::Regional);
        let left_out = region.is_none() && regional && subject.narrowed;
        let elsewhere =
            || Arc::new(Gap::new(GapKind::NotRecorded, arcstr::format!("this pass left regions out that may have {resource_type}")));
        // What exists in every pass has no listing: it is there wherever the pass looks.
        if spec.is_some_and(|spec| spec.listing.is_none()) {
            return left_out.then(elsewhere);
        }
        let listing = spec.and_then(|spec| spec.listing.as_ref());
        let coverage = subject.inventory.coverage();
        let fault = |outcome: Outcome| match outcome {
            // Where the service is not enabled, nothing is.
            Outcome::Complete | Outcome::NotEnabled => false,
            Outcome::Skipped | Outcome::Throttled | Outcome::Unreachable | Outcome::Broken | Outcome::Denied => true,
        };
        let mut seen = false;
        if let (Some(region), Some(listing)) = (region, listing) {
            let place = Place { account: account.clone(), region: region.clone() };
            if let Some(row) = coverage.listing(&place, resource_type, listing) {
                return if fault(row.outcome) { row.gap().map(Arc::new) } else { None };
            }
        } else {
            for row in coverage.rows() {
                let wanted = row.account == *account
                    && row.resource_type == *resource_type
                    && region.is_none_or(|region| row.region == *region)
                    && listing.is_none_or(|listing| row.call == *listing || row.declares());
                if wanted && fault(row.outcome) {
                    return row.gap().map(Arc::new);
                }
                seen |= wanted;
            }
        }
        let unasked = || Arc::new(Gap::new(GapKind::NotRecorded, arcstr::format!("this pass did not list {resource_type}")));
        if seen { left_out.then(elsewhere) } else { Some(unasked()) }
    }
}
