//! Templates that are wrong: each mistake with its place, all at once, and never a panic.

use super::*;

#[test]
fn every_mistake_is_told_at_once_with_its_place() {
    let text = "AWSTemplateFormatVersion: 2010-09-10
Resorces: {}
Conditions:
  A: !Equals [!Ref Nothing, x]
  B: !Condition A
  C: !Not [!Condition D]
  D: !Not [!Condition C]
  E: !Condition F
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Condition: Aa
    DependsOn: [Tabel]
    Propertys: {}
  Other:
    Type: DynamoDB
    Properties:
      TableName: !Ref Tabl
      BillingMode: !If [Missing, a, b]
      TableClass: !Join [a]
      Tags: !FindInMap [Nope, a, b]
      KeySchema: !Select [3, [a]]
      X: { \"Fn::Sbu\": a }
      Y: { Ref: Table, b: 1 }
      Z: { \"Fn::Sub\": a, b: 1 }
  No-Good:
    Properties: []
";
    insta::assert_snapshot!(faults(text).join("\n"), @r#"
    template.yaml:1:27: the only version of templates is 2010-09-09
    template.yaml:2:1: unknown section of a template "Resorces" (did you mean "Resources"?)
    template.yaml:4:15: unknown resource or parameter "Nothing" (known: AWS::AccountId, AWS::NoValue, AWS::NotificationARNs, AWS::Partition, AWS::Region, AWS::StackId, AWS::StackName, AWS::URLSuffix, Other, Table)
    template.yaml:7:12: conditions ask for each other in a circle: C → D → C
    template.yaml:8:6: unknown condition "F" (did you mean "A"?)
    template.yaml:12:16: unknown condition "Aa" (did you mean "A"?)
    template.yaml:13:17: unknown resource "Tabel" (did you mean "Table"?)
    template.yaml:14:5: unknown attribute of a resource "Propertys" (did you mean "Properties"?)
    template.yaml:16:11: "DynamoDB" is no type of a resource (types are like AWS::DynamoDB::Table)
    template.yaml:18:18: unknown resource or parameter "Tabl" (did you mean "Table"?)
    template.yaml:19:25: unknown condition "Missing"
    template.yaml:20:19: Fn::Join takes a delimiter and a list
    template.yaml:21:13: unknown mapping "Nope"
    template.yaml:22:18: Fn::Select asks for an item that the list does not have
    template.yaml:23:12: unknown function "Fn::Sbu"; did you mean "Fn::Sub"?
    template.yaml:25:12: Fn::Sub must stand alone in its map
    template.yaml:26:3: the logical id "No-Good" must be letters and digits
    template.yaml:26:3: resource No-Good has no "Type"
    "#);
}

#[test]
fn what_cannot_be_read_is_told_in_words() {
    for (text, said) in [
        ("Resources: [", "not valid YAML"),
        ("Resources: { A: &x { Type: AWS::SNS::Topic }, B: *x }", "YAML anchors are not read"),
        ("Resources: { A: { Type: AWS::SNS::Topic }, A: { Type: AWS::SNS::Topic } }", "the key \"A\" is given twice"),
        ("Resources: { A: !Reff x }", "the tag !Reff is not known (did you mean !Ref?)"),
        ("{}", "\"Resources\" is missing"),
        ("- a", "a template must be a map, not a list"),
    ] {
        let said_now = faults(text);
        assert!(said_now.iter().any(|line| line.contains(said)), "{text}: {said_now:?}");
    }
    let deep = format!("Resources: {}{}", "[".repeat(150), "]".repeat(150));
    assert!(faults(&deep).join("").contains("nested more than"));
    let large = format!("Resources: {{}}\n#{}", "x".repeat(super::super::MOST_BYTES));
    assert!(faults(&large).join("").contains("more than the"));
}

#[test]
fn all_that_a_text_is_refused_for_is_told_together() {
    let said = faults("Resources: { A: &x 1, B: *x, C: !Oops 1, C: 2 }");
    assert_eq!(said.len(), 4, "{said:?}");
}

#[test]
fn resources_that_need_each_other_are_named_in_their_circle() {
    let text = "Resources:
  A: { Type: AWS::SNS::Topic, Properties: { TopicName: !Sub '${B}-a' } }
  B: { Type: AWS::SNS::Topic, Properties: { TopicName: !GetAtt C.TopicName } }
  C: { Type: AWS::SNS::Topic, DependsOn: A }
  D: { Type: AWS::SNS::Topic, Properties: { TopicName: !Ref D } }
";
    insta::assert_snapshot!(faults(text).join("\n"), @r#"
    template.yaml:4:42: resources need each other in a circle: A → B → C → A (CloudFormation could make none of them first; write one of the references apart, as a resource of its own)
    template.yaml:5:56: resources need each other in a circle: D → D (CloudFormation could make none of them first; write one of the references apart, as a resource of its own)
    "#);
}

#[test]
fn a_long_chain_is_no_circle_and_no_stack_overflow() {
    let mut text = String::from("  T0: { Type: AWS::SNS::Topic, Properties: { TopicName: a } }\n");
    for at in 1..3000 {
        text += &format!("  T{at}: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: !GetAtt T{}.TopicName }} }}\n", at - 1);
    }
    assert_eq!(with(&text).len(), 3000);
}

#[test]
fn what_asks_for_itself_in_other_ways_ends_too() {
    // A mapping has no functions, and a long chain of conditions is followed only so far.
    let mut text = String::from("Mappings: { A: { b: { c: !FindInMap [A, b, c] } } }\nConditions:\n");
    for at in 0..5000 {
        text += &format!("  C{at}: !Not [!Condition C{}]\n", at + 1);
    }
    text += "  C5000: !Equals [a, a]\nResources:\n  T: { Type: AWS::SNS::Topic, Condition: C0, Properties: { TopicName: !FindInMap [A, b, c] } }\n";
    let resources = resources(&text);
    assert!(why(by_address(&resources, "T"), "tags").contains("deeper than is followed"));
}

#[test]
fn many_mistakes_are_told_in_a_moment() {
    let text: String =
        (0..3000).map(|at| format!("  T{at}: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: !Ref Nobody{at} }} }}\n")).collect();
    assert_eq!(faults(&format!("Resources:\n{text}")).len(), 100);
}

#[test]
fn a_list_named_many_times_is_counted_as_often() {
    let list = vec!["x"; 20_000].join(",");
    let lists = vec!["!Ref L"; 400].join(", ");
    let text = format!(
        "Parameters: {{ L: {{ Type: CommaDelimitedList, Default: '{list}' }} }}\nResources: {{ T: {{ Type: AWS::SNS::Topic, Properties: {{ Tags: [{lists}] }} }} }}\n"
    );
    assert!(at(by_address(&resources(&text), "T"), "tags").as_gap().is_some());
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(?s).{0,80}", inner in "[!&*{}\\[\\]:, \"'a-zA-Z.$\n-]{0,60}") {
        let _ = Template::read("x", &text, deployment());
        let _ = Template::read("x", &format!("Resources: {{ A: {{ Type: AWS::SNS::Topic, Properties: {{ TopicName: {inner} }} }} }}"), deployment());
    }
}
