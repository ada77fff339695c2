//! Chains over several principals, what is told besides, and edits.

use super::world::{ACCOUNT, World, admin, allow, arn, deny, policy, service, trusting};
use serde_json::json;

#[test]
fn a_chain_goes_over_as_many_principals_as_it_takes() {
    let world = World::default()
        .user("eve", policy(json!([allow(&["sts:AssumeRole"], &arn("role", "build"))])))
        .role("build", trusting(ACCOUNT), policy(json!([allow(&["sts:AssumeRole"], &arn("role", "deploy"))])))
        .role(
            "deploy",
            trusting(&arn("role", "build")),
            policy(json!([allow(&["iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"], "*")])),
        )
        .role("chief", service("lambda.amazonaws.com"), admin());
    let found = world.find();
    let eve: Vec<_> = found.chains.iter().filter(|chain| chain.principal == arn("user", "eve")).collect();
    let [chain] = eve.as_slice() else { panic!("{eve:#?}") };
    assert_eq!((chain.path_id, chain.target.as_str()), ("sts-001", arn("role", "chief").as_str()));
    let steps: Vec<_> = chain.steps.iter().map(|step| (step.principal.rsplit('/').next().unwrap(), step.action, step.path_id)).collect();
    assert_eq!(
        steps,
        [
            ("eve", "sts:AssumeRole", "sts-001"),
            ("build", "sts:AssumeRole", "sts-001"),
            ("deploy", "iam:PassRole", "lambda-001"),
            ("deploy", "lambda:CreateFunction", "lambda-001"),
            ("deploy", "lambda:InvokeFunction", "lambda-001"),
        ]
    );
    let lengths: Vec<usize> = found.chains.iter().map(|chain| chain.steps.len()).collect();
    assert!(lengths.is_sorted(), "{lengths:?}");
}

#[test]
fn a_circle_of_roles_leads_nowhere() {
    let world = World::default().role("a", trusting(&arn("role", "b")), policy(json!([allow(&["sts:AssumeRole"], "*")]))).role(
        "b",
        trusting(&arn("role", "a")),
        policy(json!([allow(&["sts:AssumeRole"], "*")])),
    );
    assert!(world.find().chains.is_empty());
}

#[test]
fn administrators_have_no_chains() {
    let world = World::default().user("root-like", admin()).role("chief", trusting(ACCOUNT), admin());
    assert!(world.find().chains.is_empty());
}

#[test]
fn the_edit_takes_one_action_where_that_is_enough() {
    let world = World::default()
        .user("eve", policy(json!([allow(&["s3:ListAllMyBuckets"], "*"), allow(&["s3:GetObject", "iam:AttachUserPolicy"], "*")])));
    let fix = world.find().chains[0].fix.clone().unwrap();
    assert_eq!(fix.policy, format!("{} own", arn("user", "eve")));
    assert_eq!((fix.statement_index, fix.text.as_str()), (1, "remove iam:AttachUserPolicy from its actions"));
}

