//! User pools, groups, app clients and identity pools over the emulator: pages of sixty, calls as foreseen, no secret kept.

use crate::support::moto;
use crate::support::report::{collected, find, outcome, statuses};
use crate::support::stand_in::{Canned, Fault, StandIn, Trouble, World};
use crate::support::{account::Account, command::Ledgerline};
use serde_json::{Value, json};

const POOL: &str = "AWS::Cognito::UserPool";
const GROUP: &str = "AWS::Cognito::UserPoolGroup";
const CLIENT: &str = "AWS::Cognito::UserPoolClient";
const IDENTITY_POOL: &str = "AWS::Cognito::IdentityPool";

fn account() -> (StandIn, Account) {
    let stand_in = StandIn::before(moto::url(), World::default());
    let account = Account { endpoint: stand_in.url().to_owned(), ..moto::account() };
    (stand_in, account)
}

fn idp(account: &Account, operation: &str, body: &Value) -> Value {
    account.json("cognito-idp", "AWSCognitoIdentityProviderService", operation, body)
}

fn identity(account: &Account, operation: &str, body: &Value) -> Value {
    account.json("cognito-identity", "AWSCognitoIdentityService", operation, body)
}

/// A user pool; its id.
fn pool(account: &Account, name: &str) -> String {
    let password = json!({"MinimumLength": 12, "RequireUppercase": true, "RequireLowercase": true, "RequireNumbers": true,
                          "RequireSymbols": true, "TemporaryPasswordValidityDays": 7});
    let body =
        json!({"PoolName": name, "Policies": {"PasswordPolicy": password}, "MfaConfiguration": "OFF", "UserPoolTags": {"Key": "a=b"}});
    idp(account, "CreateUserPool", &body)["UserPool"]["Id"].as_str().expect("a pool has an id").to_owned()
}

fn audit(account: &Account, rule: &str) -> Value {
    Ledgerline::on(account).args(["audit", "--format", "json", "--rule", rule, "--status", "pass,fail,unknown"]).run().json()
}

fn status(report: &Value, rule: &str, name: &str) -> String {
    statuses(report, rule).into_iter().find(|(of, _)| of == name).unwrap_or_else(|| panic!("no {rule} of {name}: {report:#}")).1
}

#[test]
fn a_pool_takes_four_calls_and_a_client_one_and_no_secret_stays() {
    let (stand_in, account) = account();
    let id = pool(&account, "users");
    idp(&account, "CreateGroup", &json!({"UserPoolId": id, "GroupName": "admins"}));
    let client = json!({"UserPoolId": id, "ClientName": "web", "GenerateSecret": true, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]});
    let client = idp(&account, "CreateUserPoolClient", &client);
    let secret = client["UserPoolClient"]["ClientSecret"].as_str().expect("a secret was asked for").to_owned();
    stand_in.forget_counts();
    let resources = collected(&account, &["cognito-*"]);
    let calls = stand_in.counts();
    let of = |name: &str| calls.get(&format!("cognito-idp:{name}")).copied().unwrap_or(0);
    for (call, count) in
        [("ListUserPools", 1), ("DescribeUserPool", 1), ("GetUserPoolMfaConfig", 1), ("ListGroups", 1), ("ListUserPoolClients", 1)]
    {
        assert_eq!(of(call), count, "{call}: {calls:?}");
    }
    assert_eq!(of("DescribeUserPoolClient"), 1);
    let all: u64 = calls.iter().filter(|(call, _)| call.starts_with("cognito-idp:")).map(|(_, count)| count).sum();
    assert_eq!(all, 6, "{calls:?}");
    assert_eq!(find(&resources, GROUP, "admins")["state"]["UserPoolName"], "users");
    assert_eq!(find(&resources, CLIENT, "web")["properties"]["GenerateSecret"], true);
    assert!(!serde_json::to_string(&resources).unwrap().contains(&secret));
    let tagged = collected(&account, &[]);
    assert_eq!(find(&tagged, POOL, "users")["tags"], json!({"Key": "a=b"}));
}

