//! Services with words of their own.

use rolecall_policy::{
    AuthorizationModel, Denial, PolicyKind, PolicySet, Principal, denial_message,
    message::failure_details,
};
use serde_json::json;

use crate::asked::*;

#[test]
fn services_with_their_own_wording() {
    let user = format!("User: {DEMO} is not authorized to perform:");
    let lack =
        |action: &str| format!("because no identity-based policy allows the {action} action");
    let queue = "arn:aws:sqs:eu-west-1:123456789012:q";
    let topic = "arn:aws:sns:eu-west-1:123456789012:t";
    let destination = "arn:aws:logs:eu-west-1:123456789012:destination:d";
    let group = "arn:aws:logs:eu-west-1:123456789012:log-group:g";
    for (action, resource, expected) in [
        ("s3:PutBucketNotification", "arn:aws:s3:::b", format!("{user} s3:PutBucketNotification on resource: \"arn:aws:s3:::b\" {}", lack("s3:PutBucketNotification"))),
        ("sqs:SendMessage", queue, format!("{user} sqs:sendmessage on resource: {queue} {}", lack("sqs:sendmessage"))),
        ("sns:Publish", topic, format!("{user} SNS:Publish on resource: {topic} {}", lack("SNS:Publish"))),
        ("ses:SendRawEmail", "arn:aws:ses:r:1:identity/x", format!("User `{DEMO}' is not authorized to perform `ses:SendRawEmail' on resource `arn:aws:ses:r:1:identity/x'")),
        ("athena:StartQueryExecution", "arn:aws:athena:r:1:workgroup/w", "You are not authorized to perform: athena:StartQueryExecution on the resource. After your AWS administrator or you have updated your permissions, please try again.".to_owned()),
        ("organizations:ListAccounts", "*", "You don't have permissions to access this resource.".to_owned()),
        ("elasticfilesystem:ClientMount", "arn:aws:elasticfilesystem:r:1:file-system/f", format!("{user} elasticfilesystem:ClientMount on the specified resource {}", lack("elasticfilesystem:ClientMount"))),
        ("logs:PutSubscriptionFilter", destination, format!("User with accountId: 123456789012 is not authorized to perform: logs:PutSubscriptionFilter on resource: {destination} {}", lack("logs:PutSubscriptionFilter"))),
        ("logs:PutSubscriptionFilter", group, format!("{user} logs:PutSubscriptionFilter on resource: {group} {}", lack("logs:PutSubscriptionFilter"))),
    ] {
        assert_eq!(text(&asked(action, resource), &PolicySet::default()), expected);
    }
    let tags = Asked {
        operation: "CreateLogGroup",
        ..asked("logs:TagResource", group)
    };
    let expected = "User with accountId: 123456789012 is not authorized to perform CreateLogGroup \
                    with Tags. An additional permission \"logs:TagResource\" is required.";
    assert_eq!(text(&tags, &PolicySet::default()), expected);
}

#[test]
fn services_that_say_less() {
    let none = PolicySet::default();
    assert_eq!(text(&asked("backup:ListBackupVaults", "*"), &none), "");
    assert_eq!(text(&asked("ram:ListResources", "*"), &none), "");
    let zone = "arn:aws:route53:::hostedzone/Z1";
    let abroad = Asked {
        owner: "210987654321",
        ..asked("route53:ChangeResourceRecordSets", zone)
    };
    let expected = format!("User: {DEMO} is not authorized to access this resource");
    assert_eq!(text(&abroad, &none), expected);
    let within = text(&asked("route53:ChangeResourceRecordSets", zone), &none);
    assert!(
        within.ends_with("allows the route53:ChangeResourceRecordSets action"),
        "{within}"
    );
}

#[test]
fn data_planes() {
    let none = PolicySet::default();
    let api = asked(
        "execute-api:Invoke",
        "arn:aws:execute-api:us-west-2:123456789012:a/s/GET/x",
    );
    let stranger = |asked: &Asked<'_>, set: &PolicySet| {
        with_denial(asked, &Principal::anonymous(), set, |denial, _| {
            denial_message(denial).text
        })
    };
    let shown = "User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
                 arn:aws:execute-api:us-west-2:********9012:a/s/GET/x";
    assert_eq!(stranger(&api, &none), shown);
    let deny = r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#;
    let denies = PolicySet {
        resource: Some(policy("r", PolicyKind::Resource, &[deny])),
        ..PolicySet::default()
    };
    assert_eq!(
        stranger(&api, &denies),
        format!("{shown} with an explicit deny")
    );
    let search = asked(
        "es:ESHttpGet",
        "arn:aws:es:us-east-1:123456789012:domain/d/x",
    );
    let expected = "User: anonymous is not authorized to perform: es:ESHttpGet because no \
                    resource-based policy allows the es:ESHttpGet action";
    assert_eq!(stranger(&search, &none), expected);
}

