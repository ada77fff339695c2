//! Intrinsic functions, worked out or named as what is not known.

use super::*;
use serde_json::json;

/// A template whose one function has this description.
fn described(description: &str) -> String {
    format!(
        r#"
Parameters:
  Env: {{ Type: String, Default: dev }}
  Zones: {{ Type: CommaDelimitedList, Default: "a, b,c" }}
  Password: {{ Type: String, NoEcho: true, Default: s3cr3t-default }}
  Bare: {{ Type: String }}
  Ami: {{ Type: "AWS::SSM::Parameter::Value<String>", Default: /my/ami }}
Mappings:
  Sizes: {{ dev: {{ memory: 256, name: small }} }}
Conditions:
  IsDev: !Equals [!Ref Env, dev]
  IsOther: !Not [!Condition IsDev]
  Odd: !Equals [!Ref Bare, x]
  EitherWay: !Or [!Condition IsDev, !Condition Odd]
  Neither: !And [!Condition IsOther, !Condition Odd]
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties: {{ RoleName: runner, Path: /app/, AssumeRolePolicyDocument: {{}} }}
  Table:
    Type: AWS::DynamoDB::Table
    Properties: {{ TableName: !Sub "t-${{Env}}" }}
  Unnamed:
    Type: AWS::DynamoDB::Table
  Fn:
    Type: AWS::Lambda::Function
    Properties:
      FunctionName: fn
      Role: !GetAtt Role.Arn
      Description: {description}
"#
    )
}

#[test]
fn functions_come_to_what_they_are() {
    for (written, told) in [
        ("!Ref Env", "dev"),
        ("{Ref: Env}", "dev"),
        ("!Ref AWS::Region", "us-east-2"),
        ("!Ref AWS::AccountId", "313476888312"),
        ("!Ref AWS::Partition", "aws"),
        ("!Ref AWS::URLSuffix", "amazonaws.com"),
        ("!Ref Table", "t-dev"),
        ("!GetAtt Table.Arn", "arn:aws:dynamodb:us-east-2:313476888312:table/t-dev"),
        ("!GetAtt [Table, Arn]", "arn:aws:dynamodb:us-east-2:313476888312:table/t-dev"),
        ("!GetAtt Role.Arn", "arn:aws:iam::313476888312:role/app/runner"),
        ("!Sub \"${Env}-${AWS::Region}-${Table.Arn}/x\"", "dev-us-east-2-arn:aws:dynamodb:us-east-2:313476888312:table/t-dev/x"),
        ("!Sub [\"${a}${!Literal}\", {a: !Ref Env}]", "dev${Literal}"),
        ("!Join ['-', [a, !Ref Env, 7]]", "a-dev-7"),
        ("!Join ['+', !Ref Zones]", "a+b+c"),
        ("!Select [1, !Ref Zones]", "b"),
        ("!Select ['0', !Split ['/', 'x/y']]", "x"),
        ("!FindInMap [Sizes, !Ref Env, name]", "small"),
        ("!FindInMap [Sizes, !Ref Env, nothing, {DefaultValue: fallback}]", "fallback"),
        ("!If [IsDev, yes-it-is, no]", "yes-it-is"),
        ("!If [IsOther, wrong, {Ref: Env}]", "dev"),
        ("!If [EitherWay, a, b]", "a"),
        ("!If [Neither, a, b]", "b"),
        ("!If [Odd, same, same]", "same"),
        ("!If [IsDev, !Ref AWS::NoValue, b]", ""),
        ("!Base64 hello", "aGVsbG8="),
        ("!Select [1, !Cidr [10.0.0.0/16, 4, 8]]", "10.0.1.0/24"),
        ("{'Fn::Length': !Ref Zones}", "3"),
        ("{'Fn::ToJsonString': {a: !Ref Env}}", "{\"a\":\"dev\"}"),
        ("7", "7"),
        ("true", "true"),
        ("012345678901", "012345678901"),
    ] {
        let resources = resources(&described(written));
        assert_eq!(json(by_address(&resources, "Fn"), "properties.Description"), told, "{written}");
    }
}

#[test]
fn what_nobody_knows_before_the_deployment_is_named() {
    for (written, why_not) in [
        ("!Ref Bare", "parameter Bare has no default"),
        ("!Ref Password", "sensitive: parameter Password is NoEcho"),
        ("!Sub 'x-${Password}'", "sensitive: parameter Password is NoEcho"),
        ("!Ref Ami", "parameter Ami stands in the Parameter Store"),
        ("!Ref Unnamed", "the name or id of Unnamed"),
        ("!GetAtt Unnamed.Arn", "Arn of Unnamed"),
        ("!GetAtt Table.StreamArn", "StreamArn of Table"),
        ("!If [Odd, a, b]", "condition Odd is not known: parameter Bare has no default"),
        ("!ImportValue other-stack", "an output of another stack (Fn::ImportValue)"),
        ("!Select [0, !GetAZs '']", "the zones of the region and account (Fn::GetAZs)"),
        ("!Ref AWS::StackName", "AWS::StackName is known once it is deployed"),
        ("'{{resolve:secretsmanager:db:SecretString:password}}'", "sensitive: a dynamic reference"),
        ("!Join ['', ['{{resolve:ssm:', '/x}}']]", "sensitive: a dynamic reference"),
        ("!Sub [a, b, c]", ""),
        ("[a]", "the template has a list where AWS asks for text"),
    ] {
        let text = described(written);
        if why_not.is_empty() {
            assert!(!faults(&text).is_empty(), "{written}");
            continue;
        }
        let resources = resources(&text);
        assert_eq!(why(by_address(&resources, "Fn"), "properties.Description"), why_not, "{written}");
    }
}

