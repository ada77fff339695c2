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
mod tests {
    use super::*;

    fn list(answer: impl Fn(Option<&str>) -> Result<Page<u32>, Failure>) -> Listing<u32> {
        let (mut token, mut pager): (Option<String>, _) = (None, Pager::new("x:ListThings"));
        loop {
            match pager.turn(answer(token.as_deref())) {
                Turn::Next(next, going) => (token, pager) = (Some(next), going),
                Turn::End(listing) => return listing,
            }
        }
    }

    fn page(items: &[u32], next: Option<&str>) -> Result<Page<u32>, Failure> {
        Ok(Page { items: Some(items.to_vec()), next: next.map(str::to_owned) })
    }

    #[test]
    fn all_pages_make_a_whole() {
        let listing = list(|token| match token {
            None => page(&[1, 2], Some("b")),
            Some("b") => page(&[], Some("c")), // an empty page is not the last one
            Some(_) => page(&[3], Some("")),
        });
        assert_eq!((listing.items.as_slice(), listing.fault.is_none()), ([1, 2, 3].as_slice(), true));
    }

    #[test]
    fn half_a_listing_keeps_what_was_seen_and_its_fault() {
        let listing = list(|token| match token {
            None => page(&[1], Some("b")),
            Some(_) => Err(Failure::fault(Outcome::Throttled, "slow down")),
        });
        assert_eq!(listing.items, [1]);
        assert_eq!(listing.fault.unwrap().outcome(), Outcome::Throttled);
    }

    #[test]
    fn an_answer_without_a_list_is_broken_and_not_empty() {
        let listing = list(|_| Ok(Page { items: None, next: None }));
        assert_eq!(listing.fault.unwrap().outcome(), Outcome::Broken);
    }

    #[test]
    fn an_item_that_cannot_be_read_breaks_the_listing_and_hides_no_other() {
        let listing = list(|_| page(&[1, 2, 3], None)).read("x:ListThings", |item| (*item != 2).then_some(*item));
        assert_eq!(listing.items, [1, 3]);
        assert_eq!(listing.fault.unwrap().outcome(), Outcome::Broken);
    }

    #[test]
    fn a_token_that_comes_back_ends_the_listing_as_broken() {
        let listing = list(|token| page(&[1], Some(if token == Some("a") { "b" } else { "a" })));
        assert_eq!(listing.items, [1, 1, 1]);
        assert_eq!(listing.fault.unwrap().outcome(), Outcome::Broken);
    }
}
