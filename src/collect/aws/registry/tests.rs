//! The table of types: known facts, damaged files, and what becomes of every type in it.

use super::permission::allowed;
use super::refused::{REFUSED, refused};
use super::{GET, LIST, Registry, RegistryFault, loose_types};
use crate::collect::aws::blind::{hands_out_data, reads_only};
use crate::collect::aws::catalogue;
use crate::model::catalogue::{Catalogue, Reach, TypeSpec};

fn specified(text: &str) -> Vec<TypeSpec> {
    loose_types([text], &catalogue())
}

fn one(name: &str) -> TypeSpec {
    let [spec] = <[TypeSpec; 1]>::try_from(specified(&format!("resource: {name}\n"))).unwrap();
    spec
}

#[test]
fn the_table_is_dated_and_large() {
    let table = Registry::embedded();
    assert_eq!(table.date(), "2026-10-20");
    assert!(table.rows().count() > 1_800, "{}", table.rows().count());
}

#[test]
fn a_known_type_has_what_aws_documents() {
    let queue = Registry::embedded().find("AWS::SQS::Queue").unwrap();
    assert!(queue.lists() && queue.reads() && queue.hangs_on().next().is_none());
    assert_eq!(queue.list_permissions().collect::<Vec<_>>(), ["sqs:ListQueues"]);
    assert_eq!(queue.read_permissions().collect::<Vec<_>>(), ["sqs:GetQueueAttributes", "sqs:ListQueueTags"]);
    assert_eq!(queue.identifier().collect::<Vec<_>>(), ["QueueUrl"]);
    assert_eq!(queue.tags(), Some("Tags"));
    assert!(queue.properties().any(|name| name == "KmsMasterKeyId"));
    assert!(Registry::embedded().find("AWS::SQS::Queues").is_none());
}

#[test]
fn every_row_can_be_read() {
    for row in Registry::embedded().rows() {
        assert_eq!(Registry::embedded().find(row.name()).unwrap().name(), row.name());
        assert!(row.name().split("::").count() >= 3 && row.properties().next().is_some(), "{}", row.name());
        assert!(row.untold().all(|path| path.steps().len() > 1), "{}", row.name());
        let actions = row.list_permissions().chain(row.read_permissions());
        assert!(actions.into_iter().all(|action| action.contains(':')), "{}", row.name());
    }
}

#[test]
fn foreign_and_damaged_files_are_refused() {
    let pack = |text: &str| zstd::encode_all(text.as_bytes(), 1).unwrap();
    assert_eq!(Registry::read(b"plain").unwrap_err(), RegistryFault::NotPacked);
    assert_eq!(Registry::read(&pack("{}")).unwrap_err(), RegistryFault::Foreign);
    assert_eq!(Registry::read(&pack("cloudformation-types 1\t2026-01-01\tx\nA::B::C\tlr\n")).unwrap_err(), RegistryFault::Broken(2));
    let row = |name: &str| format!("{name}\tlr\t\t\tId\t\tId\t\t\n");
    let backwards = format!("cloudformation-types 1\t2026-01-01\tx\n{}{}", row("A::B::D"), row("A::B::C"));
    assert_eq!(Registry::read(&pack(&backwards)).unwrap_err(), RegistryFault::Broken(3));
}

#[test]
fn a_type_that_a_rule_names_is_listed_and_read_by_cloud_control() {
    let queue = one("AWS::SQS::Queue");
    assert_eq!(queue.reach, Reach::Regional);
    assert_eq!(queue.listing.as_ref().map(|call| call.as_str()), Some(LIST));
    let permissions = |call: &str| queue.find_call(&call.into()).unwrap().permissions().join(" ");
    assert_eq!(permissions(LIST), "cloudformation:ListResources sqs:ListQueues");
    assert_eq!(permissions(GET), "cloudformation:GetResource sqs:GetQueueAttributes sqs:ListQueueTags");
    let brought = |path: &str| queue.call_of(&path.parse().unwrap()).unwrap().to_string();
    assert_eq!((brought("properties.QueueUrl"), brought("properties.RedrivePolicy.maxReceiveCount")), (LIST.into(), GET.into()));
    assert_eq!(brought("tags.Owner"), GET);
}

#[test]
fn what_our_own_collectors_describe_stays_theirs() {
    assert!(
        specified("find('AWS::DynamoDB::Table', name), AWS::Logs::LogGroup, Ledgerline::Account, Ledgerline::Cost::ServiceMonth")
            .is_empty()
    );
}

#[test]
fn types_are_found_wherever_a_rule_names_them() {
    let text =
        "resource: AWS::ECS::Cluster\nassert: all('AWS::SQS::Queue').exists(q, true)\nexamples: [{gaps: {\"AWS::ECR::Repository\": x}}]";
    let names: Vec<String> = specified(text).iter().map(|spec| spec.resource_type.to_string()).collect();
    assert_eq!(names, ["AWS::ECR::Repository", "AWS::ECS::Cluster", "AWS::SQS::Queue"]);
}

