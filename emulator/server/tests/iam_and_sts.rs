//! IAM and STS by their operations, without HTTP: values, and errors in AWS's words.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

use rolecall_emulator::{
    Random,
    accounts::{Caller, KeyOwner, World},
    iam::{self, IamCall},
    sts::{self, StsCall},
};
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "123456789012";
const NOW: u64 = 1_795_424_461;

/// Counts, so that every id is another.
#[derive(Debug, Default)]
struct Counter(std::sync::atomic::AtomicU64);

impl Random for Counter {
    fn bits(&self) -> u128 {
        let next = self.0.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        u128::from(next).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835)
    }
}

#[derive(Default)]
struct Account {
    world: World,
    random: Counter,
}

impl Account {
    fn iam(&mut self, operation: &str, parameters: Value) -> Result<Map<String, Value>, String> {
        let Value::Object(parameters) = parameters else {
            panic!("an object is needed")
        };
        let caller = Caller::anonymous();
        let mut call = IamCall {
            world: &mut self.world,
            account: ACCOUNT,
            caller: &caller,
            parameters: &parameters,
            now: NOW,
            random: &self.random,
        };
        iam::answer(operation, &mut call)
            .unwrap()
            .map_err(|error| error.to_string())
    }

    fn key(&mut self, user: &str) -> String {
        let made = self
            .iam("CreateAccessKey", json!({"UserName": user}))
            .unwrap();
        made["AccessKey"]["AccessKeyId"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    fn caller(&self, key: &str) -> Caller {
        self.world.caller(&self.world.keys[key]).unwrap()
    }

    fn sts(
        &mut self,
        key: &str,
        operation: &str,
        parameters: Value,
    ) -> Result<Map<String, Value>, String> {
        let Value::Object(parameters) = parameters else {
            panic!("an object is needed")
        };
        let caller = self.caller(key);
        let mut call = StsCall {
            world: &mut self.world,
            account: ACCOUNT,
            caller: &caller,
            parameters: &parameters,
            now: NOW,
            random: &self.random,
        };
        sts::answer(operation, &mut call)
            .unwrap()
            .map_err(|error| error.to_string())
    }

    /// A role that the account trusts, and a user with a key.
    fn with_role_and_user() -> (Self, String) {
        let mut account = Self::default();
        account
            .iam("CreateRole", role("app", json!({"Path": "/team/"})))
            .unwrap();
        account
            .iam("CreateUser", json!({"UserName": "alice"}))
            .unwrap();
        let key = account.key("alice");
        (account, key)
    }
}

fn role(name: &str, more: Value) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole",
    }]});
    let mut parameters = json!({"RoleName": name, "AssumeRolePolicyDocument": trust.to_string()});
    let Value::Object(more) = more else {
        panic!("an object is needed")
    };
    parameters.as_object_mut().unwrap().extend(more);
    parameters
}

fn allow(action: &str) -> String {
    json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": action, "Resource": "*"},
    ]})
    .to_string()
}

#[test]
fn a_user_has_an_arn_with_its_path_and_is_found_in_any_case() {
    let mut account = Account::default();
    let made = account
        .iam("CreateUser", json!({"UserName": "Bob", "Path": "/ops/"}))
        .unwrap();
    assert_eq!(
        made["User"]["Arn"],
        "arn:aws:iam::123456789012:user/ops/Bob"
    );
    assert!(made["User"]["UserId"].as_str().unwrap().starts_with("AIDA"));
    let found = account.iam("GetUser", json!({"UserName": "bob"})).unwrap();
    assert_eq!(found["User"]["UserName"], "Bob");
}