#[test]
fn eks_names_what_it_does_in_ec2() {
    let subnets = Asked {
        service: "eks",
        operation: "CreateCluster",
        ..asked("ec2:DescribeSubnets", "*")
    };
    let expected = format!(
        "You are not authorized to perform ec2:DescribeSubnets. User: {DEMO} is not authorized to \
         perform: ec2:DescribeSubnets because no identity-based policy allows the \
         ec2:DescribeSubnets action"
    );
    assert_eq!(text(&subnets, &PolicySet::default()), expected);
}

/// Each text as denied-messages.md has it.
#[test]
fn data_planes_give_no_reason() {
    let none = PolicySet::default();
    let topic = "arn:aws:iot:us-east-1:123456789012:topic/t";
    let publish = Asked {
        operation: "Publish",
        ..asked("iot:Publish", topic)
    };
    assert_eq!(text(&publish, &none), "Forbidden");
    let attach = Asked {
        operation: "AttachPolicy",
        ..asked("iot:AttachPolicy", topic)
    };
    assert!(text(&attach, &none).starts_with("User: "));
    let query = "arn:aws:appsync:us-east-1:123456789012:apis/a/types/Query/fields/f";
    assert_eq!(
        text(&asked("appsync:GraphQL", query), &none),
        "Permission denied"
    );
    assert!(text(&asked("appsync:GetType", query), &none).starts_with("User: "));
}

#[test]
fn services_word_what_they_may_not_do_for_the_caller() {
    let none = PolicySet::default();
    let of = |service, operation, action, resource| {
        let asked = Asked {
            service,
            operation,
            ..asked(action, resource)
        };
        text(&asked, &none)
    };
    assert_eq!(
        of(
            "lambda",
            "CreateFunction",
            "s3:GetObject",
            "arn:aws:s3:::bucket/code.zip"
        ),
        "Your access has been denied by S3, please make sure your request credentials have \
         permission to GetObject for bucket/code.zip. S3 Error Code: AccessDenied. S3 Error \
         Message: Access Denied"
    );
    let link = "iam:CreateServiceLinkedRole";
    assert_eq!(
        of(
            "eks",
            "CreateNodegroup",
            link,
            "arn:aws:iam::123456789012:role/aws-service-role/eks-nodegroup.amazonaws.com/AWSServiceRoleForAmazonEKSNodegroup"
        ),
        "Failed to create service linked role: AWSServiceRoleForAmazonEKSNodegroup due to missing \
         permissions for 'iam:CreateServiceLinkedRole'"
    );
    let role = "arn:aws:iam::123456789012:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
    assert_eq!(
        of("network-firewall", "CreateFirewall", link, role),
        "Unable to CreateFirewall because user is not authorized perform \
         iam:CreateServiceLinkedRole"
    );
    let template = "arn:aws:ec2:eu-west-1:123456789012:launch-template/lt-0b27953098b749950";
    assert_eq!(
        of(
            "autoscaling",
            "UpdateAutoScalingGroup",
            "ec2:RunInstances",
            template
        ),
        "You are not authorized to use launch template: lt-0b27953098b749950"
    );
    assert_eq!(
        of("elasticache", "CreateCacheCluster", link, role),
        "This action cannot be completed due to insufficient permissions. (Recommended action) \
         Please create new role using IAM API CreateServiceLinkedRole."
    );
}

#[test]
fn s3_says_no_more_to_strangers() {
    let object = asked("s3:GetObject", "arn:aws:s3:::b/k");
    let abroad = Asked {
        owner: "210987654321",
        ..asked("s3:GetObject", "arn:aws:s3:::b/k")
    };
    let none = PolicySet::default();
    assert_eq!(text(&abroad, &none), "Access Denied");
    let anonymous = Principal::anonymous();
    let found = with_denial(&object, &anonymous, &none, |denial, _| {
        denial_message(denial).text
    });
    assert_eq!(found, "Access Denied");
    let queue = asked("sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:q");
    let found = with_denial(&queue, &anonymous, &none, |denial, _| {
        denial_message(denial).text
    });
    assert!(found.starts_with("User: anonymous is not authorized to perform: sqs:sendmessage on"));
}

