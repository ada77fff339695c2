//! What a rule may ask of types that no collector describes: those that would bring secrets are refused, and so is reading
//! what AWS never tells; all else is checked loosely, and said.

use super::{RawRule, Word};
use crate::diag::{Diagnostic, Faults};
use crate::evaluate::expr::{Depth, Reads};
use crate::model::catalogue::{Catalogue, Loose, TypeSpec};
use crate::model::{Path, ResourceType};
use std::collections::BTreeSet;

/// Refuses what can't be read, and notes what is checked loosely.
pub fn check(raw: &RawRule, resource: &Word, reads: &Reads, catalogue: &Catalogue, faults: &mut Faults, notes: &mut Vec<Diagnostic>) {
    let judged = ResourceType::new(resource.text.clone());
    let types: BTreeSet<&ResourceType> = reads.places().map(|read| &read.resource_type).chain(reads.listings()).chain([&judged]).collect();
    for spec in types.into_iter().filter_map(|resource_type| catalogue.find(resource_type)) {
        uncollected(spec, raw, reads, faults, notes);
        let Some(loose) = &spec.loose else { continue };
        // Where another type than the judged one is read, an expression does it.
        let expression = raw.assert.as_ref().filter(|_| spec.resource_type != judged).map(|assert| &assert.node.span);
        let span = expression.unwrap_or(&resource.span);
        if let Some(why) = &loose.refused {
            faults.add_with_help(
                span,
                format!("{} can't be audited by Cloud Control: {why}", spec.resource_type),
                "the auditor never asks for what may hold secrets",
            );
            continue;
        }
        unreadable(spec, loose, reads, span, faults);
        let said = if loose.listed { "its properties are known by name alone" } else { "nothing is known of it" };
        let more: String = loose.notes.iter().map(|note| format!("; {note}")).collect();
        notes.push(Diagnostic::at(
            faults.source(),
            span.clone(),
            format!("{} is checked loosely: no collector of its own describes it, and {said}{more}", spec.resource_type),
        ));
    }
}

/// Notes the properties that only AWS's schema knows.
fn uncollected(spec: &TypeSpec, raw: &RawRule, reads: &Reads, faults: &Faults, notes: &mut Vec<Diagnostic>) {
    let fields = spec.properties.fields().into_iter().flatten().filter(|(_, field)| field.uncollected);
    for (name, _) in fields {
        let path = Path::root("properties").key(name);
        if reads.places().any(|read| read.resource_type == spec.resource_type && read.path.is_within(&path)) {
            let span = raw.assert.as_ref().map_or(0..0, |assert| assert.node.span.clone());
            let note = format!(
                "{path} of {} is checked loosely: no collector brings it, so that it is unknown in an account; a plan or template may tell it",
                spec.resource_type
            );
            notes.push(Diagnostic::at(faults.source(), span, note));
        }
    }
}

fn unreadable(spec: &TypeSpec, loose: &Loose, reads: &Reads, span: &std::ops::Range<usize>, faults: &mut Faults) {
    for read in reads.places().filter(|read| read.resource_type == spec.resource_type) {
        if loose.never_told(&read.path) {
            faults.add_with_help(
                span,
                format!("AWS never tells {} of {}: it is write-only", read.path, spec.resource_type),
                "an absence there would mean nothing; ask for something else",
            );
        } else if read.depth == Depth::Whole && read.path == Path::root("properties") {
            faults.add_with_help(
                span,
                format!("all properties of {} are read at once", spec.resource_type),
                "name them one by one: of types that are checked loosely, only what a rule names is kept",
            );
        }
    }
}
