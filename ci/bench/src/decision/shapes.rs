//! What the statements of a policy have in common, and the request that is decided under it.

/// One statement, as both languages can say it.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) allow: bool,
    /// With `*` for any run.
    pub(crate) action: String,
    /// With `*` for any run.
    pub(crate) resource: String,
    /// A key that has to have a value.
    pub(crate) equals: Option<(&'static str, String)>,
}

/// A policy of any number of statements, and a request.
#[derive(Debug)]
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) line: fn(usize) -> Line,
    /// Action and resource, for the statement in the middle.
    pub(crate) request: fn(usize) -> (String, String),
    pub(crate) allowed: bool,
}

/// The condition keys of every request, with their values.
pub(crate) const CONTEXT: [(&str, &str); 5] = [
    ("aws:PrincipalAccount", "123456789012"),
    ("aws:PrincipalTag/team", "team-0"),
    ("aws:SecureTransport", "true"),
    ("aws:SourceIp", "203.0.113.7"),
    ("aws:username", "ana"),
];

fn allow(action: impl Into<String>, resource: impl Into<String>) -> Line {
    Line {
        allow: true,
        action: action.into(),
        resource: resource.into(),
        equals: None,
    }
}

fn get_object(number: usize) -> (String, String) {
    (
        "s3:GetObject".to_owned(),
        format!("arn:aws:s3:::bucket-{number}/key/of/an/object"),
    )
}

/// Every shape; the first four are what policies look like, the rest what is hard.
pub(crate) const ALL: &[Shape] = &[
    Shape {
        name: "actions",
        about: "every statement names another action",
        line: |number| {
            allow(
                format!("dynamodb:Operation{number}"),
                format!("arn:aws:dynamodb:eu-west-1:123456789012:table/Table-{number}"),
            )
        },
        request: |number| {
            (
                format!("dynamodb:Operation{number}"),
                format!("arn:aws:dynamodb:eu-west-1:123456789012:table/Table-{number}"),
            )
        },
        allowed: true,
    },
    Shape {
        name: "literals",
        about: "all name one action, each another resource, literally",
        line: |number| {
            allow(
                "s3:GetObject",
                format!("arn:aws:s3:::bucket-{number}/key/of/an/object"),
            )
        },
        request: get_object,
        allowed: true,
    },
    Shape {
        name: "prefixes",
        about: "all name one action, each another bucket with `/*`",
        line: |number| allow("s3:GetObject", format!("arn:aws:s3:::bucket-{number}/*")),
        request: get_object,
        allowed: true,
    },
    Shape {
        name: "regions",
        about: "all name one action, each another table, in any region",
        line: |number| {
            allow(
                "dynamodb:GetItem",
                format!("arn:aws:dynamodb:*:123456789012:table/Table-{number}"),
            )
        },
        request: |number| {
            (
                "dynamodb:GetItem".to_owned(),
                format!("arn:aws:dynamodb:eu-west-1:123456789012:table/Table-{number}"),
            )
        },
        allowed: true,
    },
    Shape {
        name: "endings",
        about: "all have the action `s3:Get*`, each another resource that begins with `*`",
        line: |number| {
            allow(
                "s3:Get*",
                format!("arn:aws:s3:::*-{number}/key/of/an/object"),
            )
        },
        request: get_object,
        allowed: true,
    },
    Shape {
        name: "insides",
        about: "all have the action `s3:Get*`, each another resource with `*` on both ends",
        line: |number| allow("s3:Get*", format!("arn:aws:s3:::*-{number}/*")),
        request: get_object,
        allowed: true,
    },
    Shape {
        name: "everything",
        about: "every statement matches: `s3:*` on the bucket of the request",
        line: |_| allow("s3:*", "arn:aws:s3:::bucket-0/*"),
        request: |_| get_object(0),
        allowed: true,
    },
    Shape {
        name: "conditions",
        about: "all name one action on `*`, each another value of a tag; the first holds",
        line: |number| Line {
            equals: Some(("aws:PrincipalTag/team", format!("team-{number}"))),
            ..allow("s3:GetObject", "*")
        },
        request: get_object,
        allowed: true,
    },
    Shape {
        name: "silence",
        about: "all name one action on `*`, each another value of a tag; none holds",
        line: |number| Line {
            equals: Some(("aws:PrincipalTag/team", format!("other-team-{number}"))),
            ..allow("s3:GetObject", "*")
        },
        request: get_object,
        allowed: false,
    },
    Shape {
        name: "denies",
        about: "one statement allows everything, the others deny, each another bucket",
        line: |number| match number {
            0 => allow("*", "*"),
            _ => Line {
                allow: false,
                ..allow("s3:*", format!("arn:aws:s3:::bucket-{number}/*"))
            },
        },
        request: |_| get_object(0),
        allowed: true,
    },
];