#[test]
fn the_edit_denies_where_patterns_grant() {
    let world = World::default().user("eve", policy(json!([allow(&["iam:*"], "*")])));
    let found = world.find();
    for chain in &found.chains {
        let fix = chain.fix.clone().unwrap();
        assert_eq!(fix.statement_index, 1, "{}", chain.path_id);
        assert!(fix.text.starts_with(r#"add {"Effect": "Deny", "Action": "iam:"#), "{}", fix.text);
    }
    assert!(found.chains.iter().any(|chain| chain.path_id == "iam-008"));
}

#[test]
fn an_edit_of_one_of_two_statements_that_grant_is_none() {
    let twice = policy(json!([allow(&["iam:AttachUserPolicy"], "*"), allow(&["iam:AttachUserPolicy"], "*")]));
    let fix = World::default().user("eve", twice).find().chains[0].fix.clone().unwrap();
    assert!(fix.text.starts_with("add "), "{}", fix.text);
}

#[test]
fn a_policy_of_aws_is_detached() {
    let world = World::default().user_with("eve", json!({"ManagedPolicyArns": ["arn:aws:iam::aws:policy/IAMFullAccess"]}));
    let found = world.find();
    let chain = found.chains.iter().find(|chain| chain.path_id == "iam-008").unwrap();
    let fix = chain.fix.clone().unwrap();
    assert_eq!(fix.policy, "arn:aws:iam::aws:policy/IAMFullAccess");
    assert_eq!(fix.text, format!("detach it from {}", arn("user", "eve")));
}

#[test]
fn trust_by_name_is_taken_back_in_the_trust_policy() {
    let world = World::default().user_with("eve", json!({})).role("chief", trusting(&arn("user", "eve")), admin());
    let found = world.find();
    let [chain] = found.chains.as_slice() else { panic!("{found:#?}") };
    assert_eq!(chain.path_id, "sts-001");
    assert_eq!(chain.fix.clone().unwrap().policy, format!("{} trust policy", arn("role", "chief")));
}

#[test]
fn what_runs_under_a_role_counts_where_it_is_known() {
    let eve = policy(json!([allow(&["lambda:UpdateFunctionCode"], "*")]));
    let base = World::default().user("eve", eve).role("chief", service("lambda.amazonaws.com"), admin()).role(
        "logger",
        service("lambda.amazonaws.com"),
        policy(json!([allow(&["logs:PutLogEvents"], "*")])),
    );
    let function = |world: World, name: &str, role: &str| {
        let id = format!("arn:aws:lambda:us-east-2:{ACCOUNT}:function:{name}");
        world.resource("AWS::Lambda::Function", &id, name, json!({"FunctionName": name, "Role": arn("role", role)}))
    };
    assert_eq!(base.ways_of("user", "eve"), ["lambda-003"], "of an unknown function");
    assert_eq!(function(base.clone(), "a", "logger").ways_of("user", "eve"), [""; 0], "no function runs as an administrator");
    assert_eq!(function(base.clone(), "a", "chief").ways_of("user", "eve"), ["lambda-003"]);
    let narrow = World::default()
        .user("eve", policy(json!([allow(&["lambda:UpdateFunctionCode"], &format!("arn:aws:lambda:us-east-2:{ACCOUNT}:function:b"))])))
        .role("chief", service("lambda.amazonaws.com"), admin());
    assert_eq!(function(narrow.clone(), "a", "chief").ways_of("user", "eve"), [""; 0], "another function");
    assert_eq!(function(narrow, "b", "chief").ways_of("user", "eve"), ["lambda-003"]);
}

#[test]
fn names_that_a_policy_demands_are_taken() {
    let functions = format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:dev-*");
    let eve = |invoked: &str| {
        policy(json!([
            allow(&["iam:PassRole"], "*"),
            allow(&["lambda:CreateFunction"], &functions),
            allow(&["lambda:InvokeFunction"], invoked)
        ]))
    };
    let world = |invoked: &str| World::default().user("eve", eve(invoked)).role("chief", service("lambda.amazonaws.com"), admin());
    assert_eq!(world(&functions).ways_of("user", "eve"), ["lambda-001"]);
    let other = format!("arn:aws:lambda:eu-west-1:{ACCOUNT}:function:prod-*");
    assert_eq!(world(&other).ways_of("user", "eve"), [""; 0], "what may be made may not be invoked");
}

#[test]
fn a_key_of_the_request_that_the_caller_chooses_keeps_nobody_out() {
    let statement = json!({"Effect": "Allow", "Action": ["iam:PassRole", "lambda:*"], "Resource": "*",
        "Condition": {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}});
    let world = World::default().user("eve", policy(json!([statement]))).role("chief", service("lambda.amazonaws.com"), admin());
    assert!(world.ways_of("user", "eve").contains(&"lambda-001"));
    let trust = policy(json!([{"Effect": "Allow", "Principal": {"AWS": arn("user", "eve")}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "a1"}}}]));
    assert_eq!(World::default().user_with("eve", json!({})).role("chief", trust, admin()).ways_of("user", "eve"), ["sts-001"]);
}

