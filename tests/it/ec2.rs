//! Security groups over the emulator behind the stand-in: what listings alone bring, and what each refusal leaves unknown.

use crate::support::command::Ledgerline;
use crate::support::moto::{self, Account};
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use serde_json::{Value, json};
use std::collections::BTreeMap;

const GROUP: &str = "AWS::EC2::SecurityGroup";
const SSH: &str = "ec2-group-ssh-open";
const VERSION: &str = "2016-11-15";

/// An account of the emulator with a group that is open by a prefix list, one that it names, and one that nobody uses.
fn network() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    let vpc = element(&ask(&account, "CreateVpc", &[("CidrBlock", "10.0.0.0/16")]), "vpcId");
    let subnet = element(&ask(&account, "CreateSubnet", &[("VpcId", &vpc), ("CidrBlock", "10.0.1.0/24")]), "subnetId");
    let list = [
        ("PrefixListName", "everybody"),
        ("MaxEntries", "5"),
        ("AddressFamily", "IPv4"),
        ("Entry.1.Cidr", "0.0.0.0/1"),
        ("Entry.2.Cidr", "128.0.0.0/1"),
    ];
    let list = element(&ask(&account, "CreateManagedPrefixList", &list), "prefixListId");
    let made = |name: &str| {
        let group = [("GroupName", name), ("GroupDescription", "tests"), ("VpcId", &vpc)];
        element(&ask(&account, "CreateSecurityGroup", &group), "groupId")
    };
    let (web, backend, _idle) = (made("web"), made("backend"), made("idle"));
    let rule = [
        ("GroupId", web.as_str()),
        ("IpPermissions.1.IpProtocol", "tcp"),
        ("IpPermissions.1.FromPort", "22"),
        ("IpPermissions.1.ToPort", "22"),
        ("IpPermissions.1.PrefixListIds.1.PrefixListId", &list),
    ];
    ask(&account, "AuthorizeSecurityGroupIngress", &rule);
    let rule = [
        ("GroupId", backend.as_str()),
        ("IpPermissions.1.IpProtocol", "-1"),
        ("IpPermissions.1.Groups.1.GroupId", &web),
        ("IpPermissions.1.Groups.1.UserId", &account.id),
    ];
    ask(&account, "AuthorizeSecurityGroupIngress", &rule);
    for group in [&web, &backend] {
        ask(&account, "CreateNetworkInterface", &[("SubnetId", &subnet), ("SecurityGroupId.1", group)]);
    }
    stand_in.forget_counts();
    (stand_in, account)
}

fn ask(account: &Account, operation: &str, parameters: &[(&str, &str)]) -> String {
    account.query("ec2", VERSION, operation, parameters)
}

fn element(answer: &str, name: &str) -> String {
    let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {answer}"));
    rest.split_once('<').unwrap().0.to_owned()
}

fn ec2(stand_in: &StandIn) -> BTreeMap<String, u64> {
    stand_in.counts().into_iter().filter(|(call, _)| call.starts_with("ec2:")).collect()
}

fn audit(account: &Account, rules: &[&str]) -> Value {
    let rules = rules.iter().flat_map(|rule| ["--rule", rule]);
    let args = ["audit", "--format", "json", "--fail-on", "never", "--status", "pass,fail,waived,unknown,not_applicable"];
    Ledgerline::on(account).args(args.into_iter().chain(rules)).run().json()
}

fn status(report: &Value, rule: &str, name: &str) -> String {
    let found: Vec<String> = statuses(report, rule).into_iter().filter(|(of, _)| of == name).map(|(_, status)| status).collect();
    assert_eq!(found.len(), 1, "{rule} on {name:?}: {:?}", statuses(report, rule));
    found[0].clone()
}

