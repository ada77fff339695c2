//! Subnets are read whole or not at all.

use super::read;
use aws_sdk_ec2::types::Subnet;

#[test]
fn a_subnet_without_its_zone_is_not_read() {
    let arn = |id: &str| format!("arn:aws:ec2:us-east-2:111122223333:subnet/{id}");
    let whole = Subnet::builder().subnet_id("subnet-a").availability_zone("us-east-2a").build();
    let draft = read(&whole, arn).unwrap();
    assert_eq!((draft.name.as_str(), draft.id.as_str()), ("subnet-a", "arn:aws:ec2:us-east-2:111122223333:subnet/subnet-a"));
    assert_eq!(draft.properties["AvailabilityZone"], "us-east-2a");
    assert!(read(&Subnet::builder().subnet_id("subnet-a").build(), arn).is_none());
}
