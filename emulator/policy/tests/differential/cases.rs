//! Random requests under random policies.

use serde_json::{Map, Value, json};

use crate::random::Random;

const USER: &str = "arn:aws:iam::111111111111:user/dev/ana";
const ROLE: &str = "arn:aws:iam::111111111111:role/svc/app";
const SESSION: &str = "arn:aws:sts::111111111111:assumed-role/app/s1";
const LINKED: &str =
    "arn:aws:iam::111111111111:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX";
const FEDERATED: &str = "arn:aws:sts::111111111111:federated-user/fed";
const ROOT: &str = "arn:aws:iam::111111111111:root";
const PROVIDER: &str = "arn:aws:iam::111111111111:oidc-provider/idp.example";

/// Each with its issuer; users and sessions are the most of them.
const WHO: [(&str, &str); 11] = [
    (USER, ""),
    (USER, ""),
    (SESSION, ROLE),
    (SESSION, ROLE),
    (SESSION, ROLE),
    (FEDERATED, USER),
    (ROOT, ""),
    ("sns.amazonaws.com", ""),
    ("anonymous", ""),
    (PROVIDER, ""),
    (
        "arn:aws:sts::111111111111:assumed-role/AWSServiceRoleForX/s1",
        LINKED,
    ),
];

const ACTIONS: [&str; 6] = [
    "s3:GetObject",
    "s3:PutObject",
    "sqs:SendMessage",
    "kms:Decrypt",
    // What RCPs have no say about: a service, and an action of one that they do apply to.
    "lambda:Invoke",
    "KMS:RetireGrant",
];
const ACTION_PATTERNS: [&str; 12] = [
    "*",
    "s3:*",
    "s3:Get*",
    "S3:getobject",
    "s3:?utObject",
    "sqs:SendMessage",
    "*:*e",
    "kms:*",
    "kms:Decrypt",
    "s?:*Object",
    "*:Get*",
    "s3:GetObjec",
];
const RESOURCES: [&str; 9] = [
    "arn:aws:s3:::a/x",
    "arn:aws:s3:::a/ana",
    "arn:aws:s3:::B/é*",
    "arn:aws:sqs:eu-west-1:111111111111:q",
    "arn:aws:sqs:eu-west-1:222222222222:q",
    "arn:aws-cn:sqs:cn-north-1:222222222222:q",
    "arn:aws:logs:us-east-1:111111111111:log-group:g:log-stream:s",
    "arn:aws:kms:us-east-1:111111111111:key/k",
    "*",
];
const RESOURCE_PATTERNS: [&str; 20] = [
    "*",
    "*",
    "*",
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::a/x",
    "arn:aws:s3:::a/${aws:username}",
    "arn:aws:s3:::a/${aws:none, 'x'}",
    "arn:aws:s3:::a/${aws:TagKeys}",
    "arn:aws:s3:::B/é${*}",
    "arn:aws:s3:::b/?*",
    "arn:aws:s3:::?/*",
    "arn:aws:s3:::B/??",
    "arn:aws:sqs:*:111111111111:*",
    "arn:aws*:sqs:*:*:q",
    "arn:AWS:SQS:EU-west-1:1*:q",
    "arn:aws:logs:*:*:log-group:*:s",
    // RCPs refuse these.
    "arn:aws:s3",
    "arn:aws:sqs:*",
    "arn:aws:kms:*",
];

/// One case: a request with the policies of every layer, in the form that `simulate` reads.
pub(crate) fn case(random: &mut Random) -> Value {
    let (principal, issuer) = *random.pick(&WHO);
    let mut out = json!({
        "principal": principal,
        "issuer": issuer,
        "action": random.pick(&ACTIONS),
        "resource": random.pick(&RESOURCES),
        "model": random.pick(&["standard", "standard", "standard", "kms-key", "trust-policy"]),
        "context": context(random),
    });
    if random.chance(30) {
        out["resourceAccountId"] = json!(random.pick(&["111111111111", "222222222222"]));
    }
    if random.chance(85) {
        out["identityPolicies"] = documents(random, "identity", 2);
    }
    if random.chance(70) {
        let kind = if out["model"] == "trust-policy" {
            "trust"
        } else {
            "resource"
        };
        out["resourcePolicy"] = document(random, kind);
    }
    if random.chance(25) {
        out["permissionBoundaries"] = documents(random, "boundary", 1);
    }
    if random.chance(30) && !issuer.is_empty() {
        out["sessionPolicies"] = documents(random, "session", 2);
    }
    if random.chance(25) {
        out["scps"] = levels(random, "scp");
    }
    if random.chance(20) {
        out["rcps"] = levels(random, "rcp");
    }
    if random.chance(15) {
        out["vpcEndpointPolicies"] = documents(random, "endpoint", 1);
    }
    out
}

fn levels(random: &mut Random, kind: &str) -> Value {
    let count = 1 + random.below(3);
    (0..count).map(|_| documents(random, kind, 2)).collect()
}