#[test]
fn nothing_is_asked_per_group() {
    let (stand_in, account) = network();
    let resources = collected(&account, &["ec2-group-*", "ec2-default-*"]);
    let web = find(&resources, GROUP, "web");
    let open: Vec<&Value> = web["state"]["PrefixListIngress"].as_array().unwrap().iter().map(|rule| &rule["CidrIp"]).collect();
    assert_eq!(open, ["0.0.0.0/1", "128.0.0.0/1"]);
    assert_eq!(web["state"]["PrefixLists"][0]["PrefixListName"], "everybody");
    assert_eq!(web["state"]["NetworkInterfaceCount"], 1);
    assert_eq!(web["state"]["ReferencedBy"].as_array().unwrap().len(), 1);
    assert_eq!(web["tags"], json!({}));
    let backend = find(&resources, GROUP, "backend");
    assert_eq!(backend["properties"]["SecurityGroupIngress"][0]["IpProtocol"], "-1");
    assert!(backend["properties"]["SecurityGroupIngress"][0].get("FromPort").is_none(), "{backend:#}");
    let once = ["DescribeManagedPrefixLists", "DescribeNetworkInterfaces", "DescribeSecurityGroups", "GetManagedPrefixListEntries"];
    assert_eq!(ec2(&stand_in), once.iter().map(|call| (format!("ec2:{call}"), 1)).collect());
    // What no rule reads is not asked.
    stand_in.forget_counts();
    collected(&account, &["ec2-default-group-open"]);
    assert_eq!(ec2(&stand_in), BTreeMap::from([("ec2:DescribeSecurityGroups".to_owned(), 1)]));
}

#[test]
fn a_prefix_list_of_two_halves_opens_a_group() {
    let (_stand_in, account) = network();
    let report = audit(&account, &[SSH, "ec2-group-unused"]);
    assert_eq!((status(&report, SSH, "web"), status(&report, SSH, "backend")), ("fail".to_owned(), "pass".to_owned()));
    assert_eq!(status(&report, "ec2-group-unused", "idle"), "fail");
    assert_eq!(status(&report, "ec2-group-unused", "web"), "pass");
}

#[test]
fn a_refused_list_leaves_unknown_only_the_groups_that_name_it() {
    let (stand_in, account) = network();
    stand_in.trouble(Trouble::with("ec2:GetManagedPrefixListEntries", Fault::Denied));
    let report = audit(&account, &[SSH, "ec2-group-unused"]);
    assert_eq!((status(&report, SSH, "web"), status(&report, SSH, "backend")), ("unknown".to_owned(), "pass".to_owned()));
    assert_eq!(status(&report, "ec2-group-unused", "web"), "pass");
    assert_eq!(outcome(&report, GROUP, "ec2:GetManagedPrefixListEntries"), "denied");
    stand_in.mend();
    stand_in.trouble(Trouble::with("ec2:DescribeNetworkInterfaces", Fault::Denied));
    let report = audit(&account, &[SSH, "ec2-group-unused"]);
    assert_eq!((status(&report, SSH, "web"), status(&report, "ec2-group-unused", "web")), ("fail".to_owned(), "unknown".to_owned()));
}

const ONE: &str = "<item><groupId>sg-1</groupId><groupName>one</groupName><ownerId>111122223333</ownerId><vpcId>vpc-1</vpcId>\
    <ipPermissions><item><ipProtocol>-1</ipProtocol><groups><item><groupId>sg-2</groupId><userId>111122223333</userId></item><item>\
    <groupId>sg-9</groupId><userId>111122223333</userId></item></groups></item></ipPermissions><ipPermissionsEgress/></item>";
const TWO: &str = "<item><groupId>sg-2</groupId><groupName>two</groupName><ipPermissions/><ipPermissionsEgress/></item>";

