//! Who owns a resource: the first of the owner tags that is there and says something.

use crate::model::inventory::Known;
use crate::model::{Resource, Value};
use arcstr::ArcStr;
use std::sync::Arc;

/// The owner by these tag keys. A key that could not be read may be the owner, so that a later one does not win over it.
pub fn of(resource: &Resource, keys: &[ArcStr]) -> Known<ArcStr> {
    for key in keys {
        let value = if let Value::Gap(_) = &resource.tags { Some(&resource.tags) } else { resource.tags.get(key) };
        match value {
            Some(Value::Gap(gap)) => return Known::Gap(Arc::clone(gap)),
            Some(Value::Str(owner)) if !owner.trim().is_empty() => return Known::Is(owner.clone()),
            Some(_) | None => {}
        }
    }
    Known::None
}
