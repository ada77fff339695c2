//! The organisation in CloudFormation's words. The e-mail address of its management account ends here.

use crate::collect::aws::draft::Draft;
use aws_sdk_organizations::types::Organization;

/// The type's name.
pub const ORGANIZATION: &str = "AWS::Organizations::Organization";
/// The call that brings it.
pub const LISTING: &str = "organizations:DescribeOrganization";

/// The organisation; none where the answer lacks what names it.
pub fn organization(organization: &Organization) -> Option<Draft> {
    let (id, arn) = (organization.id()?, organization.arn()?);
    let mut draft = Draft::new(ORGANIZATION, arn, id);
    draft.properties.put_some("FeatureSet", organization.feature_set().map(|set| set.as_str()));
    draft.state.put("Id", id);
    draft.state.put_some("ManagementAccountId", organization.master_account_id());
    draft.state.put_some("ManagementAccountArn", organization.master_account_arn());
    Some(draft)
}