#[test]
fn names_are_unique_and_the_missing_are_missed() {
    let mut account = Account::default();
    account
        .iam("CreateUser", json!({"UserName": "bob"}))
        .unwrap();
    let again = account
        .iam("CreateUser", json!({"UserName": "BOB"}))
        .unwrap_err();
    assert_eq!(
        again,
        "EntityAlreadyExists: User with name BOB already exists."
    );
    let missing = account
        .iam("GetRole", json!({"RoleName": "app"}))
        .unwrap_err();
    assert_eq!(
        missing,
        "NoSuchEntity: The role with name app cannot be found."
    );
    let unnamed = account.iam("GetRole", json!({})).unwrap_err();
    assert_eq!(
        unnamed,
        "ValidationError: 1 validation error detected: Value null at 'roleName' failed to satisfy \
         constraint: Member must not be null"
    );
}

#[test]
fn the_policies_of_a_user_are_its_own_its_groups_and_the_attached_ones() {
    let mut account = Account::default();
    account
        .iam("CreateUser", json!({"UserName": "bob"}))
        .unwrap();
    account
        .iam("CreateGroup", json!({"GroupName": "ops"}))
        .unwrap();
    account
        .iam(
            "AddUserToGroup",
            json!({"GroupName": "ops", "UserName": "bob"}),
        )
        .unwrap();
    let inline = json!({"UserName": "bob", "PolicyName": "own", "PolicyDocument": allow("s3:*")});
    account.iam("PutUserPolicy", inline).unwrap();
    let group =
        json!({"GroupName": "ops", "PolicyName": "shared", "PolicyDocument": allow("sqs:*")});
    account.iam("PutGroupPolicy", group).unwrap();
    let managed = json!({"PolicyName": "Managed", "PolicyDocument": allow("sns:*")});
    let arn = account.iam("CreatePolicy", managed).unwrap()["Policy"]["Arn"].clone();
    account
        .iam(
            "AttachUserPolicy",
            json!({"UserName": "bob", "PolicyArn": arn}),
        )
        .unwrap();
    let key = account.key("bob");
    let caller = account.caller(&key);
    let names: Vec<_> = caller
        .policies
        .identity
        .iter()
        .map(|policy| policy.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["own", "arn:aws:iam::123456789012:policy/Managed", "shared"]
    );
}

#[test]
fn the_default_version_of_a_boundary_is_in_force() {
    let (mut account, key) = Account::with_role_and_user();
    let policy = json!({"PolicyName": "Edge", "PolicyDocument": allow("s3:*")});
    let arn = account.iam("CreatePolicy", policy).unwrap()["Policy"]["Arn"].clone();
    let boundary = json!({"UserName": "alice", "PermissionsBoundary": arn});
    account.iam("PutUserPermissionsBoundary", boundary).unwrap();
    let version = json!({"PolicyArn": arn, "PolicyDocument": allow("sqs:*"), "SetAsDefault": true});
    account.iam("CreatePolicyVersion", version).unwrap();
    let boundary = account.caller(&key).policies.permissions_boundary.unwrap();
    assert_eq!(boundary.text, allow("sqs:*"));
    let conflict = account
        .iam("DeletePolicy", json!({"PolicyArn": arn}))
        .unwrap_err();
    assert_eq!(
        conflict,
        "DeleteConflict: Cannot delete a policy attached to entities."
    );
}

#[test]
fn a_malformed_document_is_refused_when_it_is_stored() {
    let (mut account, _) = Account::with_role_and_user();
    let policy =
        json!({"UserName": "alice", "PolicyName": "p", "PolicyDocument": "{\"Statement\": 1}"});
    let error = account.iam("PutUserPolicy", policy).unwrap_err();
    assert!(error.starts_with("MalformedPolicyDocument: "), "{error}");
    let listed = account
        .iam("ListUserPolicies", json!({"UserName": "alice"}))
        .unwrap();
    assert_eq!(listed["PolicyNames"], json!([]));
}

fn trusting(principal: &str) -> Value {
    let trust = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "sts:AssumeRole",
        "Condition": {"ArnLike": {"aws:PrincipalArn": principal}},
    }]});
    json!({"RoleName": "trusting", "AssumeRolePolicyDocument": trust.to_string()})
}

