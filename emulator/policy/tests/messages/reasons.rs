//! The reason at the end: which type of policy, and how.

use rolecall_policy::{Denial, PolicyKind, PolicySet, ResourceLevel, denial_message};

use crate::asked::*;

#[test]
fn implicit_denies_name_the_type_of_policy() {
    let boundary = policy("b", PolicyKind::PermissionsBoundary, &[]);
    let session = policy("s", PolicyKind::Session, &[]);
    let endpoint = policy("e", PolicyKind::VpcEndpoint, &[]);
    let scp = policy("scp", PolicyKind::ServiceControl, &[]);
    let all = || identity("i", &[ALLOW]);
    for (set, noun) in [
        (PolicySet::default(), "identity-based policy"),
        (
            PolicySet {
                permissions_boundary: Some(boundary),
                ..all()
            },
            "permissions boundary",
        ),
        (
            PolicySet {
                session: Some(vec![session]),
                ..all()
            },
            "session policy",
        ),
        (
            PolicySet {
                vpc_endpoint: Some(endpoint),
                ..all()
            },
            "VPC endpoint policy",
        ),
        (
            PolicySet {
                service_control: vec![vec![scp]],
                ..all()
            },
            "service control policy",
        ),
    ] {
        let reason = format!("because no {noun} allows the dynamodb:Query action");
        assert_eq!(text(&query(), &set), general(&reason));
    }
    let abroad = Asked {
        owner: "210987654321",
        ..query()
    };
    let reason = "because no resource-based policy allows the dynamodb:Query action";
    assert_eq!(text(&abroad, &all()), general(reason));
}

#[test]
fn explicit_denies_name_the_type_and_the_managed_policy() {
    let boundary = "arn:aws:iam::123456789012:policy/Boundary";
    let scp = "arn:aws:organizations::210987654321:policy/o-a/service_control_policy/p-b";
    let all = || identity("inline", &[ALLOW]);
    let everyone = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    for (set, reason) in [
        (
            identity("inline", &[DENY]),
            "an identity-based policy".to_owned(),
        ),
        (
            identity("arn:aws:iam::aws:policy/AWSDenyAll", &[DENY]),
            "an identity-based policy: arn:aws:iam::aws:policy/AWSDenyAll".to_owned(),
        ),
        (
            PolicySet {
                permissions_boundary: Some(policy(
                    boundary,
                    PolicyKind::PermissionsBoundary,
                    &[DENY],
                )),
                ..all()
            },
            format!("a permissions boundary: {boundary}"),
        ),
        (
            PolicySet {
                session: Some(vec![policy("s", PolicyKind::Session, &[DENY])]),
                ..all()
            },
            "a session policy".to_owned(),
        ),
        (
            PolicySet {
                service_control: vec![vec![policy(scp, PolicyKind::ServiceControl, &[DENY])]],
                ..all()
            },
            format!("a service control policy: {scp}"),
        ),
        (
            PolicySet {
                resource_control: vec![vec![policy(
                    "rcp",
                    PolicyKind::ResourceControl,
                    &[everyone],
                )]],
                ..all()
            },
            "a resource control policy".to_owned(),
        ),
        (
            PolicySet {
                resource: Some(policy("arn:x", PolicyKind::Resource, &[everyone])),
                ..all()
            },
            "a resource-based policy".to_owned(),
        ),
        (
            PolicySet {
                vpc_endpoint: Some(policy("e", PolicyKind::VpcEndpoint, &[everyone])),
                ..all()
            },
            "a VPC endpoint policy".to_owned(),
        ),
    ] {
        let reason = format!("with an explicit deny in {reason}");
        assert_eq!(text(&query(), &set), general(&reason));
    }
}

#[test]
fn the_arn_of_an_rcp_is_shown_within_the_account_only() {
    let arn = "arn:aws:organizations::210987654321:policy/o-a/resource_control_policy/p-c";
    let everyone = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let rcp = policy(arn, PolicyKind::ResourceControl, &[everyone]);
    let set = PolicySet {
        resource_control: vec![vec![rcp]],
        ..identity("inline", &[ALLOW])
    };
    let reason = "with an explicit deny in a resource control policy";
    assert_eq!(text(&query(), &set), general(&format!("{reason}: {arn}")));
    let abroad = Asked {
        owner: "210987654321",
        ..query()
    };
    assert_eq!(text(&abroad, &set), general(reason));
}

#[test]
fn one_type_is_named_and_explicit_denies_go_first() {
    let boundary = policy("b", PolicyKind::PermissionsBoundary, &[]);
    let both = PolicySet {
        permissions_boundary: Some(boundary.clone()),
        ..PolicySet::default()
    };
    let reason = "because no identity-based policy allows the dynamodb:Query action";
    assert_eq!(text(&query(), &both), general(reason));
    let denied = PolicySet {
        permissions_boundary: Some(boundary),
        ..identity("i", &[DENY])
    };
    let reason = "with an explicit deny in an identity-based policy";
    assert_eq!(text(&query(), &denied), general(reason));
}

#[test]
fn no_resource_without_resource_level_support() {
    let asked = asked("xray:PutTraceSegments", "*");
    let expected = format!(
        "User: {DEMO} is not authorized to perform: xray:PutTraceSegments because no \
         identity-based policy allows the xray:PutTraceSegments action"
    );
    assert_eq!(text(&asked, &PolicySet::default()), expected);
    // `ecs:ListTasks` can be limited, and prints the `*` that it was asked for on.
    let asked = self::asked("ecs:ListTasks", "*");
    let found = with_denial(&asked, &user(), &PolicySet::default(), |denial, _| {
        denial_message(&Denial {
            resource_level: ResourceLevel::Supported,
            ..*denial
        })
        .text
    });
    let expected = format!(
        "User: {DEMO} is not authorized to perform: ecs:ListTasks on resource: * because no \
         identity-based policy allows the ecs:ListTasks action"
    );
    assert_eq!(found, expected);
}
