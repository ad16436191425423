//! Policies that are stored and simulated, by boto3.

use serde_json::{Value, json};

use crate::{server::Server, tools};

fn found(script: &str) -> Value {
    let server = Server::start();
    let mut command = tools::python(
        script,
        &server.endpoint,
        &server.administrator,
        server.folder.path(),
    );
    tools::document(&mut command)
}

/// Each service in its own words; their sources stand in `stored_policy.rs` of the server.
#[test]
fn a_policy_names_who_exists() {
    let found = found("stored_policies.py");
    let gone = "arn:aws:iam::123456789012:role/gone";
    let of_iam = format!("Invalid principal in policy: \"AWS\":\"{gone}\"");
    for (service, code, message) in [
        ("iam", "MalformedPolicyDocument", of_iam.as_str()),
        ("s3", "MalformedPolicy", "Invalid principal in policy"),
        (
            "sqs",
            "InvalidAttributeValue",
            "Invalid value for the parameter Policy.",
        ),
        (
            "sns",
            "InvalidParameter",
            "Invalid parameter: Policy Error: PrincipalNotFound",
        ),
        (
            "kms",
            "MalformedPolicyDocumentException",
            "Policy contains a statement with one or more invalid principals.",
        ),
        (
            "secretsmanager",
            "MalformedPolicyDocumentException",
            "This resource policy contains an unsupported principal.",
        ),
        (
            "lambda",
            "InvalidParameterValueException",
            "The provided principal was invalid. Please check the principal and try again.",
        ),
    ] {
        assert_eq!(
            found[format!("{service} here")],
            json!({"ok": true}),
            "{service}"
        );
        assert_eq!(
            found[format!("{service} gone")],
            json!({"code": code, "message": message, "status": 400}),
            "{service}"
        );
    }
}

#[test]
fn what_is_allowed_and_refused_all_the_same() {
    let found = found("stored_policies.py");
    assert_eq!(found["stranger puts"], json!({"ok": true}));
    let refused = json!({
        "code": "AccessDenied",
        "message": "Anonymous users cannot initiate multipart uploads.  Please authenticate.",
        "status": 403,
    });
    assert_eq!(found["stranger begins"], refused);
    let dry = json!({
        "code": "DryRunOperation",
        "message": "Request would have succeeded, but DryRun flag is set.",
        "status": 412,
    });
    assert_eq!(found["dry run"], dry);
}

fn refused(code: &str, message: &str, status: u16) -> Value {
    json!({"code": code, "message": message, "status": status})
}

/// Sources stand in `public_access.rs` of the server: blocks are on until somebody turns them off.
#[test]
fn public_access_is_blocked() {
    let found = found("stored_policies.py");
    let blocked = found["public policy, blocked"].clone();
    assert_eq!(blocked["code"], "AccessDenied");
    assert_eq!(blocked["status"], 403);
    let message = blocked["message"].as_str().unwrap();
    let reason = "is not authorized to perform: s3:PutBucketPolicy on resource: \"arn:aws:s3:::stored\" \
                  because public policies are prevented by the BlockPublicPolicy setting in S3 Block \
                  Public Access.";
    assert!(
        message.starts_with("User: arn:aws:iam::123456789012:"),
        "{message}"
    );
    assert!(message.ends_with(reason), "{message}");
    assert_eq!(
        found["no block"]["code"],
        "NoSuchPublicAccessBlockConfiguration"
    );
    for allowed in [
        "public policy",
        "stranger puts",
        "stranger puts, IgnorePublicAcls",
        "owner puts, restricted",
    ] {
        assert_eq!(found[allowed], json!({"ok": true}), "{allowed}");
    }
    assert_eq!(
        found["stranger puts, RestrictPublicBuckets"],
        refused("AccessDenied", "Access Denied", 403)
    );
}

/// Source: see `missing_bucket.rs` of the server.
#[test]
fn who_may_nothing_is_told_that_there_is_no_bucket() {
    let found = found("stored_policies.py");
    assert_eq!(
        found["stranger, no bucket"],
        refused("NoSuchBucket", "The specified bucket does not exist", 404)
    );
    assert_eq!(
        found["stranger, no such bucket to list"],
        refused("404", "Not Found", 404)
    );
}