/// denied-messages.md, section 4; so it is with a bucket policy that allows everybody, too.
#[test]
fn strangers_begin_no_multipart_upload() {
    let begin = Asked {
        operation: "CreateMultipartUpload",
        ..asked("s3:PutObject", "arn:aws:s3:::b/k")
    };
    let stranger = Principal::anonymous();
    let found = with_denial(&begin, &stranger, &PolicySet::default(), |denial, _| {
        denial_message(denial).text
    });
    let expected = "Anonymous users cannot initiate multipart uploads.  Please authenticate.";
    assert_eq!(found, expected);
    assert!(text(&begin, &PolicySet::default()).starts_with("User: "));
}

/// Lake Formation's texts are about its own grants; what IAM denies is told as everywhere.
/// Source: Altinity/ClickHouse#954 (Glue), denied-messages.md section 4.
#[test]
fn glue_denied_by_iam_is_told_as_everywhere() {
    let table = "arn:aws:glue:eu-central-1:123456789012:database/d";
    let expected = format!(
        "User: {DEMO} is not authorized to perform: glue:GetTable on resource: {table} because no \
         identity-based policy allows the glue:GetTable action"
    );
    assert_eq!(
        text(&asked("glue:GetTable", table), &PolicySet::default()),
        expected
    );
}

/// denied-messages.md 2.10.
#[test]
fn an_action_beside_the_operations_own_stands_in_the_reason() {
    let endpoint = "arn:aws:ec2:eu-west-2:123456789012:vpc-endpoint/*";
    let create = Asked {
        service: "ec2",
        operation: "CreateVpcEndpoint",
        ..asked("vpce:AllowMultiRegion", endpoint)
    };
    let message = with_denial(&create, &user(), &PolicySet::default(), |d, _| {
        denial_message(d)
    });
    let expected = format!(
        "You are not authorized to perform this operation. User: {DEMO} is not authorized to \
         perform: ec2:CreateVpcEndpoint on resource: {endpoint} because no identity-based policy \
         allows the vpce:AllowMultiRegion action. Encoded authorization failure message: BLOB"
    );
    assert_eq!(message.with_encoded("BLOB"), expected);
}

const KEY: &str = "arn:aws:kms:us-west-2:123456789012:key/k";
const THEIRS: &str = "arn:aws:kms:us-west-2:210987654321:key/k";

fn key_policy(statement: &str) -> PolicySet {
    PolicySet {
        resource: Some(policy("key", PolicyKind::Resource, &[statement])),
        ..PolicySet::default()
    }
}

fn delegates() -> PolicySet {
    key_policy(
        r#"{"Effect": "Allow", "Principal": {"AWS": "123456789012"}, "Action": "*", "Resource": "*"}"#,
    )
}

fn denies() -> PolicySet {
    key_policy(r#"{"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}"#)
}

/// What is said after the action, through S3 and called directly.
fn said_of_key(action: &str, key: &str, set: &PolicySet, rest: &str) {
    for service in ["s3", "kms"] {
        let asked = Asked {
            model: AuthorizationModel::KmsKey,
            service,
            owner: key.split(':').nth(4).unwrap(),
            ..asked(action, key)
        };
        let expected = format!("User: {DEMO} is not authorized to perform: {action} {rest}");
        assert_eq!(text(&asked, set), expected);
    }
}

#[test]
fn keys_of_the_account() {
    for action in ["kms:GenerateDataKey", "kms:Decrypt", "kms:ListResourceTags"] {
        let key = KEY;
        let identity = format!("because no identity-based policy allows the {action} action");
        said_of_key(
            action,
            key,
            &delegates(),
            &format!("on resource: {key} {identity}"),
        );
        let resource = format!("because no resource-based policy allows the {action} action");
        let none = PolicySet::default();
        said_of_key(
            action,
            key,
            &none,
            &format!("on resource: {key} {resource}"),
        );
        let explicit = "with an explicit deny in a resource-based policy";
        said_of_key(
            action,
            key,
            &denies(),
            &format!("on resource: {key} {explicit}"),
        );
    }
}

#[test]
fn keys_of_another_account() {
    let hidden = "because the resource does not exist in this Region, no resource-based policies \
                  allow access, or a resource-based policy explicitly denies access";
    let all = r#"{"Effect": "Allow", "Action": "*", "Resource": "*"}"#;
    let mine = PolicySet {
        identity: vec![policy("mine", PolicyKind::Identity, &[all])],
        ..PolicySet::default()
    };
    let (generate, decrypt, tags) = ("kms:GenerateDataKey", "kms:Decrypt", "kms:ListResourceTags");
    said_of_key(
        generate,
        THEIRS,
        &mine,
        &format!("on this resource {hidden}"),
    );
    let of_ciphertext = "on the resource associated with this ciphertext";
    let rest = format!("on the resource associated with this ciphertext {hidden}");
    said_of_key(decrypt, THEIRS, &denies(), &rest);
    let identity = format!("because no identity-based policy allows the {decrypt} action");
    said_of_key(
        decrypt,
        THEIRS,
        &delegates(),
        &format!("{of_ciphertext} {identity}"),
    );
    let resource = format!("because no resource-based policy allows the {tags} action");
    said_of_key(
        tags,
        THEIRS,
        &mine,
        &format!("on resource: {THEIRS} {resource}"),
    );
}

#[test]
fn roles() {
    let role = "arn:aws:iam::210987654321:role/demo";
    let assume = |action| Asked {
        model: AuthorizationModel::TrustPolicy,
        owner: "210987654321",
        service: "sts",
        operation: "AssumeRole",
        ..asked(action, role)
    };
    for action in ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"] {
        let expected =
            format!("User: {DEMO} is not authorized to perform: {action} on resource: {role}");
        assert_eq!(text(&assume(action), &PolicySet::default()), expected);
    }
    let web = Asked {
        operation: "AssumeRoleWithWebIdentity",
        ..assume("sts:AssumeRoleWithWebIdentity")
    };
    let expected = "Not authorized to perform sts:AssumeRoleWithWebIdentity";
    assert_eq!(text(&web, &PolicySet::default()), expected);
    let saml = Asked {
        operation: "AssumeRoleWithSAML",
        ..assume("sts:AssumeRoleWithSAML")
    };
    let expected = "Not authorized to perform sts:AssumeRoleWithSAML";
    assert_eq!(text(&saml, &PolicySet::default()), expected);
    let deny = r#"{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}"#;
    let denies = PolicySet {
        resource: Some(policy("trust", PolicyKind::Trust, &[deny])),
        ..PolicySet::default()
    };
    let expected = format!(
        "User: {DEMO} is not authorized to perform: sts:AssumeRole on resource: {role} with an \
         explicit deny in the role trust policy"
    );
    assert_eq!(text(&assume("sts:AssumeRole"), &denies), expected);
}

