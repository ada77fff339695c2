//! Subnets, for the zone that each lies in: whether a function stands in two zones, its subnets' ids do not tell.

#[cfg(test)]
#[path = "subnets_tests.rs"]
mod tests;

use crate::collect::aws::draft::Draft;
use crate::collect::aws::listing::Page;
use crate::collect::aws::scope::{Scope, Yield};
use aws_sdk_ec2::Client;
use aws_sdk_ec2::types::Subnet;

/// The type's name.
pub const SUBNET: &str = "AWS::EC2::Subnet";
/// Its listing.
pub const SUBNETS: &str = "ec2:DescribeSubnets";

/// The most subnets that a page holds.
const PAGE: i32 = 1000;

/// The subnets of a region, those that others share with the account among them.
pub async fn subnets(cx: &Scope<'_>, client: &Client) -> Yield {
    let listing = cx
        .list(SUBNETS, |token| {
            let request = client.describe_subnets().max_results(PAGE).set_next_token(token);
            async {
                let answer = request.send().await?;
                Ok(Page { items: answer.subnets, next: answer.next_token })
            }
        })
        .await
        .read(SUBNETS, |subnet| read(subnet, |id| cx.arn("ec2", &format!("subnet/{id}"))));
    let mut found = Yield::default();
    found.listed(cx, SUBNET, SUBNETS, &listing);
    for subnet in listing.items {
        found.enter(cx, subnet);
    }
    found
}

/// One subnet; none where the answer lacks its id or its zone. `arn` makes the ARN from the id, where the answer has none.
fn read(subnet: &Subnet, arn: impl Fn(&str) -> String) -> Option<Draft> {
    let (id, zone) = (subnet.subnet_id()?, subnet.availability_zone()?);
    let own = subnet.subnet_arn().map_or_else(|| arn(id), str::to_owned);
    let mut draft = Draft::new(SUBNET, own, id);
    draft.properties.put("AvailabilityZone", zone);
    draft.properties.put_some("AvailabilityZoneId", subnet.availability_zone_id());
    draft.properties.put_some("VpcId", subnet.vpc_id());
    draft.properties.put_some("CidrBlock", subnet.cidr_block());
    draft.properties.put("MapPublicIpOnLaunch", subnet.map_public_ip_on_launch().unwrap_or(false));
    draft.state.put_some("OwnerId", subnet.owner_id());
    draft.state.put_some("AvailableIpAddressCount", subnet.available_ip_address_count());
    Some(draft)
}