#[test]
fn what_a_pool_lacks_is_found_and_what_it_has_passes() {
    let (_stand_in, account) = account();
    let id = pool(&account, "users");
    let bare = pool(&account, "bare");
    idp(&account, "CreateGroup", &json!({"UserPoolId": id, "GroupName": "admins"}));
    let report = audit(&account, "cognito-*");
    assert_eq!(status(&report, "cognito-user-pool-password-policy-weak", "users"), "pass");
    assert_eq!(status(&report, "cognito-user-pool-mfa-off", "users"), "fail");
    assert_eq!(status(&report, "cognito-user-pool-deletion-unprotected", "users"), "fail");
    assert_eq!(status(&report, "cognito-user-pool-groups-missing", "users"), "pass");
    assert_eq!(status(&report, "cognito-user-pool-groups-missing", "bare"), "fail", "{bare}");
}

#[test]
fn every_page_of_pools_groups_and_clients_is_read() {
    let (stand_in, account) = account();
    let ids = [pool(&account, "one"), pool(&account, "two")];
    let listed = |id: &str, name: &str| json!({"Id": id, "Name": name});
    let first = json!({"UserPools": [listed(&ids[0], "one")], "NextToken": "b"});
    stand_in.answer(Canned::json("cognito-idp:ListUserPools", first));
    stand_in
        .answer(Canned::json("cognito-idp:ListUserPools", json!({"UserPools": [listed(&ids[1], "two")]})).to(json!({"NextToken": "b"})));
    stand_in.answer(Canned::json("cognito-idp:ListGroups", json!({"Groups": [{"GroupName": "a"}], "NextToken": "g"})));
    stand_in.answer(Canned::json("cognito-idp:ListGroups", json!({"Groups": [{"GroupName": "b"}]})).to(json!({"NextToken": "g"})));
    let clients = |id: &str| json!([{"ClientId": id, "ClientName": id}]);
    stand_in.answer(Canned::json("cognito-idp:ListUserPoolClients", json!({"UserPoolClients": clients("c1"), "NextToken": "c"})));
    let rest = Canned::json("cognito-idp:ListUserPoolClients", json!({"UserPoolClients": clients("c2")}));
    stand_in.answer(rest.to(json!({"NextToken": "c"})));
    stand_in.answer(Canned::json("cognito-idp:DescribeUserPoolClient", json!({"UserPoolClient": {"ClientId": "c"}})));
    let resources = collected(&account, &["cognito-user-pool-*", "cognito-client-*", "cognito-group-*"]);
    let count = |of: &str| resources.iter().filter(|resource| resource["type"] == of).count();
    assert_eq!((count(POOL), count(GROUP), count(CLIENT)), (2, 4, 4));
    assert_eq!((stand_in.count("cognito-idp:ListUserPools"), stand_in.count("cognito-idp:ListGroups")), (2, 4));
}