#[test]
fn a_trust_policy_names_who_exists() {
    for (principal, exists) in [
        ("arn:aws:iam::123456789012:user/alice", true),
        ("arn:aws:iam::123456789012:user/Alice", false),
        ("arn:aws:iam::123456789012:user/bob", false),
        ("arn:aws:iam::123456789012:role/team/app", true),
        ("arn:aws:iam::123456789012:role/app", false),
        ("arn:aws:iam::123456789012:root", true),
        ("123456789012", true),
        ("arn:aws:sts::123456789012:assumed-role/app/any-name", true),
        (
            "arn:aws:sts::123456789012:assumed-role/other/any-name",
            false,
        ),
        ("arn:aws:sts::123456789012:federated-user/any-name", true),
        (
            "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX",
            true,
        ),
        // Nothing is known of that account.
        ("arn:aws:iam::999999999999:role/any", true),
    ] {
        let (mut account, _) = Account::with_role_and_user();
        let made = account.iam("CreateRole", trusting(principal));
        let expected = format!(
            "MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{principal}\""
        );
        assert_eq!(made.err(), (!exists).then_some(expected), "{principal}");
        let there = account.iam("GetRole", json!({"RoleName": "trusting"}));
        assert_eq!(there.is_ok(), exists, "{principal}");
    }
}

#[test]
fn a_role_that_is_made_again_is_not_the_one_that_was_trusted() {
    let (mut account, _) = Account::with_role_and_user();
    let alice = "arn:aws:iam::123456789012:user/alice";
    let id = account
        .iam("GetUser", json!({"UserName": "alice"}))
        .unwrap();
    let id = id["User"]["UserId"].as_str().unwrap().to_owned();
    account.iam("CreateRole", trusting(alice)).unwrap();
    let keys = account
        .iam("ListAccessKeys", json!({"UserName": "alice"}))
        .unwrap();
    let key =
        json!({"UserName": "alice", "AccessKeyId": keys["AccessKeyMetadata"][0]["AccessKeyId"]});
    account.iam("DeleteAccessKey", key).unwrap();
    account
        .iam("DeleteUser", json!({"UserName": "alice"}))
        .unwrap();
    account
        .iam("CreateUser", json!({"UserName": "alice"}))
        .unwrap();
    let text = &account.world.accounts[ACCOUNT].roles["trusting"].trust;
    let trust: Value = serde_json::from_str(&text.as_ref().unwrap().text).unwrap();
    let statement = &trust["Statement"][0];
    assert_eq!(statement["Principal"]["AWS"], json!(id));
    assert_eq!(
        statement["Condition"]["ArnLike"]["aws:PrincipalArn"],
        json!(alice)
    );
}

#[test]
fn a_user_has_at_most_two_keys_and_an_inactive_one_is_unknown() {
    let (mut account, key) = Account::with_role_and_user();
    account.key("alice");
    let third = account
        .iam("CreateAccessKey", json!({"UserName": "alice"}))
        .unwrap_err();
    assert_eq!(
        third,
        "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2"
    );
    let update = json!({"UserName": "alice", "AccessKeyId": key, "Status": "Inactive"});
    account.iam("UpdateAccessKey", update).unwrap();
    assert!(!account.world.keys[&key].active);
    let conflict = account
        .iam("DeleteUser", json!({"UserName": "alice"}))
        .unwrap_err();
    assert_eq!(
        conflict,
        "DeleteConflict: Cannot delete entity, must delete access keys first."
    );
}