/// Source: see `key_lockout.rs` of the server.
#[test]
fn a_key_policy_does_not_lock_its_writer_out() {
    let found = found("stored_policies.py");
    let message = "The new key policy will not allow you to update the key policy in the future.";
    for name in ["create", "put"] {
        assert_eq!(
            found[format!("lockout, {name}")],
            refused("MalformedPolicyDocumentException", message, 400),
            "{name}"
        );
    }
    for name in ["put past the check", "create for the account"] {
        assert_eq!(
            found[format!("lockout, {name}")],
            json!({"ok": true}),
            "{name}"
        );
    }
}

fn statement(id: &str, kind: &str, start: u32, end: u32) -> Value {
    json!({
        "SourcePolicyId": id,
        "SourcePolicyType": kind,
        "StartPosition": {"Line": 1, "Column": start},
        "EndPosition": {"Line": 1, "Column": end},
    })
}

/// One result for each action; what it says of all resources is the worst of them.
#[test]
fn the_policy_simulator_decides_as_the_server_does() {
    let found = found("simulation.py");
    let decision = |name: &str| {
        let result = &found[name]["ok"][0];
        (
            result["EvalActionName"].clone(),
            result["EvalDecision"].clone(),
        )
    };
    for (name, action, expected) in [
        // The deny is on another resource, the boundary allows it.
        ("everything", "s3:GetObject", "allowed"),
        ("listed", "s3:GetObject", "explicitDeny"),
        ("own folder", "s3:PutObject", "allowed"),
        ("the managed one", "sns:Publish", "allowed"),
        ("another boundary", "sqs:SendMessage", "allowed"),
        // The topic's policy lets its own account in only.
        ("another account", "sns:Publish", "implicitDeny"),
        ("custom", "s3:ListBucket", "allowed"),
    ] {
        assert_eq!(
            decision(name),
            (json!(action), json!(expected)),
            "{name}: {found:#}"
        );
    }
    let sent = &found["everything"]["ok"][1];
    assert_eq!(sent["EvalDecision"], "implicitDeny");
    assert_eq!(sent["MatchedStatements"], json!([]));
    assert_eq!(
        sent["MissingContextValues"],
        json!(["aws:ResourceTag/team"])
    );
    let limited = json!({"AllowedByPermissionsBoundary": false});
    assert_eq!(sent["PermissionsBoundaryDecisionDetail"], limited);
    assert_eq!(sent.get("ResourceSpecificResults"), None);
    assert_eq!(sent.get("EvalDecisionDetails"), None);
    assert_eq!(sent.get("OrganizationsDecisionDetail"), None);
}

#[test]
fn the_policy_simulator_names_statements_and_sides() {
    let found = found("simulation.py");
    let listed = &found["listed"]["ok"];
    assert_eq!(listed.as_array().unwrap().len(), 1, "{listed:#}");
    assert_eq!(listed[0]["EvalResourceName"], "arn:aws:s3:::secret/k");
    assert_eq!(listed[0]["EvalDecisionDetails"], json!({}));
    let denied = statement("group_readers_read", "IAM Policy", 104, 186);
    assert_eq!(listed[0]["MatchedStatements"], json!([denied]));
    let each = &listed[0]["ResourceSpecificResults"];
    assert_eq!(each[0]["EvalResourceName"], "arn:aws:s3:::files/k");
    assert_eq!(each[0]["EvalResourceDecision"], "allowed");
    let attached = statement("limits", "IAM Policy", 41, 95);
    let of_group = statement("group_readers_read", "IAM Policy", 41, 103);
    let within = statement("limits", "Permissions Boundary Policy", 41, 95);
    let allowing = json!([attached, of_group, within]);
    assert_eq!(each[0]["MatchedStatements"], allowing);
    assert_eq!(each[1]["EvalResourceDecision"], "explicitDeny");
    let abroad = &found["another account"]["ok"][0];
    let sides = json!({"IAM Policy": "allowed", "Resource Policy": "implicitDeny"});
    assert_eq!(abroad["EvalDecisionDetails"], sides);
    let custom = &found["custom"]["ok"][0]["MatchedStatements"];
    let given = statement("PolicyInputList.1", "IAM Policy", 41, 117);
    assert_eq!(*custom, json!([given]));
    assert_eq!(found["no caller"]["code"], "InvalidInput");
    assert_eq!(found["nobody"]["code"], "NoSuchEntity");
    let keys = json!({"ok": ["aws:username", "aws:ResourceTag/team"]});
    assert_eq!(found["keys"], keys);
    let keys = json!({"ok": ["aws:SecureTransport", "aws:PrincipalTag/team"]});
    assert_eq!(found["keys of a document"], keys);
}
