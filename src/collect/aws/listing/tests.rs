//! Pages: whole, half, endless.

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
