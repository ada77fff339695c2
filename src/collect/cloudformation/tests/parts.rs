//! What is written apart, where a live account shows it.

use super::*;
use serde_json::json;

#[test]
fn policies_written_apart_belong_to_their_role() {
    let resources = with(
        "  Role:\n    Type: AWS::IAM::Role\n    Properties: { RoleName: runner }
  Unnamed:\n    Type: AWS::IAM::Role
  Inline:\n    Type: AWS::IAM::Policy\n    Properties: { PolicyName: inline, Roles: [!Ref Unnamed, runner], PolicyDocument: { Statement: [] } }
  One:\n    Type: AWS::IAM::RolePolicy\n    Properties: { PolicyName: one, RoleName: !Ref Role, PolicyDocument: '{\"Statement\": []}' }
  Managed:\n    Type: AWS::IAM::ManagedPolicy\n    Properties: { ManagedPolicyName: managed, Roles: [!Ref Role], PolicyDocument: {} }\n",
    );
    let role = by_address(&resources, "Role");
    assert_eq!(
        json(role, "properties.Policies"),
        json!([{"PolicyName": "inline", "PolicyDocument": {"Statement": []}}, {"PolicyName": "one", "PolicyDocument": {"Statement": []}}])
    );
    assert_eq!(json(role, "properties.ManagedPolicyArns"), json!(["arn:aws:iam::313476888312:policy/managed"]));
    // A role without a name is known by its logical id.
    let unnamed = by_address(&resources, "Unnamed");
    assert_eq!(json(unnamed, "properties.Policies[0].PolicyName"), "inline");
    assert_eq!((unnamed.name.as_str(), unnamed.id.as_str()), ("Unnamed", "template.yaml#Unnamed"));
    assert_eq!(why(unnamed, "properties.RoleName"), "known after apply");
    let managed = by_address(&resources, "Managed");
    assert_eq!(json(managed, "state.AwsManaged"), json!(false));
    assert_eq!((json(managed, "state.AttachmentCount"), json(managed, "state.PermissionsBoundaryUsageCount")), (json!(1), json!(0)));
}

#[test]
fn a_policy_for_nobody_knows_whom_may_be_any_roles() {
    let text = "Parameters: { Whose: { Type: String } }\nResources:\n  Role: { Type: AWS::IAM::Role, Properties: { RoleName: runner } }\n  P: { Type: AWS::IAM::Policy, Properties: { PolicyName: p, Roles: [!Ref Whose], PolicyDocument: {} } }\n";
    assert_eq!(why(by_address(&resources(text), "Role"), "properties.Policies[0]"), "parameter Whose has no default");
}

#[test]
fn permissions_addresses_and_events_are_state_of_their_function() {
    let resources = with(
        "  Fn:\n    Type: AWS::Lambda::Function\n    Properties: { FunctionName: fn, Environment: { Variables: { A: plain, KEY: AKIAIOSFODNN7EXAMPLE } } }
  Other:\n    Type: AWS::Lambda::Function\n    Properties: { FunctionName: other }
  Permission:\n    Type: AWS::Lambda::Permission\n    Properties: { FunctionName: !GetAtt Fn.Arn, Action: 'lambda:InvokeFunction', Principal: apigateway.amazonaws.com, SourceAccount: '313476888312' }
  Url:\n    Type: AWS::Lambda::Url\n    Properties: { TargetFunctionArn: fn, AuthType: NONE }
  Events:\n    Type: AWS::Lambda::EventInvokeConfig\n    Properties: { FunctionName: !Ref Fn, Qualifier: $LATEST, MaximumRetryAttempts: 0 }\n",
    );
    let function = by_address(&resources, "Fn");
    assert_eq!(
        json(function, "state.Policy.Statement[0]"),
        json!({"Sid": "Permission", "Effect": "Allow", "Action": "lambda:InvokeFunction", "Principal": {"Service": "apigateway.amazonaws.com"},
               "Resource": "arn:aws:lambda:us-east-2:313476888312:function:fn", "Condition": {"StringEquals": {"AWS:SourceAccount": "313476888312"}}})
    );
    assert_eq!(json(function, "state.FunctionUrls[0].AuthType"), "NONE");
    assert_eq!(json(function, "state.EventInvokeConfigs[0].MaximumRetryAttempts"), json!(0));
    assert_eq!(json(function, "state.EnvironmentVariableNames"), json!(["A", "KEY"]));
    assert_eq!(json(function, "state.EnvironmentSecrets"), json!([{"Name": "KEY", "Shape": "aws-access-key"}]));
    assert!(!format!("{resources:?}").contains("AKIAIOSFODNN7EXAMPLE"));
    let other = by_address(&resources, "Other");
    assert_eq!(json(other, "state.Policy"), json!(null));
    assert!(at(other, "state.Policy").as_gap().is_none());
    assert_eq!(json(other, "state.FunctionUrls"), json!([]));
}