#[test]
fn iam_spells_entities_by_name() {
    let asked = asked("iam:GetRole", "arn:aws:iam::123456789012:role/voclabs");
    let found = with_denial(&asked, &user(), &PolicySet::default(), |denial, _| {
        denial_message(&Denial {
            spelled: Some("role voclabs"),
            ..*denial
        })
        .text
    });
    assert!(
        found.contains(" on resource: role voclabs because no identity-based "),
        "{found}"
    );
}

#[test]
fn ec2_encodes_the_rest() {
    let instance = "arn:aws:ec2:us-east-2:123456789012:instance/*";
    let run = asked("ec2:RunInstances", instance);
    let message = with_denial(&run, &user(), &PolicySet::default(), |d, _| {
        denial_message(d)
    });
    let expected = format!(
        "You are not authorized to perform this operation. User: {DEMO} is not authorized to \
         perform: ec2:RunInstances on resource: {instance} because no identity-based policy \
         allows the ec2:RunInstances action. Encoded authorization failure message: BLOB"
    );
    assert_eq!(message.with_encoded("BLOB"), expected);
    // A role passed to EC2 is EC2's denial too; a list carries nothing encoded.
    let role = "arn:aws:iam::123456789012:role/r";
    let pass = Asked {
        service: "ec2",
        operation: "RunInstances",
        ..asked("iam:PassRole", role)
    };
    assert!(
        text(&pass, &PolicySet::default())
            .starts_with("You are not authorized to perform this operation. User: ")
    );
    let list = asked("ec2:DescribeInstances", "*");
    let message = with_denial(&list, &user(), &PolicySet::default(), |d, _| {
        denial_message(d)
    });
    assert_eq!(message.with_encoded("BLOB"), message.text);
}

#[test]
fn what_is_encoded() {
    let run = asked("ec2:RunInstances", "arn:aws:ec2:r:123456789012:instance/*");
    let set = identity("inline", &[ALLOW, DENY]);
    let details = with_denial(&run, &user(), &set, |denial, decision| {
        failure_details(denial.request, decision)
    });
    let expected = json!({
        "allowed": false,
        "explicitDeny": true,
        "matchedStatements": { "items": [
            { "statementId": "No", "effect": "DENY", "sourcePolicyId": "inline" }
        ] },
        "failures": { "items": [] },
        "context": {
            "principal": { "id": "AIDAEXAMPLE", "name": "demo", "arn": DEMO },
            "action": "ec2:RunInstances",
            "resource": "arn:aws:ec2:r:123456789012:instance/*",
            "conditions": { "items": [
                { "key": "aws:RequestedRegion", "values": { "items": [{ "value": "eu-west-1" }] } }
            ] },
        },
    });
    assert_eq!(details, expected);
}