#[test]
fn a_secret_parameter_is_nowhere_in_what_is_yielded() {
    let collected = collected_in(deployment(), &described("!Sub '${Password}'"));
    assert!(!format!("{collected:?}").contains("s3cr3t-default"));
}

#[test]
fn a_resource_is_there_as_its_condition_says() {
    let text = described("x")
        + "  Dev:\n    Type: AWS::SNS::Topic\n    Condition: IsDev\n  Prod:\n    Type: AWS::SNS::Topic\n    Condition: IsOther\n  Maybe:\n    Type: AWS::SNS::Topic\n    Condition: Odd\n";
    let collected = collected_in(deployment(), &text);
    let addresses: Vec<&str> = collected
        .resources
        .iter()
        .filter(|r| r.resource_type.as_str() == "AWS::SNS::Topic")
        .map(|r| r.origin.as_ref().unwrap().address.as_str())
        .collect();
    assert_eq!(addresses, ["Dev", "Maybe"]);
    let maybe = by_address(&collected.resources, "Maybe");
    let undecided = "whether Maybe is made depends on condition Odd, which is not known: parameter Bare has no default";
    assert_eq!(why(maybe, "properties.TopicName"), undecided);
    assert_eq!(why(maybe, "tags"), undecided);
    // Whoever asks whether there is none does not know either.
    let row = |name: &str| collected.coverage.rows().find(|row| row.resource_type.as_str() == name).unwrap().clone();
    assert_eq!(row("AWS::SNS::Topic").outcome, crate::model::Outcome::Skipped);
    assert_eq!(row("AWS::SNS::Topic").reason.unwrap(), undecided);
    assert_eq!(row("AWS::DynamoDB::Table").outcome, crate::model::Outcome::Complete);
}

#[test]
fn without_an_account_and_a_region_ids_are_not_known() {
    let resources = collected_in(Deployment::default(), &described("!Sub 'in ${AWS::Region}'")).resources;
    let function = by_address(&resources, "Fn");
    assert_eq!(why(function, "properties.Description"), "AWS::Region is not known: name one region with --region or in the config");
    assert_eq!(why(function, "properties.Role"), "Arn of Role");
    assert_eq!((function.id.as_str(), function.name.as_str()), ("template.yaml#Fn", "fn"));
    assert_eq!((function.account.as_str(), function.region.as_str()), ("unknown", "unknown"));
}

#[test]
fn names_that_multiply_make_a_gap_and_no_gigabytes() {
    let mut text = String::from("  T0:\n    Type: AWS::SNS::Topic\n    Properties: { TopicName: aaaaaaaaaaaaaaaa }\n");
    for at in 1..40 {
        let before = at - 1;
        text += &format!(
            "  T{at}:\n    Type: AWS::SNS::Topic\n    Properties:\n      TopicName: !Join ['', [!GetAtt T{before}.TopicName, !GetAtt T{before}.TopicName]]\n"
        );
    }
    let resources = with(&text);
    assert!(at(by_address(&resources, "T39"), "properties.TopicName").as_gap().is_some());
}

#[test]
fn json_is_read_like_yaml_with_its_tabs_and_escapes() {
    let text = "{\n\t\"Resources\": {\n\t\t\"Fn\": {\"Type\":\"AWS::Lambda::Function\",\n\t\t\t\"Properties\":{\"FunctionName\":{\"Fn::Join\":[\"-\",[\"a\\u002Db\",\"c\\/d\"]]},\t\"MemorySize\":\"256\"}}}}";
    let resources = resources(text);
    let function = by_address(&resources, "Fn");
    assert_eq!(json(function, "properties.FunctionName"), "a-b-c/d");
    assert_eq!(json(function, "properties.MemorySize"), json!(256));
    assert_eq!(function.origin.as_ref().unwrap().line, Some(3));
}

#[test]
fn values_are_taken_as_cloudformation_takes_them() {
    let resources = with(
        "  Fn:\n    Type: AWS::Lambda::Function\n    Properties: { FunctionName: 7, MemorySize: '512', Timeout: 10.0, VpcConfig: { SubnetIds: [] }, Handler: null }\n  Table:\n    Type: AWS::DynamoDB::Table\n    Properties: { DeletionProtectionEnabled: 'true', TableName: on }\n  Odd:\n    Type: AWS::Lambda::Function\n    Properties: { MemorySize: many }\n",
    );
    let function = by_address(&resources, "Fn");
    assert_eq!(json(function, "properties.FunctionName"), "7");
    assert_eq!(json(function, "properties.MemorySize"), json!(512));
    assert_eq!(json(function, "properties.Timeout"), json!(10));
    assert_eq!(json(function, "properties.VpcConfig"), json!(null));
    assert_eq!(json(by_address(&resources, "Table"), "properties.DeletionProtectionEnabled"), json!(true));
    assert_eq!(why(by_address(&resources, "Odd"), "properties.MemorySize"), "the template has text where AWS asks for a whole number");
}