#[test]
fn lists_come_in_pages() {
    let mut account = Account::default();
    for name in ["a1", "a2", "a3"] {
        account
            .iam("CreateUser", json!({"UserName": name}))
            .unwrap();
    }
    let first = account.iam("ListUsers", json!({"MaxItems": 2})).unwrap();
    assert_eq!(
        (
            first["Users"].as_array().unwrap().len(),
            &first["IsTruncated"]
        ),
        (2, &json!(true))
    );
    let rest = account
        .iam(
            "ListUsers",
            json!({"MaxItems": 2, "Marker": first["Marker"]}),
        )
        .unwrap();
    assert_eq!(rest["Users"][0]["UserName"], "a3");
    assert_eq!(rest["IsTruncated"], false);
}

#[test]
fn a_session_drops_the_path_of_its_role_and_keeps_it_in_the_issuer() {
    let (mut account, key) = Account::with_role_and_user();
    let arn = "arn:aws:iam::123456789012:role/team/app";
    let request = json!({"RoleArn": arn, "RoleSessionName": "run", "DurationSeconds": 900});
    let made = account.sts(&key, "AssumeRole", request).unwrap();
    assert_eq!(
        made["AssumedRoleUser"]["Arn"],
        "arn:aws:sts::123456789012:assumed-role/app/run"
    );
    assert_eq!(made["Credentials"]["Expiration"], NOW + 900);
    let session = made["Credentials"]["AccessKeyId"].as_str().unwrap();
    let caller = account.caller(session);
    assert_eq!(caller.principal.issuer.as_deref(), Some(arn));
    let identity = account
        .sts(session, "GetCallerIdentity", json!({}))
        .unwrap();
    assert_eq!(identity["Arn"], made["AssumedRoleUser"]["Arn"]);
    assert_eq!(identity["UserId"], made["AssumedRoleUser"]["AssumedRoleId"]);
}