fn documents(random: &mut Random, kind: &str, most: usize) -> Value {
    let count = 1 + random.below(most);
    (0..count).map(|_| document(random, kind)).collect()
}

fn document(random: &mut Random, kind: &str) -> Value {
    // From four statements that ask for one key on, they are found by its value.
    let most = if random.chance(10) { 16 } else { 3 };
    let count = 1 + random.below(most);
    let mut statements: Vec<Value> = (0..count).map(|_| statement(random, kind)).collect();
    // Otherwise the guards of an organisation would deny nearly everything.
    if matches!(
        kind,
        "scp" | "endpoint" | "boundary" | "identity" | "session"
    ) && random.chance(60)
    {
        let mut all = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
        if kind == "endpoint" {
            all["Principal"] = json!("*");
        }
        statements.push(all);
    }
    let mut out = Map::new();
    match random.below(10) {
        0 if kind != "scp" && kind != "rcp" => {}
        1 if kind != "scp" && kind != "rcp" => {
            out.insert("Version".to_owned(), json!("2008-10-17"));
        }
        _ => {
            out.insert("Version".to_owned(), json!("2012-10-17"));
        }
    }
    let one = statements.len() == 1 && random.chance(50);
    let statements = if one {
        statements.remove(0)
    } else {
        json!(statements)
    };
    out.insert("Statement".to_owned(), statements);
    Value::Object(out)
}

fn statement(random: &mut Random, kind: &str) -> Value {
    let mut out = Map::new();
    let deny = kind == "rcp" || random.chance(20);
    let effect = if deny { "Deny" } else { "Allow" };
    out.insert("Effect".to_owned(), json!(effect));
    match kind {
        "rcp" => {
            out.insert("Principal".to_owned(), json!("*"));
        }
        "resource" | "trust" | "endpoint" => {
            let not = kind != "trust" && random.chance(12);
            let element = if not { "NotPrincipal" } else { "Principal" };
            out.insert(element.to_owned(), principals(random));
        }
        _ => {}
    }
    scope(random, &mut out, "Action", &ACTION_PATTERNS, kind == "rcp");
    if kind != "trust" {
        let whole = RESOURCE_PATTERNS.len() - if kind == "rcp" { 3 } else { 0 };
        scope(
            random,
            &mut out,
            "Resource",
            &RESOURCE_PATTERNS[..whole],
            false,
        );
    }
    if random.chance(40) {
        out.insert("Condition".to_owned(), conditions(random));
    }
    Value::Object(out)
}

fn scope(
    random: &mut Random,
    out: &mut Map<String, Value>,
    element: &str,
    from: &[&str],
    plain: bool,
) {
    let not = !plain && random.chance(12);
    let element = if not {
        format!("Not{element}")
    } else {
        element.to_owned()
    };
    out.insert(element, one_or_several(random, from, 3));
}

fn one_or_several(random: &mut Random, from: &[&str], most: usize) -> Value {
    let several = random.some(from, most);
    match several.as_slice() {
        [one] if random.chance(50) => json!(one),
        several => json!(several),
    }
}

fn principals(random: &mut Random) -> Value {
    const AWS: [&str; 9] = [
        "111111111111",
        ROOT,
        USER,
        ROLE,
        SESSION,
        FEDERATED,
        "222222222222",
        "*",
        "arn:aws:iam::111111111111:user/bob",
    ];
    match random.below(12) {
        0 | 1 => json!("*"),
        2 => {
            json!({ "Service": one_or_several(random, &["sns.amazonaws.com", "ec2.amazonaws.com"], 2) })
        }
        3 => json!({ "Federated": PROVIDER }),
        4 => json!({ "AWS": AWS[..5], "Service": "sns.amazonaws.com" }),
        5 => json!({ "AWS": ["111111111111", USER, ROLE, SESSION, FEDERATED] }),
        _ => json!({ "AWS": one_or_several(random, &AWS, 3) }),
    }
}

/// A family of operators with keys and values that suit them, most of the time.
struct Family {
    operators: &'static [&'static str],
    keys: &'static [&'static str],
    values: &'static [&'static str],
}

