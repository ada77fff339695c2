//! What `ledgerline init` writes.

use super::config_for;
use crate::config::Config;
use std::path::Path;

#[test]
fn what_is_written_loads_with_and_without_an_account() {
    let path = Path::new("ledgerline.yaml");
    let known = Config::parse(path, &config_for(Some("123456789012"), Some("eu-central-1"))).unwrap();
    assert_eq!(known.aws.accounts[0].id.as_str(), "123456789012");
    assert_eq!(known.aws.regions[0].as_str(), "eu-central-1");
    let unknown = Config::parse(path, &config_for(None, None)).unwrap();
    assert!(unknown.aws.accounts.is_empty() && unknown.aws.regions.is_empty());
}

#[test]
fn no_trace_of_the_example_account_is_left() {
    assert!(!config_for(Some("123456789012"), Some("eu-central-1")).contains("313476888312"));
}