#[test]
fn global_and_simple_tables_are_tables() {
    let resources = with(
        "  Global:
    Type: AWS::DynamoDB::GlobalTable
    Properties:
      TableName: global
      BillingMode: PAY_PER_REQUEST
      SSESpecification: { SSEEnabled: true }
      Replicas:
        - { Region: us-east-2, DeletionProtectionEnabled: true, Tags: [{ Key: A, Value: b }] }
        - { Region: eu-west-1 }
  Simple:
    Type: AWS::Serverless::SimpleTable
    Properties: { TableName: simple, PrimaryKey: { Name: n, Type: Number }, Tags: { A: b } }\n",
    );
    let global = by_address(&resources, "Global");
    assert_eq!(global.resource_type.as_str(), "AWS::DynamoDB::Table");
    assert_eq!(json(global, "properties.DeletionProtectionEnabled"), json!(true));
    assert_eq!(json(global, "properties.Replicas[0].Region"), "eu-west-1");
    assert_eq!(json(global, "state.Replicas[0].Arn"), "arn:aws:dynamodb:eu-west-1:313476888312:table/global");
    assert_eq!(json(global, "tags.A"), "b");
    assert_eq!(why(global, "properties.SSESpecification.KMSMasterKeyId"), "the key's ARN");
    let simple = by_address(&resources, "Simple");
    assert_eq!(json(simple, "properties.BillingMode"), "PAY_PER_REQUEST");
    assert_eq!(json(simple, "properties.AttributeDefinitions"), json!([{"AttributeName": "n", "AttributeType": "N"}]));
    assert_eq!(json(simple, "tags.A"), "b");
}

#[test]
fn what_is_not_resolved_is_counted_and_nothing_is_then_known_to_be_absent() {
    let text = "Transform: AWS::Serverless-2016-10-31\nResources:
  A: { Type: AWS::Serverless::Function }
  B: { Type: AWS::Serverless::Function }
  S: { Type: AWS::CloudFormation::Stack }
  C: { Type: Custom::Thing }
  W: { Type: AWS::CloudFormation::WaitConditionHandle }
  T: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref MadeBySam } }\n";
    let collected = collected_in(deployment(), text);
    let row = |name: &str| collected.coverage.rows().find(|row| row.resource_type.as_str() == name).unwrap_or_else(|| panic!("{name}"));
    for (name, count) in [
        ("AWS::Serverless::Function", 2),
        ("AWS::CloudFormation::Stack", 1),
        ("Custom::Thing", 1),
        ("AWS::CloudFormation::WaitConditionHandle", 1),
    ] {
        assert_eq!((row(name).outcome, row(name).resources), (crate::model::Outcome::Skipped, count), "{name}");
    }
    assert_eq!(row("AWS::SNS::Topic").outcome, crate::model::Outcome::Skipped);
    assert_eq!(why(by_address(&collected.resources, "T"), "properties.TopicName"), "the name or id of MadeBySam");
}

#[test]
fn tags_that_cloudformation_cannot_write_are_not_known() {
    let resources = with(
        "  P: { Type: AWS::IAM::ManagedPolicy, Properties: { ManagedPolicyName: p } }
  T: { Type: AWS::SNS::Topic, Properties: { TopicName: t } }\n",
    );
    assert_eq!(why(by_address(&resources, "P"), "tags"), "known after apply");
    assert_eq!(json(by_address(&resources, "T"), "tags"), json!({}));
}

