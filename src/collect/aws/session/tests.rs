//! Ways into accounts.

use super::*;

fn endpoints(variables: &[(&str, &str)]) -> Option<String> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    check_endpoints(variables).err().map(|error| error.to_string())
}

#[test]
fn an_endpoint_that_can_be_none_is_refused_by_name() {
    assert_eq!(endpoints(&[("AWS_ENDPOINT_URL", "http://localhost:5000"), ("AWS_ENDPOINT_URL_LOGS", "https://x"), ("HOME", "x")]), None);
    assert_eq!(endpoints(&[("AWS_ENDPOINT_URL", "")]), None, "empty is none");
    let refused = endpoints(&[("AWS_ENDPOINT_URL_DYNAMODB", ""), ("AWS_ENDPOINT_URL", "localhost:5000")]).unwrap();
    assert!(refused.starts_with("AWS_ENDPOINT_URL is \"localhost:5000\"") && refused.contains("AWS_ENDPOINT_URL_DYNAMODB"), "{refused}");
}

#[test]
fn a_word_that_can_be_no_region_is_refused() {
    assert!(check_regions(&["us-east-2".into(), "us-gov-west-1".into()]).is_ok());
    for name in ["", "us east", "US-EAST-1", "us-east-1.evil.example", "us-east-1/"] {
        assert!(check_regions(&["us-east-2".into(), name.into()]).is_err(), "{name}");
    }
}
