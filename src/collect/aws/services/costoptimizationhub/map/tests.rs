//! What AWS recommends, and what is not told of it.

use super::*;

#[test]
fn a_recommendation_is_told_with_its_dollars() {
    let built = Recommendation::builder()
        .recommendation_id("r-1")
        .account_id("111122223333")
        .region("us-east-2")
        .resource_arn("arn:aws:dynamodb:us-east-2:111122223333:table/orders")
        .current_resource_type("DynamoDbTable")
        .action_type("Delete")
        .estimated_monthly_savings(12.34)
        .currency_code("USD");
    let draft = recommendation(&built.clone().build()).unwrap();
    assert_eq!((draft.properties["MonthlySavings"].as_str(), draft.properties["Action"].as_str()), (Some("12.34"), Some("Delete")));
    assert!(draft.properties["MonthlyCost"].is_null());
    assert!(recommendation(&built.clone().set_estimated_monthly_savings(None).build()).is_none());
    assert!(recommendation(&built.set_resource_arn(None).build()).is_none());
}
