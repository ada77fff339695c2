//! Reading a listing page by page: half a listing is never taken for a whole one.

use super::failure::Failure;
use crate::model::Outcome;
use std::collections::HashSet;

/// One page.
#[derive(Debug)]
pub struct Page<I> {
    /// What is on it. None where the answer holds no list at all: AWS writes empty lists, so that is not its answer.
    pub items: Option<Vec<I>>,
    /// The token of the next page; none, or an empty one, on the last.
    pub next: Option<String>,
}

/// A listing, as far as it was read.
#[derive(Debug)]
pub struct Listing<I> {
    /// What was seen.
    pub items: Vec<I>,
    /// Why it is not all; none where the last page was reached.
    pub fault: Option<Failure>,
}

impl<I> Listing<I> {
    /// The same, of which this many items were left out because they make no sense: it is not all.
    pub(super) fn without(mut self, call: &str, lost: usize) -> Self {
        if lost > 0 && self.fault.is_none() {
            self.fault = Some(Failure::fault(Outcome::Broken, format!("{call} answered with {lost} items that make no sense")));
        }
        self
    }

    /// Reads each item. One that cannot be read leaves the others in place and the listing broken: it must not vanish.
    pub fn read<T>(self, call: &str, read: impl Fn(&I) -> Option<T>) -> Listing<T> {
        let (all, mut fault) = (self.items.len(), self.fault);
        let items: Vec<T> = self.items.iter().filter_map(read).collect();
        if items.len() < all && fault.is_none() {
            let unread = all - items.len();
            fault = Some(Failure::fault(Outcome::Broken, format!("{call} answered with {unread} items that do not say what they are")));
        }
        Listing { items, fault }
    }

    /// All items, where the last page was reached.
    ///
    /// # Errors
    /// Why it was not: half of what one resource has is not what it has.
    pub fn whole(self) -> Result<Vec<I>, Failure> {
        self.fault.map_or(Ok(self.items), Err)
    }
}

/// A listing under way. What was seen before a page failed stays. A token that comes back a second time would turn for
/// ever: that is a broken answer.
#[derive(Debug)]
pub(super) struct Pager<I> {
    call: String,
    known: HashSet<String>,
    listing: Listing<I>,
}

/// What to do after a page.
#[derive(Debug)]
pub(super) enum Turn<I> {
    /// Ask for the page behind this token.
    Next(String, Pager<I>),
    /// That was all there will be.
    End(Listing<I>),
}

impl<I> Pager<I> {
    /// A listing of which nothing was read yet.
    pub(super) fn new(call: &str) -> Self {
        Self { call: call.to_owned(), known: HashSet::new(), listing: Listing { items: Vec::new(), fault: None } }
    }

    /// Takes a page in.
    pub(super) fn turn(mut self, page: Result<Page<I>, Failure>) -> Turn<I> {
        match page {
            Ok(Page { items: None, .. }) => {
                self.listing.fault = Some(Failure::empty(&self.call));
            }
            Ok(Page { items: Some(items), next }) => {
                self.listing.items.extend(items);
                let Some(next) = next.filter(|next| !next.is_empty()) else { return Turn::End(self.listing) };
                if self.known.insert(next.clone()) {
                    return Turn::Next(next, self);
                }
                self.listing.fault = Some(Failure::fault(Outcome::Broken, format!("{} named the same next page twice", self.call)));
            }
            Err(failure) => self.listing.fault = Some(failure),
        }
        Turn::End(self.listing)
    }
}

#[cfg(test)]
mod tests;