#[test]
fn identity_pools_come_sixty_a_page_at_most_and_all_pages_are_read() {
    let (stand_in, account) = account();
    for name in ["one", "two"] {
        identity(&account, "CreateIdentityPool", &json!({"IdentityPoolName": name, "AllowUnauthenticatedIdentities": name == "two"}));
    }
    let all = identity(&account, "ListIdentityPools", &json!({"MaxResults": 60}));
    let pools = all["IdentityPools"].as_array().unwrap();
    // What asks for more than sixty is refused: the canned answers are only for those who ask for sixty.
    let sixty = |more: Value| {
        let mut input = json!({"MaxResults": 60});
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let refused = Canned::error("cognito-identity:ListIdentityPools", 400, "InvalidParameterException", "maxResults must be at most 60");
    stand_in.answer(refused);
    stand_in.answer(
        Canned::json("cognito-identity:ListIdentityPools", json!({"IdentityPools": [pools[0]], "NextToken": "b"})).to(sixty(json!({}))),
    );
    stand_in.answer(
        Canned::json("cognito-identity:ListIdentityPools", json!({"IdentityPools": [pools[1]]})).to(sixty(json!({"NextToken": "b"}))),
    );
    let report = audit(&account, "cognito-identity-pool-*");
    assert_eq!(outcome(&report, IDENTITY_POOL, "cognito-identity:ListIdentityPools"), "complete");
    assert_eq!(status(&report, "cognito-identity-pool-guests-allowed", "one"), "pass");
    assert_eq!(status(&report, "cognito-identity-pool-guests-allowed", "two"), "fail");
    assert_eq!(stand_in.count("cognito-identity:DescribeIdentityPool"), 2);
}

#[test]
fn a_refused_call_is_a_gap_of_what_it_brings_and_of_nothing_else() {
    let (stand_in, account) = account();
    pool(&account, "users");
    stand_in.trouble(Trouble::with("cognito-idp:ListGroups", Fault::Denied));
    let report = audit(&account, "cognito-user-pool-*");
    assert_eq!(status(&report, "cognito-user-pool-groups-missing", "users"), "unknown");
    assert_eq!(status(&report, "cognito-user-pool-deletion-unprotected", "users"), "fail");
    assert_eq!(outcome(&report, GROUP, "cognito-idp:ListGroups"), "denied");
    stand_in.mend();
    stand_in.trouble(Trouble::with("cognito-idp:DescribeUserPool", Fault::Denied));
    let report = audit(&account, "cognito-user-pool-*");
    assert_eq!(status(&report, "cognito-user-pool-deletion-unprotected", "users"), "unknown");
    assert_eq!(status(&report, "cognito-user-pool-groups-missing", "users"), "fail");
    assert_eq!(outcome(&report, POOL, "cognito-idp:ListUserPools"), "complete");
}

#[test]
fn a_listing_of_pools_that_fails_leaves_their_groups_and_clients_unknown() {
    let (stand_in, account) = account();
    pool(&account, "users");
    stand_in.trouble(Trouble::with("cognito-idp:ListUserPools", Fault::Denied));
    let report = audit(&account, "cognito-*");
    for rule in ["cognito-user-pool-mfa-off", "cognito-client-password-flow", "cognito-group-role-missing"] {
        assert_eq!(statuses(&report, rule), [(String::new(), "unknown".to_owned())], "{rule}");
    }
    assert_eq!(outcome(&report, CLIENT, "cognito-idp:ListUserPoolClients"), "denied");
}

#[test]
fn a_pool_that_goes_meanwhile_is_dropped_with_all_that_hangs_on_it() {
    let (stand_in, account) = account();
    let (id, gone) = (pool(&account, "users"), pool(&account, "gone"));
    for operation in ["DescribeUserPool", "GetUserPoolMfaConfig", "ListGroups", "ListUserPoolClients"] {
        stand_in.trouble(Trouble::with(&format!("cognito-idp:{operation}"), Fault::Vanished).on(&gone));
    }
    let report = audit(&account, "cognito-*");
    assert_eq!(statuses(&report, "cognito-user-pool-mfa-off").len(), 1, "{id}");
    assert_eq!(report["coverage"]["complete"], true, "{:#}", report["coverage"]);
}

#[test]
fn half_an_answer_is_unknown_and_never_safe() {
    let (stand_in, account) = account();
    pool(&account, "users");
    identity(&account, "CreateIdentityPool", &json!({"IdentityPoolName": "web", "AllowUnauthenticatedIdentities": true}));
    stand_in.answer(Canned::json("cognito-identity:DescribeIdentityPool", json!({})));
    stand_in.answer(Canned::json("cognito-idp:DescribeUserPool", json!({"UserPool": {}})));
    let report = audit(&account, "cognito-*");
    assert_eq!(status(&report, "cognito-identity-pool-guests-allowed", "web"), "unknown");
    assert_eq!(status(&report, "cognito-user-pool-mfa-off", "users"), "unknown");
}