const TEXT: Family = Family {
    operators: &[
        "StringEquals",
        "StringNotEquals",
        "StringEqualsIgnoreCase",
        "StringNotEqualsIgnoreCase",
        "StringLike",
        "StringNotLike",
    ],
    keys: &[
        "aws:username",
        "aws:TagKeys",
        "aws:ResourceTag/Team",
        "AWS:resourcetag/team",
        "app:s",
    ],
    values: &[
        "ana",
        "ANA",
        "blue",
        "*",
        "a?a",
        "${aws:username}",
        "${aws:none, 'ana'}",
        "${aws:none}",
        "${aws:TagKeys}",
        "${*}",
        "é",
        "É",
        "?",
        "x${AWS:UserName}",
        "${$}{aws:username}",
        "b*e",
    ],
};
const NUMBER: Family = Family {
    operators: &[
        "NumericEquals",
        "NumericNotEquals",
        "NumericLessThan",
        "NumericLessThanEquals",
        "NumericGreaterThan",
        "NumericGreaterThanEquals",
    ],
    keys: &["app:n"],
    values: &["10", "10.0", "9.5", "-1", "0", "-0", "010", "1000000"],
};
const DATE: Family = Family {
    operators: &[
        "DateEquals",
        "DateNotEquals",
        "DateLessThan",
        "DateLessThanEquals",
        "DateGreaterThan",
        "DateGreaterThanEquals",
    ],
    keys: &["app:d"],
    values: &[
        "2024-01-01T00:00:00Z",
        "2024-01-01",
        "1704067200",
        "2023-12-31T23:59:59Z",
        "2024-02-29T12:00:00Z",
        "1970-01-01",
        "0",
    ],
};
const BOOL: Family = Family {
    operators: &["Bool"],
    keys: &["app:b"],
    values: &["true", "false", "TRUE", "False"],
};
const BINARY: Family = Family {
    operators: &["BinaryEquals"],
    keys: &["app:blob"],
    values: &["QUJD", "YW5h", ""],
};
const IP: Family = Family {
    operators: &["IpAddress", "NotIpAddress"],
    keys: &["aws:SourceIp"],
    values: &[
        "10.0.0.0/8",
        "10.1.2.3",
        "10.1.2.2/31",
        "0.0.0.0/0",
        "2001:db8::/32",
        "2001:db8::1",
        "::/0",
        "192.168.0.0/16",
    ],
};
const ARN: Family = Family {
    operators: &["ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"],
    keys: &["aws:SourceArn"],
    values: &[
        "arn:aws:sns:*:111111111111:t",
        "arn:aws:s3:::b",
        "arn:aws:s3:::B",
        "arn:aws:s3:::*",
        "arn:*:*:*:*:*",
        "arn:aws:sns:us-east-1:111111111111:t?",
        "arn:aws:s3:::${aws:username}",
        "arn:aws:iam::111111111111:role/*",
        "arn:aws:${aws:none}:::b",
    ],
};
const NULL: Family = Family {
    operators: &["Null"],
    keys: &[
        "aws:username",
        "aws:TagKeys",
        "app:n",
        "aws:none",
        "aws:SourceArn",
    ],
    values: &["true", "false", "True"],
};

fn conditions(random: &mut Random) -> Value {
    let mut out = Map::new();
    for _ in 0..=random.below(2) {
        let family = random.pick(&[
            &TEXT, &TEXT, &TEXT, &NUMBER, &DATE, &BOOL, &BINARY, &IP, &ARN, &ARN, &NULL,
        ]);
        let name = *random.pick(family.operators);
        let set = if name == "Null" {
            ""
        } else {
            *random.pick(&["", "", "ForAllValues:", "ForAnyValue:"])
        };
        let if_exists = if name != "Null" && random.chance(20) {
            "IfExists"
        } else {
            ""
        };
        let mut keys = Map::new();
        let key = (*random.pick(family.keys)).to_owned();
        keys.insert(key, one_or_several(random, family.values, 3));
        out.insert(format!("{set}{name}{if_exists}"), Value::Object(keys));
    }
    Value::Object(out)
}

/// Keys of the request with values that policies ask for, and others.
pub(crate) const KEYS: [(&str, &[&str]); 9] = [
    ("aws:UserName", &["ana", "ANA", "*", ""]),
    ("aws:TagKeys", &["ana", "blue", "x"]),
    ("aws:ResourceTag/team", &["blue", "ana", "É"]),
    ("app:s", &["ana", "a*a", "${aws:username}", "é", "xana"]),
    ("app:n", &["10", "10.00", "9", "-1", "abc"]),
    (
        "app:d",
        &["2024-01-01T00:00:00Z", "1704067200", "2023-12-31", "soon"],
    ),
    ("app:b", &["true", "FALSE", "no"]),
    (
        "aws:SourceIp",
        &["10.1.2.3", "2001:db8::1", "192.168.1.1", "nowhere"],
    ),
    (
        "aws:SourceArn",
        &[
            "arn:aws:sns:us-east-1:111111111111:t",
            "arn:aws:s3:::b",
            "arn:aws:s3:::ana",
            "arn:aws:iam::111111111111:role/x:y",
            "not-an-arn",
        ],
    ),
];

fn context(random: &mut Random) -> Value {
    let mut out = Map::new();
    for (key, values) in KEYS {
        let value = match random.below(10) {
            0..=3 => continue,
            4..=7 => json!(random.pick(values)),
            8 => {
                let several: Vec<&str> = random.some(values, 3);
                json!(
                    several
                        .into_iter()
                        .filter(|one| !one.is_empty())
                        .collect::<Vec<_>>()
                )
            }
            _ if key == "aws:TagKeys" => json!([]),
            _ => json!([random.pick(&["ana", "blue", "10"])]),
        };
        out.insert(key.to_owned(), value);
    }
    if random.chance(50) {
        out.insert("app:blob".to_owned(), json!(random.pick(&["ABC", "ana"])));
    }
    Value::Object(out)
}