#[test]
fn a_slip_is_no_type_and_a_new_or_private_one_is_known_by_the_words_of_its_rule() {
    assert!(specified("resource: AWS::SQS::Queu").is_empty());
    let own = specified("resource: Acme::Shop::Basket\nassert: properties.Colour == 'red'").remove(0);
    let loose = own.loose.clone().unwrap();
    assert!(!loose.listed && loose.notes[0].contains("permissions"), "{loose:?}");
    assert_eq!(own.call_of(&"properties.Colour".parse().unwrap()).unwrap().as_str(), GET);
    assert_eq!(own.find_call(&LIST.into()).unwrap().permissions().join(" "), LIST);
}

#[test]
fn what_has_no_region_is_asked_for_once_an_account() {
    for (name, reach) in [
        ("AWS::CloudFront::Distribution", Reach::Global),
        ("AWS::Route53::HostedZone", Reach::Global),
        ("AWS::Route53Resolver::ResolverRule", Reach::Regional),
    ] {
        assert_eq!(one(name).reach, reach, "{name}");
    }
}

#[test]
fn refused_types_are_sorted_and_there() {
    assert!(REFUSED.is_sorted_by_key(|(name, _)| name));
    for (name, why) in REFUSED {
        assert!(Registry::embedded().find(name).is_some(), "AWS has no {name}");
        assert!(!why.is_empty() && refused(name) == Some(why), "{name}");
    }
    assert_eq!(refused("AWS::SQS::Queue"), None);
}

/// A property by one of these names that can be read is a secret, or has to be looked at by a person before a new table ships.
#[test]
fn no_top_level_property_that_can_be_read_is_called_a_secret() {
    // Looked at: a setting, a reference to Secrets Manager, or public.
    const HARMLESS: &[&str] = &["AWS::RDS::DBCluster", "AWS::RDS::DBInstance", "AWS::SSO::Application", "AWS::WAFv2::WebACL"];
    for row in Registry::embedded().rows().filter(|row| row.lists() && refused(row.name()).is_none() && !HARMLESS.contains(&row.name())) {
        let untold: Vec<String> = row.untold().map(|path| path.to_string()).collect();
        for property in row.properties().filter(|property| !untold.contains(&format!("properties.{property}"))) {
            let secret = ["Password", "Secret", "SecretKey", "PrivateKey", "ApiKey", "AuthToken", "AccessToken", "SecretString"];
            assert!(!secret.iter().any(|word| property.ends_with(word)), "{}: {property}", row.name());
        }
    }
}

#[test]
fn what_handlers_want_beyond_reading_is_left_out() {
    let asked = ["Batch:DescribeJobDefinitions", "iam:PassRole", "kms:Decrypt", "s3:GetObject", "sqs:NoSuchAction", "apigateway:GET"];
    let parted = allowed(asked.into_iter());
    assert_eq!(parted.granted.into_iter().collect::<Vec<_>>(), ["batch:DescribeJobDefinitions"]);
    assert_eq!(parted.left_out.len(), 5, "{:?}", parted.left_out);
    let pattern = allowed(["autoscaling:Describe*"].into_iter());
    assert!(pattern.granted.contains("autoscaling:DescribeAutoScalingGroups") && pattern.left_out.is_empty(), "{pattern:?}");
}

/// Section 2.4 of the design, over every type that there is.
#[test]
fn no_type_puts_anything_into_the_policy_that_writes_or_hands_out_data() {
    let empty = Catalogue::default();
    for row in Registry::embedded().rows() {
        let text = format!("resource: {}", row.name());
        for spec in loose_types([text.as_str()], &empty) {
            for action in spec.calls.iter().flat_map(|call| call.permissions()) {
                assert!(reads_only(&action) && !hands_out_data(&action) && !action.contains('*'), "{} wants {action}", row.name());
            }
        }
    }
}

#[test]
fn a_property_that_only_the_schema_has_is_known_by_name_and_a_slip_is_not() {
    let text = "resource: AWS::DynamoDB::Table\nassert: has(properties.KinesisStreamSpecification) || properties.KinesisSteam == 1 || properties.Tags == 2\n";
    let [table] = <[TypeSpec; 1]>::try_from(specified(text)).unwrap();
    let fields = table.properties.fields().unwrap();
    assert!(fields["KinesisStreamSpecification"].uncollected);
    assert!(!fields.contains_key("KinesisSteam") && !fields.contains_key("Tags"), "a slip, and what has a place of its own");
    assert!(!fields["BillingMode"].uncollected && table.loose.is_none());
    assert!(specified("resource: AWS::DynamoDB::Table\nassert: properties.BillingMode == 'x'\n").is_empty());
    assert!(
        specified("resource: AWS::Lambda::Function\nassert: has(properties.Code)\n").iter().all(|spec| !spec
            .properties
            .fields()
            .unwrap()
            .contains_key("Code"))
    );
}
