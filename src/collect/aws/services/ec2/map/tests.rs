//! Groups as EC2 answers them, and what they become.

use super::{Direction, Group, Reference, expanded, read, region, stale};
use crate::model::AccountId;
use aws_sdk_ec2::types::{
    IpPermission, IpRange, Ipv6Range, PrefixListId, Region, SecurityGroup, StaleIpPermission, StaleSecurityGroup, Tag, UserIdGroupPair,
};
use serde_json::{Value, json};

const OWN: &str = "111122223333";

fn account() -> AccountId {
    OWN.into()
}

fn group(ingress: Vec<IpPermission>, egress: Vec<IpPermission>) -> Group {
    let answer = SecurityGroup::builder()
        .group_id("sg-1")
        .group_name("web")
        .owner_id(OWN)
        .vpc_id("vpc-1")
        .tags(Tag::builder().key("Owner").value("web = team").build())
        .tags(Tag::builder().key("Key").build())
        .set_ip_permissions(Some(ingress))
        .set_ip_permissions_egress(Some(egress))
        .build();
    read(&answer, "sg-1", "web", "arn:aws:ec2:us-east-2:111122223333:security-group/sg-1".to_owned(), &account())
}

fn tcp(port: i32) -> aws_sdk_ec2::types::builders::IpPermissionBuilder {
    IpPermission::builder().ip_protocol("tcp").from_port(port).to_port(port)
}

fn range(cidr: &str) -> IpRange {
    IpRange::builder().cidr_ip(cidr).build()
}

#[test]
fn a_permission_of_many_sources_is_a_rule_for_each() {
    let ssh = tcp(22)
        .ip_ranges(IpRange::builder().cidr_ip("10.0.0.0/8").description("office").build())
        .ip_ranges(range("0.0.0.0/0"))
        .ipv6_ranges(Ipv6Range::builder().cidr_ipv6("::/0").build())
        .prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build())
        .user_id_group_pairs(UserIdGroupPair::builder().group_id("sg-2").user_id(OWN).build());
    let group = group(vec![ssh.build()], vec![]);
    assert_eq!(
        group.draft.properties["SecurityGroupIngress"],
        json!([
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8", "Description": "office" },
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0" },
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIpv6": "::/0" },
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": "pl-1" },
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourceSecurityGroupId": "sg-2", "SourceSecurityGroupOwnerId": OWN },
        ])
    );
    assert_eq!(group.draft.properties["SecurityGroupEgress"], json!([]));
    assert_eq!(group.draft.tags, json!({ "Owner": "web = team", "Key": "" }));
    assert_eq!(group.prefix_lists.into_iter().collect::<Vec<_>>(), ["pl-1"]);
    assert_eq!(group.references.into_iter().collect::<Vec<_>>(), [Reference { group: "sg-2".to_owned(), near: true }]);
}

#[test]
fn all_protocols_come_without_ports_and_stay_so() {
    let all = IpPermission::builder().ip_protocol("-1").ip_ranges(range("0.0.0.0/0"));
    let ping = IpPermission::builder().ip_protocol("icmp").from_port(8).to_port(-1).ip_ranges(range("0.0.0.0/0"));
    let esp = IpPermission::builder().ip_protocol("50").prefix_list_ids(PrefixListId::builder().prefix_list_id("pl-1").build());
    let group = group(vec![], vec![all.build(), ping.build(), esp.build()]);
    assert_eq!(
        group.draft.properties["SecurityGroupEgress"],
        json!([
            { "IpProtocol": "-1", "CidrIp": "0.0.0.0/0" },
            { "IpProtocol": "icmp", "FromPort": 8, "ToPort": -1, "CidrIp": "0.0.0.0/0" },
            { "IpProtocol": "50", "DestinationPrefixListId": "pl-1" },
        ])
    );
}

#[test]
fn an_answer_without_rules_is_not_a_group_without_rules() {
    let answer = SecurityGroup::builder().group_id("sg-1").group_name("web").set_ip_permissions_egress(Some(vec![])).build();
    let group = read(&answer, "sg-1", "web", "arn".to_owned(), &account());
    assert_eq!(group.draft.properties["SecurityGroupIngress"], Value::Null);
    let gaps: Vec<String> = group.draft.gaps.iter().map(|gap| gap.path.to_string()).collect();
    assert_eq!(gaps, ["properties.SecurityGroupIngress"]);
}

#[test]
fn groups_of_others_and_behind_peerings_are_not_looked_for_here() {
    let pairs = [
        UserIdGroupPair::builder().group_id("sg-1").user_id(OWN).build(),
        UserIdGroupPair::builder().group_id("sg-peer").user_id(OWN).vpc_peering_connection_id("pcx-1").build(),
        UserIdGroupPair::builder().group_id("sg-foreign").user_id("999999999999").build(),
        UserIdGroupPair::builder().group_id("sg-elb").user_id("amazon-elb").group_name("amazon-elb-sg").build(),
        UserIdGroupPair::builder().group_id("sg-plain").build(),
    ];
    let group = group(vec![tcp(80).set_user_id_group_pairs(Some(pairs.to_vec())).build()], vec![]);
    let near = |group: &str, near| Reference { group: group.to_owned(), near };
    let references: Vec<Reference> = group.references.into_iter().collect();
    assert_eq!(references, [near("sg-foreign", false), near("sg-peer", false), near("sg-plain", true)]);
}

#[test]
fn a_prefix_list_is_a_rule_for_each_of_its_blocks() {
    let rules = json!([
        { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8" },
        { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": "pl-1", "Description": "partners" },
        { "IpProtocol": "-1", "SourcePrefixListId": "pl-empty" },
    ]);
    let blocks = ["52.0.0.0/8".to_owned(), "2600::/16".to_owned()];
    let cidrs = |list: &str| -> &[String] { if list == "pl-1" { &blocks } else { &[] } };
    assert_eq!(
        expanded(&rules, Direction::Ingress, cidrs),
        json!([
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": "pl-1", "CidrIp": "52.0.0.0/8" },
            { "IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "SourcePrefixListId": "pl-1", "CidrIpv6": "2600::/16" },
        ])
    );
}

#[test]
fn stale_rules_name_the_groups_that_are_gone() {
    let pair = |id: &str| UserIdGroupPair::builder().group_id(id).build();
    let answer = StaleSecurityGroup::builder()
        .group_id("sg-1")
        .stale_ip_permissions(StaleIpPermission::builder().user_id_group_pairs(pair("sg-8")).build())
        .stale_ip_permissions_egress(StaleIpPermission::builder().user_id_group_pairs(pair("sg-9")).build())
        .build();
    assert_eq!(stale(&answer), Some(("sg-1".to_owned(), vec!["sg-8".to_owned(), "sg-9".to_owned()])));
    assert_eq!(stale(&StaleSecurityGroup::builder().build()), None);
}

#[test]
fn a_region_is_named_by_its_name() {
    let answer = Region::builder().region_name("us-east-2").opt_in_status("opt-in-not-required").build();
    let draft = region(&answer, &account()).unwrap();
    assert_eq!(draft.properties.done(), json!({ "RegionName": "us-east-2", "OptInStatus": "opt-in-not-required" }));
    assert!(region(&Region::builder().build(), &account()).is_none());
}
