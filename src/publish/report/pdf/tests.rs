//! The PDF: the same bytes each time, whatever stands in the names.

use super::FORMAT;
use crate::publish::report::tests::{hostile, story};

#[test]
fn the_same_data_gives_the_same_pdf_and_no_text_of_others_is_markup() {
    let data = hostile::hostile();
    let (first, again) = ((FORMAT.render)(&data).unwrap(), (FORMAT.render)(&data).unwrap());
    assert!(first.starts_with(b"%PDF-") && first == again);
    assert!((FORMAT.render)(&story::data()).unwrap() != first);
}