#[test]
fn groups_of_two_pages_know_each_other_and_half_a_listing_knows_none() {
    let stand_in = StandIn::of(World::default());
    let account = stand_in.account("111122223333");
    let first = format!("<securityGroupInfo>{ONE}</securityGroupInfo><nextToken>two</nextToken>");
    stand_in.answer(Canned::xml("ec2:DescribeSecurityGroups", &first));
    let second = format!("<securityGroupInfo>{TWO}</securityGroupInfo>");
    stand_in.answer(Canned::xml("ec2:DescribeSecurityGroups", &second).to(json!({"NextToken": "two"})));
    let stale = "ec2-group-reference-stale";
    let resources = collected(&account, &[stale]);
    assert_eq!(find(&resources, GROUP, "one")["state"]["StaleReferences"], json!(["sg-9"]));
    assert_eq!(find(&resources, GROUP, "two")["state"]["ReferencedBy"], json!(["sg-1"]));
    assert_eq!(stand_in.count("ec2:DescribeStaleSecurityGroups"), 0, "no group names one behind a peering");
    stand_in.trouble(Trouble::with("ec2:DescribeSecurityGroups", Fault::Denied).on_later_pages());
    let report = audit(&account, &[stale, "ec2-default-group-open"]);
    assert_eq!((status(&report, stale, "one"), status(&report, stale, "")), ("unknown".to_owned(), "unknown".to_owned()));
    assert_eq!(outcome(&report, GROUP, "ec2:DescribeSecurityGroups"), "denied");
}

#[test]
fn groups_behind_a_peering_are_gone_where_aws_says_so() {
    let stand_in = StandIn::of(World::default());
    let account = stand_in.account("111122223333");
    let peered = ONE.replace("<groupId>sg-9</groupId>", "<groupId>sg-9</groupId><vpcPeeringConnectionId>pcx-1</vpcPeeringConnectionId>");
    stand_in.answer(Canned::xml("ec2:DescribeSecurityGroups", &format!("<securityGroupInfo>{peered}{TWO}</securityGroupInfo>")));
    let told = "<staleSecurityGroupSet><item><groupId>sg-1</groupId><staleIpPermissions><item><groups><item><groupId>sg-9</groupId></item>\
        </groups></item></staleIpPermissions></item></staleSecurityGroupSet>";
    stand_in.answer(Canned::xml("ec2:DescribeStaleSecurityGroups", told).to(json!({"VpcId": "vpc-1"})));
    let resources = collected(&account, &["ec2-group-reference-stale"]);
    assert_eq!(find(&resources, GROUP, "one")["state"]["StaleReferences"], json!(["sg-9"]));
    assert_eq!(find(&resources, GROUP, "two")["state"]["StaleReferences"], json!([]));
    stand_in.answer(Canned::error("ec2:DescribeStaleSecurityGroups", 400, "InvalidVpcID.NotFound", "the vpc is gone"));
    let report = audit(&account, &["ec2-group-reference-stale"]);
    let found = ["one", "two"].map(|name| status(&report, "ec2-group-reference-stale", name));
    assert_eq!(found, ["unknown", "pass"]);
}

#[test]
fn half_a_document_is_not_an_account_without_groups() {
    let stand_in = StandIn::of(World::default());
    stand_in.answer(Canned::xml("ec2:DescribeSecurityGroups", "<securityGroupInfo/>"));
    let account = stand_in.account("111122223333");
    let report = audit(&account, &["ec2-default-group-open"]);
    assert_eq!((statuses(&report, "ec2-default-group-open"), &report["coverage"]["complete"]), (vec![], &json!(true)));
    stand_in.trouble(Trouble::with("ec2:DescribeSecurityGroups", Fault::Malformed));
    let report = audit(&account, &["ec2-default-group-open"]);
    assert_eq!(outcome(&report, GROUP, "ec2:DescribeSecurityGroups"), "broken");
}

#[test]
fn regions_that_are_enabled_and_not_audited_are_told() {
    let stand_in = StandIn::of(World::default());
    let regions = ["us-east-2", "eu-west-1"].map(|name| format!("<item><regionName>{name}</regionName></item>")).concat();
    stand_in.answer(Canned::xml("ec2:DescribeRegions", &format!("<regionInfo>{regions}</regionInfo>")));
    let report = audit(&stand_in.account("111122223333"), &["account-region-unaudited"]);
    let expected = [("eu-west-1", "fail"), ("us-east-2", "pass")].map(|(name, status)| (name.to_owned(), status.to_owned()));
    assert_eq!(statuses(&report, "account-region-unaudited"), expected);
    assert_eq!(stand_in.count("ec2:DescribeRegions"), 1);
}
