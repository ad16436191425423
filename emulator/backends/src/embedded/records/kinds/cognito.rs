//! Cognito: user pools with clients, groups and users; identity pools. Nobody signs in.

use crate::embedded::records::kind::{Kind, NONE};

const NO_POOL: (&str, &str) = (
    "ResourceNotFoundException",
    "User pool {UserPoolId} does not exist.",
);

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "cognito-idp",
        noun: "user pool",
        create: &["CreateUserPool"],
        named_by: &[("UserPoolId", "Id")],
        arn: "Arn",
        made: &[
            ("Id", "{region}_{id:9}"),
            (
                "Arn",
                "arn:{partition}:cognito-idp:{region}:{account}:userpool/{Id}",
            ),
            ("Name", "{PoolName}"),
            ("MfaConfiguration", "OFF"),
            ("EstimatedNumberOfUsers", "=0"),
            ("CreationDate", "{now}"),
            ("LastModifiedDate", "{now}"),
        ],
        describe: &["DescribeUserPool"],
        list: &["ListUserPools"],
        update: &[("UpdateUserPool", &[("LastModifiedDate", "{now}")])],
        delete: &["DeleteUserPool"],
        missing: NO_POOL,
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPool.html",
        ..NONE
    },
    Kind {
        service: "cognito-idp",
        noun: "user pool client",
        create: &["CreateUserPoolClient"],
        named_by: &[("UserPoolId", "UserPoolId"), ("ClientId", "ClientId")],
        made: &[
            ("ClientId", "{id:26}"),
            ("RefreshTokenValidity", "=30"),
            ("CreationDate", "{now}"),
            ("LastModifiedDate", "{now}"),
        ],
        describe: &["DescribeUserPoolClient"],
        list: &["ListUserPoolClients"],
        update: &[("UpdateUserPoolClient", &[("LastModifiedDate", "{now}")])],
        delete: &["DeleteUserPoolClient"],
        parent: Some("user pool"),
        missing: (
            "ResourceNotFoundException",
            "User pool client {ClientId} does not exist.",
        ),
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateUserPoolClient.html",
        ..NONE
    },
    Kind {
        service: "cognito-idp",
        noun: "group",
        create: &["CreateGroup"],
        named_by: &[("UserPoolId", "UserPoolId"), ("GroupName", "GroupName")],
        made: &[("CreationDate", "{now}"), ("LastModifiedDate", "{now}")],
        describe: &["GetGroup"],
        list: &["ListGroups"],
        update: &[("UpdateGroup", &[("LastModifiedDate", "{now}")])],
        delete: &["DeleteGroup"],
        parent: Some("user pool"),
        missing: ("ResourceNotFoundException", "Group not found."),
        exists: Some((
            "GroupExistsException",
            "A group with the name {GroupName} already exists.",
        )),
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CreateGroup.html",
        ..NONE
    },
    Kind {
        service: "cognito-idp",
        noun: "user",
        create: &["AdminCreateUser"],
        named_by: &[("UserPoolId", "UserPoolId"), ("Username", "Username")],
        made: &[
            ("Attributes", "{UserAttributes}"),
            ("Enabled", "=true"),
            ("UserStatus", "FORCE_CHANGE_PASSWORD"),
            ("UserCreateDate", "{now}"),
            ("UserLastModifiedDate", "{now}"),
        ],
        describe: &["AdminGetUser"],
        list: &["ListUsers"],
        update: &[
            (
                "AdminUpdateUserAttributes",
                &[
                    ("Attributes", "{UserAttributes}"),
                    ("UserLastModifiedDate", "{now}"),
                ],
            ),
            ("AdminEnableUser", &[("Enabled", "=true")]),
            ("AdminDisableUser", &[("Enabled", "=false")]),
            (
                "AdminSetUserPassword",
                &[("UserStatus", "CONFIRMED"), ("Password", "=null")],
            ),
        ],
        delete: &["AdminDeleteUser"],
        parent: Some("user pool"),
        missing: ("UserNotFoundException", "User does not exist."),
        exists: Some(("UsernameExistsException", "User account already exists")),
        source: "https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_AdminCreateUser.html",
        ..NONE
    },
    Kind {
        service: "cognito-identity",
        noun: "identity pool",
        create: &["CreateIdentityPool"],
        named_by: &[("IdentityPoolId", "IdentityPoolId")],
        arn: "#arn",
        made: &[
            ("IdentityPoolId", "{region}:{uuid}"),
            (
                "#arn",
                "arn:{partition}:cognito-identity:{region}:{account}:identitypool/{IdentityPoolId}",
            ),
        ],
        describe: &["DescribeIdentityPool"],
        list: &["ListIdentityPools"],
        update: &[("UpdateIdentityPool", &[]), ("SetIdentityPoolRoles", &[])],
        delete: &["DeleteIdentityPool"],
        missing: (
            "ResourceNotFoundException",
            "IdentityPool '{IdentityPoolId}' not found.",
        ),
        source: "https://docs.aws.amazon.com/cognitoidentity/latest/APIReference/API_CreateIdentityPool.html",
        ..NONE
    },
];