#[test]
fn rules_of_a_security_group_may_be_written_apart() {
    let resources = with("  Open: { Type: AWS::EC2::SecurityGroup, Properties: { GroupName: open } }
  Shut: { Type: AWS::EC2::SecurityGroup, Properties: { GroupName: shut, SecurityGroupIngress: [{ IpProtocol: 6, FromPort: '22', ToPort: 22, CidrIp: 10.0.0.0/8 }] } }
  In: { Type: AWS::EC2::SecurityGroupIngress, Properties: { GroupId: !GetAtt Shut.GroupId, IpProtocol: '-1', FromPort: 1, ToPort: 2, CidrIp: 10.0.0.1/32 } }
  Out: { Type: AWS::EC2::SecurityGroupEgress, Properties: { GroupId: !Ref Shut, IpProtocol: tcp, FromPort: 443, ToPort: 443, CidrIp: 0.0.0.0/0 } }\n");
    let everything = json!([{"IpProtocol": "-1", "CidrIp": "0.0.0.0/0"}]);
    assert_eq!(json(by_address(&resources, "Open"), "properties.SecurityGroupEgress"), everything);
    let shut = by_address(&resources, "Shut");
    assert_eq!(
        json(shut, "properties.SecurityGroupIngress"),
        json!([{"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "10.0.0.0/8"}, {"IpProtocol": "-1", "CidrIp": "10.0.0.1/32"}])
    );
    // A rule of its own takes the place of the one that lets everything out.
    assert_eq!(json(shut, "properties.SecurityGroupEgress[0].FromPort"), json!(443));
    assert_eq!(json(shut, "properties.SecurityGroupEgress[1]"), json!(null));
}

#[test]
fn methods_have_their_paths_and_functions() {
    let resources = with("  Api: { Type: AWS::ApiGateway::RestApi, Properties: { Name: api } }
  Fn: { Type: AWS::Lambda::Function, Properties: { FunctionName: fn } }
  Users: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !GetAtt Api.RootResourceId, PathPart: users } }
  One: { Type: AWS::ApiGateway::Resource, Properties: { RestApiId: !Ref Api, ParentId: !Ref Users, PathPart: '{id}' } }
  Get:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref Api
      ResourceId: !Ref One
      HttpMethod: GET
      AuthorizationType: NONE
      Integration: { Type: AWS_PROXY, Uri: !Sub 'arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Fn.Arn}/invocations' }
  Root: { Type: AWS::ApiGateway::Method, Properties: { RestApiId: !Ref Api, ResourceId: !GetAtt Api.RootResourceId, HttpMethod: ANY, AuthorizationType: NONE } }\n");
    let get = by_address(&resources, "Get");
    assert_eq!((get.name.as_str(), json(get, "state.Method")), ("api/GET /users/{id}", json!("GET /users/{id}")));
    assert_eq!(json(get, "state.FunctionArn"), "arn:aws:lambda:us-east-2:313476888312:function:fn");
    assert!(at(get, "state.AuthorizerArn").as_gap().is_none(), "it names none");
    assert_eq!(json(by_address(&resources, "Root"), "state.Path"), "/");
}

#[test]
fn alarms_watch_metrics_and_tell_topics() {
    let resources = with("  Topic: { Type: AWS::SNS::Topic, Properties: { TopicName: t } }
  Alarm:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: a, Namespace: AWS/Lambda, MetricName: Errors, Dimensions: [{ Name: FunctionName, Value: fn }], AlarmActions: [!Ref Topic] }
  Query:
    Type: AWS::CloudWatch::Alarm
    Properties: { AlarmName: q, Metrics: [{ Id: m, MetricStat: { Metric: { Namespace: N, MetricName: M }, Stat: Sum, Period: 60 } }] }
  Searching: { Type: AWS::CloudWatch::Alarm, Properties: { AlarmName: s, Metrics: [{ Id: e, Expression: \"SEARCH('x')\" }] } }\n");
    let alarm = by_address(&resources, "Alarm");
    assert_eq!(json(alarm, "state.WatchedMetrics[0].FunctionName"), "fn");
    assert_eq!((json(alarm, "state.LocalTopics"), json(alarm, "state.ForeignTopicsLive")), (json!(["t"]), json!(true)));
    let query = by_address(&resources, "Query");
    assert_eq!(json(query, "properties.Metrics[0].MetricStat"), json!({"Namespace": "N", "MetricName": "M", "Stat": "Sum", "Period": 60}));
    assert_eq!(json(query, "state.WatchedMetrics[0].MetricName"), "M");
    assert!(why(by_address(&resources, "Searching"), "state.WatchedMetrics").contains("SEARCH"));
}

#[test]
fn addresses_of_people_and_secrets_in_addresses_are_not_kept() {
    let resources = with("  Mail: { Type: AWS::SNS::Subscription, Properties: { TopicArn: t, Protocol: email, Endpoint: somebody@example.com } }
  Web: { Type: AWS::SNS::Subscription, Properties: { TopicArn: t, Protocol: https, Endpoint: 'https://u:p@example.com/token' } }
  Budget: { Type: AWS::Budgets::Budget, Properties: { Budget: { BudgetName: b, BudgetType: COST, TimeUnit: MONTHLY }, NotificationsWithSubscribers: [{ Notification: { NotificationType: ACTUAL, ComparisonOperator: GREATER_THAN, Threshold: 80 }, Subscribers: [{ SubscriptionType: EMAIL, Address: somebody@example.com }] }] } }\n");
    assert_eq!(json(by_address(&resources, "Web"), "properties.Endpoint"), "https://example.com");
    assert_eq!(json(by_address(&resources, "Budget"), "state.MailSubscribers"), json!(1));
    let inside = with(
        "  T: { Type: AWS::SNS::Topic, Properties: { TopicName: t, Subscription: [{ Protocol: http, Endpoint: 'http://example.com/x' }] } }\n",
    );
    let subscription = by_address(&inside, "T.Subscription[0]");
    assert_eq!(json(subscription, "properties.Endpoint"), "http://example.com");
    assert_eq!(json(subscription, "properties.TopicArn"), "arn:aws:sns:us-east-2:313476888312:t");
    assert!(!format!("{resources:?}").contains("somebody"));
}

#[test]
fn tags_are_a_map_and_one_without_a_known_key_may_be_any() {
    let text = "Parameters: { P: { Type: String } }\nResources:
  A: { Type: AWS::SNS::Topic, Properties: { Tags: [{ Key: K, Value: !Ref P }, { Key: N, Value: 7 }] } }
  B: { Type: AWS::SNS::Topic, Properties: { Tags: [{ Key: !Ref P, Value: v }] } }\n";
    let resources = resources(text);
    let topic = by_address(&resources, "A");
    assert_eq!((why(topic, "tags.K").as_str(), json(topic, "tags.N")), ("parameter P has no default", json!("7")));
    assert_eq!(why(by_address(&resources, "B"), "tags"), "parameter P has no default");
}