#[test]
fn only_policies_that_a_condition_leaves_open_are_attached() {
    let eve = |policy_arn: &str| {
        let statement = json!({"Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
            "Condition": {"ArnEquals": {"iam:PolicyARN": policy_arn}}});
        World::default()
            .user("eve", policy(json!([statement])))
            .managed("wide", admin())
            .managed("narrow", policy(json!([allow(&["s3:*"], "*")])))
    };
    assert_eq!(eve("arn:aws:iam::aws:policy/ReadOnlyAccess").ways_of("user", "eve"), [""; 0]);
    assert_eq!(eve("arn:aws:iam::aws:policy/AdministratorAccess").ways_of("user", "eve"), ["iam-008"]);
    assert_eq!(eve(&arn("policy", "narrow")).ways_of("user", "eve"), [""; 0]);
    assert_eq!(eve(&arn("policy", "wide")).ways_of("user", "eve"), ["iam-008"]);
}

#[test]
fn tags_of_both_sides_are_known() {
    let statement = json!({"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*",
        "Condition": {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}});
    let world = |mine: &str, theirs: &str| {
        World::default()
            .user("eve", policy(json!([statement])))
            .also("tags", json!({"team": mine}))
            .role("chief", trusting(ACCOUNT), admin())
            .also("tags", json!({"team": theirs}))
            .ways_of("user", "eve")
    };
    assert_eq!(world("a", "a"), ["sts-001"]);
    assert_eq!(world("a", "b"), [""; 0]);
}

#[test]
fn credentials_are_made_only_where_there_is_room() {
    let eve = policy(json!([allow(&["iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile"], "*")]));
    let world = |keys: usize, password: bool| {
        let slots: Vec<_> = (1..=keys).map(|slot| json!({"Slot": slot, "Active": true})).collect();
        let state = json!({"AccessKeys": slots, "PasswordEnabled": password});
        World::default().user("eve", eve.clone()).user("chief", admin()).also("state", state).ways_of("user", "eve")
    };
    assert_eq!(world(1, false), ["iam-002", "iam-004"]);
    assert_eq!(world(2, true), ["iam-006"]);
}

#[test]
fn what_is_unread_is_undecided_and_said() {
    let world = World::default().user_with("eve", json!({"ManagedPolicyArns": [arn("policy", "lost")]})).user("chief", admin());
    let found = world.find();
    assert!(found.chains.is_empty());
    assert!(found.undecided.iter().any(|one| one.path_id == "iam-002"), "{:#?}", found.undecided);
    assert_eq!(found.unread, [format!("{} is not in the source", arn("policy", "lost"))]);
}

#[test]
fn roles_of_services_and_of_aws_are_left_alone() {
    let eve = policy(json!([allow(&["iam:UpdateAssumeRolePolicy", "iam:PassRole", "lambda:*"], "*")]));
    let linked = format!("arn:aws:iam::{ACCOUNT}:role/aws-service-role/lambda.amazonaws.com/AWSServiceRoleForLambda");
    let properties = json!({"RoleName": "AWSServiceRoleForLambda", "AssumeRolePolicyDocument": service("lambda.amazonaws.com"),
        "Policies": [{"PolicyName": "own", "PolicyDocument": admin()}]});
    let world = World::default().user("eve", eve).resource("AWS::IAM::Role", &linked, "AWSServiceRoleForLambda", properties);
    assert!(world.find().chains.is_empty());
}

#[test]
fn another_accounts_principals_are_reached_by_their_trust_alone() {
    let foreign = "arn:aws:iam::999988887777:role/chief";
    let world = |trust: serde_json::Value, own: serde_json::Value| {
        let properties =
            json!({"RoleName": "chief", "AssumeRolePolicyDocument": trust, "Policies": [{"PolicyName": "own", "PolicyDocument": admin()}]});
        World::default().user("eve", own).resource("AWS::IAM::Role", foreign, "chief", properties).also("account", json!("999988887777"))
    };
    let all = policy(json!([allow(&["iam:*", "sts:AssumeRole"], "*"), deny(&["iam:*"], &format!("arn:aws:iam::{ACCOUNT}:*"))]));
    assert_eq!(world(trusting(ACCOUNT), all.clone()).ways_of("user", "eve"), ["sts-001"]);
    assert_eq!(world(trusting("999988887777"), all).ways_of("user", "eve"), [""; 0]);
    // Across accounts both sides must allow.
    assert_eq!(world(trusting(&arn("user", "eve")), policy(json!([allow(&["s3:*"], "*")]))).ways_of("user", "eve"), [""; 0]);
}