#[test]
fn the_length_of_a_session_has_bounds() {
    let (mut account, key) = Account::with_role_and_user();
    let assume = |account: &mut Account, key: &str, seconds: u64| {
        let arn = "arn:aws:iam::123456789012:role/team/app";
        let request = json!({"RoleArn": arn, "RoleSessionName": "run", "DurationSeconds": seconds});
        account.sts(key, "AssumeRole", request)
    };
    let short = assume(&mut account, &key, 899).unwrap_err();
    assert!(
        short.ends_with("Member must have value greater than or equal to 900"),
        "{short}"
    );
    let long = assume(&mut account, &key, 3601).unwrap_err();
    assert_eq!(
        long,
        "ValidationError: The requested DurationSeconds exceeds the MaxSessionDuration set for this role."
    );
    account
        .iam(
            "UpdateRole",
            json!({"RoleName": "app", "MaxSessionDuration": 7200}),
        )
        .unwrap();
    let made = assume(&mut account, &key, 7200).unwrap();
    let session = made["Credentials"]["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let chained = assume(&mut account, &session, 7200).unwrap_err();
    assert_eq!(
        chained,
        "ValidationError: The requested DurationSeconds exceeds the 1 hour session limit for roles \
         assumed by role chaining"
    );
}

#[test]
fn the_name_of_a_session_has_bounds() {
    let (mut account, key) = Account::with_role_and_user();
    let mut assume = |name: &str| {
        let arn = "arn:aws:iam::123456789012:role/team/app";
        let asked = json!({"RoleArn": arn, "RoleSessionName": name});
        account.sts(&key, "AssumeRole", asked).err()
    };
    assert_eq!(assume("ab"), None);
    assert_eq!(assume(&"a".repeat(64)), None);
    let pattern = r"Member must satisfy regular expression pattern: [\w+=,.@-]*";
    for (name, count, failed) in [
        ("a", "1 validation error", "greater than or equal to 2"),
        (
            &"a".repeat(65),
            "1 validation error",
            "less than or equal to 64",
        ),
        ("a b", "1 validation error", ""),
        ("!", "2 validation errors", "greater than or equal to 2"),
    ] {
        let at = format!("Value '{name}' at 'roleSessionName' failed to satisfy constraint: ");
        let length = (!failed.is_empty()).then(|| format!("{at}Member must have length {failed}"));
        let characters = name.contains(['!', ' ']).then(|| format!("{at}{pattern}"));
        let all: Vec<String> = length.into_iter().chain(characters).collect();
        let expected = format!("ValidationError: {count} detected: {}", all.join("; "));
        assert_eq!(assume(name), Some(expected), "{name}");
    }
}

#[test]
fn transitive_tags_go_on_along_a_chain_and_cannot_be_passed_again() {
    let (mut account, key) = Account::with_role_and_user();
    let arn = "arn:aws:iam::123456789012:role/team/app";
    let request = json!({
        "RoleArn": arn, "RoleSessionName": "one",
        "Tags": [{"Key": "Tenant", "Value": "t1"}, {"Key": "Color", "Value": "red"}],
        "TransitiveTagKeys": ["Tenant"],
    });
    let made = account.sts(&key, "AssumeRole", request).unwrap();
    let first = made["Credentials"]["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let next = json!({"RoleArn": arn, "RoleSessionName": "two"});
    let made = account.sts(&first, "AssumeRole", next).unwrap();
    let second = made["Credentials"]["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let KeyOwner::Session(session) = &account.world.keys[&second].owner else {
        panic!("a session")
    };
    let tags: Vec<_> = session.tags.iter().collect();
    assert_eq!(tags, [(&"Tenant".to_owned(), &"t1".to_owned())]);
    let again = json!({
        "RoleArn": arn, "RoleSessionName": "two", "Tags": [{"Key": "tenant", "Value": "t2"}],
    });
    let refused = account.sts(&first, "AssumeRole", again).unwrap_err();
    assert!(refused.starts_with("InvalidParameterValue: "), "{refused}");
}

#[test]
fn a_session_may_not_ask_for_a_session_token() {
    let (mut account, key) = Account::with_role_and_user();
    let made = account.sts(&key, "GetSessionToken", json!({})).unwrap();
    assert_eq!(made["Credentials"]["Expiration"], NOW + 43_200);
    let session = made["Credentials"]["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        account.caller(&session).principal.arn,
        "arn:aws:iam::123456789012:user/alice"
    );
    let refused = account
        .sts(&session, "GetSessionToken", json!({}))
        .unwrap_err();
    assert_eq!(
        refused,
        "AccessDenied: Cannot call GetSessionToken with session credentials"
    );
}

#[test]
fn session_policies_take_part_and_a_deleted_role_takes_its_policies_with_it() {
    let (mut account, key) = Account::with_role_and_user();
    let inline = json!({"RoleName": "app", "PolicyName": "p", "PolicyDocument": allow("s3:*")});
    account.iam("PutRolePolicy", inline).unwrap();
    let request = json!({
        "RoleArn": "arn:aws:iam::123456789012:role/team/app", "RoleSessionName": "run",
        "Policy": allow("s3:GetObject"),
    });
    let made = account.sts(&key, "AssumeRole", request).unwrap();
    let session = made["Credentials"]["AccessKeyId"]
        .as_str()
        .unwrap()
        .to_owned();
    let policies = account.caller(&session).policies;
    assert_eq!(policies.identity.len(), 1);
    assert_eq!(policies.session.unwrap()[0].text, allow("s3:GetObject"));
    account
        .iam(
            "DeleteRolePolicy",
            json!({"RoleName": "app", "PolicyName": "p"}),
        )
        .unwrap();
    account
        .iam("DeleteRole", json!({"RoleName": "app"}))
        .unwrap();
    account
        .iam("CreateRole", role("app", json!({"Path": "/team/"})))
        .unwrap();
    let again = json!({"RoleName": "app", "PolicyName": "p", "PolicyDocument": allow("s3:*")});
    account.iam("PutRolePolicy", again).unwrap();
    assert!(
        account.caller(&session).policies.identity.is_empty(),
        "another role of the same name"
    );
}
