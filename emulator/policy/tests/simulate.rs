//! Cases as lines of JSON, as `rolecall simulate` takes them.

#[cfg(test)]
mod tests {
    use std::{fs, path::Path, sync::Arc};

    use rolecall_policy::{
        Action, Policy,
        simulate::{ExplanationMode, Knowledge, Simulator},
    };
    use serde_json::{Map, Value, json};

    const ANA: &str = "arn:aws:iam::111122223333:user/dev/ana";
    const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s1";
    const KEY: &str = "arn:aws:kms:eu-west-1:111122223333:key/k";
    const ROLE: &str = "arn:aws:iam::111122223333:role/svc/app";

    struct Known;

    impl Knowledge for Known {
        fn has_action(&self, action: &Action) -> bool {
            action.name() != "GetObjekt"
        }

        fn is_public(&self, policy: &Arc<Policy>) -> bool {
            policy.text.contains(r#""Principal":"*""#) && !policy.text.contains("Condition")
        }
    }

    fn answers(mode: ExplanationMode, lines: &[u8]) -> Vec<Value> {
        let mut simulator = Simulator::new(mode, &Known);
        let mut out = Vec::new();
        for line in lines.split(|byte| *byte == b'\n') {
            simulator.line(line, &mut out);
        }
        let lines = out
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty());
        lines
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    }

    fn answer(case: &Value) -> Value {
        answers(ExplanationMode::Left, case.to_string().as_bytes()).remove(0)
    }

    /// What was decided, and what blocks.
    fn verdict(case: &Value) -> (String, Vec<String>) {
        let answer = answer(case);
        let kind = answer["kind"].as_str().unwrap().to_owned();
        let allowed = if kind == "allow" { "allow" } else { "deny" };
        assert_eq!(answer["decision"], allowed, "{answer}");
        let blocked_by = answer["blockedBy"].as_array().unwrap().iter();
        (
            kind,
            blocked_by
                .map(|check| check.as_str().unwrap().to_owned())
                .collect(),
        )
    }

    fn statement(effect: &str, more: &Value) -> Value {
        let mut statement = json!({ "Effect": effect, "Action": "*", "Resource": "*" });
        let members = more.as_object().unwrap().clone();
        statement.as_object_mut().unwrap().extend(members);
        statement
    }

    fn policy(statements: &[Value]) -> Value {
        json!({ "Version": "2012-10-17", "Statement": statements })
    }

    fn allow(more: &Value) -> Value {
        policy(&[statement("Allow", more)])
    }

    fn case(principal: &str, action: &str, resource: &str, more: &Value) -> Value {
        let mut case =
            json!({ "id": "x", "principal": principal, "action": action, "resource": resource });
        case.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        case
    }

    #[track_caller]
    fn check(case: &Value, kind: &str, blocked_by: &[&str]) {
        let (found, blocking) = verdict(case);
        assert_eq!(
            (found.as_str(), blocking),
            (kind, blocked_by.iter().map(|&b| b.to_owned()).collect()),
            "{case:#}"
        );
    }

    /// A file of the corpus in the form of a line; none if a line cannot say it.
    fn line_of(file: &Value) -> Option<Value> {
        let request = &file["request"];
        let policies = file["policies"].as_object().cloned().unwrap_or_default();
        let mut out = Map::new();
        out.insert("id".to_owned(), file["source"].clone());
        // Everything about a principal is more than its ARN.
        out.insert(
            "principal".to_owned(),
            json!(request["principal"].as_str()?),
        );
        for member in ["action", "resource"] {
            out.insert(member.to_owned(), request[member].clone());
        }
        out.extend(issuer(request["principal"].as_str()?).map(|of| ("issuer".to_owned(), of)));
        if let Some(account) = request.get("resourceAccount") {
            out.insert("resourceAccountId".to_owned(), account.clone());
        }
        let context = request["context"].as_object().cloned().unwrap_or_default();
        let (unknown, known): (Map<_, _>, Map<_, _>) = context
            .into_iter()
            .partition(|(_, value)| value.is_object());
        out.insert("context".to_owned(), json!(known));
        out.insert("unknownKeys".to_owned(), unknown.keys().cloned().collect());
        for (kind, document) in policies {
            let (member, value) = match kind.as_str() {
                "identity" => ("identityPolicies", document),
                "permissionsBoundary" => ("permissionBoundaries", json!([document])),
                "session" => ("sessionPolicies", document),
                "resource" => ("resourcePolicy", document),
                "vpcEndpoint" => ("vpcEndpointPolicies", json!([document])),
                "serviceControl" => ("scps", document),
                "resourceControl" => ("rcps", document),
                "grants" => ("grants", document),
                _ => return None,
            };
            out.insert(member.to_owned(), value);
        }
        Some(Value::Object(out))
    }

    /// What a session of the corpus is made from, as its README says.
    fn issuer(principal: &str) -> Option<Value> {
        let (head, tail) = principal.split_once(":assumed-role/").map_or_else(
            || {
                principal
                    .split_once(":federated-user/")
                    .map(|(head, _)| (head, ""))
            },
            Some,
        )?;
        let account = head.rsplit(':').next()?;
        let of = match tail.split('/').next()? {
            "" => "user/dev/ana".to_owned(),
            role => format!("role/svc/{role}"),
        };
        Some(json!(format!("arn:aws:iam::{account}:{of}")))
    }

    fn files(folder: &Path) -> Vec<std::path::PathBuf> {
        let entries = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path());
        let inside = entries.flat_map(|path| {
            if path.is_dir() {
                files(&path)
            } else {
                vec![path]
            }
        });
        inside
            .filter(|path| path.extension().is_some_and(|e| e == "json"))
            .collect()
    }

    #[test]
    fn the_corpus_by_lines() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/authz");
        let mut seen = 0;
        for path in files(&folder) {
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let file: Value = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
            let Some(line) = line_of(&file) else { continue };
            let (expected, answer) = (&file["expect"], answer(&line));
            assert_eq!(answer["kind"], expected["decision"], "{name}: {answer}");
            let blocking = expected
                .get("blockedBy")
                .cloned()
                .unwrap_or_else(|| json!([]));
            assert_eq!(answer["blockedBy"], blocking, "{name}");
            assert_eq!(
                answer.get("undeterminedKeys"),
                expected.get("undeterminedKeys"),
                "{name}"
            );
            seen += 1;
        }
        assert!(seen > 275, "{seen}");
    }

    /// Nine that cannot be evaluated, a blank one and a good one.
    fn bad_lines() -> Vec<String> {
        let good = case(ANA, "s3:GetObject", "arn:aws:s3:::b/k", &json!({}));
        let bad_document = case(
            ANA,
            "s3:GetObject",
            "*",
            &json!({
                "identityPolicies": [allow(&json!({})), { "Statement": [{ "Effect": "allow", "Action": "*", "Resource": "*" }] }],
            }),
        );
        let bad_level = case(
            ANA,
            "s3:GetObject",
            "*",
            &json!({ "scps": [[], [{ "Version": "2012-10-17" }]] }),
        );
        vec![
            "{".to_owned(),
            r#"{"id": [7], "principal": 1}"#.to_owned(),
            bad_document.to_string(),
            bad_level.to_string(),
            case("ana", "s3:GetObject", "*", &json!({})).to_string(),
            case(ANA, "GetObject", "*", &json!({})).to_string(),
            case(
                ANA,
                "s3:GetObject",
                "*",
                &json!({ "resourceAccountId": "1" }),
            )
            .to_string(),
            case(
                ANA,
                "s3:GetObject",
                "*",
                &json!({ "context": { "k": [["nested"]] } }),
            )
            .to_string(),
            String::new(),
            good.to_string(),
        ]
    }

    #[test]
    fn what_cannot_be_evaluated_is_an_answer_and_the_rest_goes_on() {
        let lines = bad_lines();
        let mut bytes = lines.join("\n").into_bytes();
        bytes.extend(b"\n\xff\xfe");
        let answers = answers(ExplanationMode::Left, &bytes);
        let found: Vec<(Value, &str)> = answers
            .iter()
            .map(|a| (a["id"].clone(), a["error"].as_str().unwrap_or("none")))
            .collect();
        let expected = [
            (
                json!(null),
                "the line is not a case: EOF while parsing an object at line 1 column 1",
            ),
            (
                json!([7]),
                "the line is not a case: invalid type: integer `1`, expected a string at line 1 column 26",
            ),
            (
                json!("x"),
                "identityPolicies[1]: `allow` is not an effect (line 1, column 25)",
            ),
            (
                json!("x"),
                "scps[1][0]: there is no `Statement` (line 1, column 1)",
            ),
            (
                json!("x"),
                "`ana` is not a principal: the ARN of a user, role, session, account or identity provider, the name of a service, or `anonymous` is needed",
            ),
            (
                json!("x"),
                "`GetObject` is not an action: `service:Name` is needed",
            ),
            (
                json!("x"),
                "`resourceAccountId`: `1` is not an account id: twelve digits are needed",
            ),
            (
                json!("x"),
                "the line is not a case: a list of values has a list in it at line 1 column 129",
            ),
            (json!("x"), "none"),
            (
                json!(null),
                "the line is not a case: expected value at line 1 column 1",
            ),
        ];
        assert_eq!(found, expected);
        let failed = answers
            .iter()
            .filter(|answer| answer["kind"] == "error")
            .count();
        assert_eq!(failed, 9);
    }

    #[test]
    fn ids_come_back_as_they_came() {
        for id in [json!("a"), json!(7), json!({ "a": [1] }), json!(null)] {
            let mut case = case(ANA, "s3:GetObject", "*", &json!({}));
            case["id"] = id.clone();
            assert_eq!(answer(&case)["id"], id);
        }
        let case =
            json!({ "principal": ANA, "action": "s3:GetObject", "resource": "*", "other": {} });
        assert_eq!(answer(&case)["id"], json!(null));
    }

    #[test]
    fn an_action_that_is_not_known_is_evaluated_with_a_warning() {
        let more = json!({ "identityPolicies": [allow(&json!({}))] });
        let found = answer(&case(ANA, "s3:GetObjekt", "*", &more));
        assert_eq!(found["kind"], "allow");
        assert_eq!(
            found["warnings"],
            json!(["AWS is not known to have the action `s3:GetObjekt`"])
        );
        let found = answer(&case(ANA, "s3:GetObject", "*", &more));
        assert_eq!(found["warnings"], json!([]));
    }

    #[test]
    fn the_owner_is_the_given_account_then_that_of_the_arn_then_the_callers() {
        let more = json!({ "identityPolicies": [allow(&json!({}))] });
        let own = "arn:aws:sqs:eu-west-1:111122223333:q";
        let other = "arn:aws:sqs:eu-west-1:444455556666:q";
        check(&case(ANA, "sqs:SendMessage", own, &more), "allow", &[]);
        check(
            &case(ANA, "sqs:SendMessage", other, &more),
            "implicitDeny",
            &["RESOURCE"],
        );
        check(
            &case(ANA, "s3:GetObject", "arn:aws:s3:::b/k", &more),
            "allow",
            &[],
        );
        let given =
            json!({ "identityPolicies": [allow(&json!({}))], "resourceAccountId": "444455556666" });
        check(
            &case(ANA, "s3:GetObject", "arn:aws:s3:::b/k", &given),
            "implicitDeny",
            &["RESOURCE"],
        );
        check(
            &case(ANA, "sqs:SendMessage", own, &given),
            "implicitDeny",
            &["RESOURCE"],
        );
    }

    #[test]
    fn keys_that_follow_are_filled_in_and_no_others() {
        let equals = |key: &str, value: &str| {
            let condition = json!({ "Condition": { "StringEquals": { key: value } } });
            json!({ "identityPolicies": [allow(&condition)] })
        };
        let bucket = "arn:aws:s3:::b/k";
        for (principal, key, value) in [
            (ANA, "aws:PrincipalArn", ANA),
            (ANA, "AWS:principaltype", "User"),
            (ANA, "aws:PrincipalAccount", "111122223333"),
            (ANA, "aws:ResourceAccount", "111122223333"),
            (
                SESSION,
                "aws:PrincipalArn",
                "arn:aws:iam::111122223333:role/app",
            ),
            (SESSION, "aws:PrincipalType", "AssumedRole"),
            (ROLE, "aws:PrincipalArn", ROLE),
        ] {
            check(
                &case(principal, "s3:GetObject", bucket, &equals(key, value)),
                "allow",
                &[],
            );
        }
        // Nothing else: not even what an ARN shows.
        let username = case(ANA, "s3:GetObject", bucket, &equals("aws:username", "ana"));
        check(&username, "implicitDeny", &["PRINCIPAL"]);
        // What the context has stays.
        let mut given = case(
            ANA,
            "s3:GetObject",
            bucket,
            &equals("aws:PrincipalType", "User"),
        );
        given["context"] = json!({ "AWS:PrincipalType": "Robot" });
        check(&given, "implicitDeny", &["PRINCIPAL"]);
    }

    #[test]
    fn unknown_keys_are_not_computed() {
        let condition =
            json!({ "Condition": { "StringEquals": { "aws:ResourceTag/team": "blue" } } });
        for key in ["aws:ResourceTag/Team", "aws:ResourceTag/*"] {
            let more = json!({ "identityPolicies": [allow(&condition)], "unknownKeys": [key] });
            let found = answer(&case(ANA, "s3:GetObject", "*", &more));
            assert_eq!(found["kind"], "undetermined");
            assert_eq!(found["decision"], "deny");
            assert_eq!(found["blockedBy"], json!(["PRINCIPAL"]));
            assert_eq!(found["undeterminedKeys"], json!(["aws:ResourceTag/team"]));
        }
    }

    #[test]
    fn strings_are_single_valued_and_arrays_multivalued() {
        let condition = json!({ "Condition": { "StringEquals": { "app:k": "v" } } });
        let policies = json!({ "identityPolicies": [allow(&condition)] });
        for (value, kind, blocked_by) in [
            (json!("v"), "allow", vec![]),
            (json!(["v"]), "implicitDeny", vec!["PRINCIPAL"]),
        ] {
            let mut case = case(ANA, "s3:GetObject", "*", &policies);
            case["context"] = json!({ "app:k": value });
            check(&case, kind, &blocked_by);
        }
    }

    #[test]
    fn a_wildcard_only_action_needs_the_star() {
        let arn = "arn:aws:s3:::b";
        let on = |resource: &str| json!({ "identityPolicies": [allow(&json!({ "Resource": resource }))], "wildcardOnlyAction": true });
        check(
            &case(ANA, "s3:ListAllMyBuckets", arn, &on("*")),
            "allow",
            &[],
        );
        check(
            &case(ANA, "s3:ListAllMyBuckets", arn, &on(arn)),
            "implicitDeny",
            &["PRINCIPAL"],
        );
    }

    #[test]
    fn trust_policies_and_key_policies_decide_as_such() {
        let trust = |principal: Value| {
            let statement =
                json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
            json!({ "resourcePolicy": policy(&[statement]) })
        };
        let assume = |more: &Value| case(ANA, "sts:AssumeRole", ROLE, more);
        check(&assume(&trust(json!({ "AWS": ANA }))), "allow", &[]);
        check(
            &assume(&trust(json!({ "AWS": "111122223333" }))),
            "implicitDeny",
            &["PRINCIPAL"],
        );
        check(
            &assume(&json!({ "identityPolicies": [allow(&json!({}))] })),
            "implicitDeny",
            &["RESOURCE"],
        );
        let identity = json!({ "identityPolicies": [allow(&json!({}))] });
        check(
            &case(ANA, "kms:Decrypt", KEY, &identity),
            "implicitDeny",
            &["RESOURCE"],
        );
        let delegated = json!({
            "identityPolicies": [allow(&json!({}))],
            "resourcePolicy": allow(&json!({ "Principal": { "AWS": "111122223333" } })),
        });
        check(&case(ANA, "kms:Decrypt", KEY, &delegated), "allow", &[]);
        let services = trust(json!({ "Service": "lambda.amazonaws.com" }));
        check(
            &case("lambda.amazonaws.com", "sts:AssumeRole", ROLE, &services),
            "allow",
            &[],
        );
        // STS refuses roles to root users.
        let root = case(
            "111122223333",
            "sts:AssumeRole",
            ROLE,
            &trust(json!({ "AWS": "111122223333" })),
        );
        check(&root, "implicitDeny", &["PRINCIPAL"]);
        assert_eq!(
            answer(&root)["warnings"],
            json!(["roles may not be assumed by root accounts"])
        );
    }

    #[test]
    fn a_roles_arn_stands_for_its_sessions() {
        let to_role = json!({ "resourcePolicy": allow(&json!({ "Principal": { "AWS": ROLE } })) });
        check(&case(ROLE, "s3:GetObject", "*", &to_role), "allow", &[]);
        let mut limited = case(ROLE, "s3:GetObject", "*", &to_role);
        limited["permissionBoundaries"] = json!([allow(&json!({ "Action": "sqs:*" }))]);
        check(&limited, "implicitDeny", &["PERMISSIONS_BOUNDARY"]);
        let but = json!({ "Effect": "Deny", "NotPrincipal": { "AWS": ["111122223333", ROLE] }, "Action": "*", "Resource": "*" });
        let spared =
            json!({ "identityPolicies": [allow(&json!({}))], "resourcePolicy": policy(&[but]) });
        check(&case(ROLE, "s3:GetObject", "*", &spared), "allow", &[]);
    }

    #[test]
    fn session_policies_boundaries_and_endpoint_policies_of_a_kind_add_up() {
        let of = |action: &str| allow(&json!({ "Action": action }));
        let all = json!({ "identityPolicies": [of("*")], "sessionPolicy": of("s3:*") });
        check(&case(SESSION, "s3:GetObject", "*", &all), "allow", &[]);
        check(
            &case(SESSION, "sqs:SendMessage", "*", &all),
            "implicitDeny",
            &["SESSION"],
        );
        let two = json!({ "identityPolicies": [of("*")], "permissionBoundaries": [of("s3:*"), of("sqs:*")] });
        check(&case(ANA, "sqs:SendMessage", "*", &two), "allow", &[]);
        check(
            &case(ANA, "sns:Publish", "*", &two),
            "implicitDeny",
            &["PERMISSIONS_BOUNDARY"],
        );
    }

    #[test]
    fn block_public_access_takes_back_what_a_public_policy_grants() {
        let public = allow(&json!({ "Principal": "*" }));
        let office = allow(
            &json!({ "Principal": "*", "Condition": { "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } } }),
        );
        let settings = json!({ "s3": { "blockPublicAccess": true } });
        let with = |principal: &str, policy: &Value, settings: &Value| {
            let more = json!({ "resourcePolicy": policy, "settings": settings, "resourceAccountId": "111122223333",
                "identityPolicies": [allow(&json!({}))], "context": { "aws:SourceIp": "203.0.113.7" } });
            case(principal, "s3:GetObject", "arn:aws:s3:::b/k", &more)
        };
        let stranger = "arn:aws:iam::444455556666:user/eve";
        check(&with("anonymous", &public, &json!({})), "allow", &[]);
        check(
            &with("anonymous", &public, &settings),
            "implicitDeny",
            &["RESOURCE"],
        );
        check(&with("anonymous", &office, &settings), "allow", &[]);
        check(
            &with(stranger, &public, &settings),
            "implicitDeny",
            &["RESOURCE"],
        );
        check(&with(ANA, &public, &settings), "allow", &[]);
        check(&with("sns.amazonaws.com", &public, &settings), "allow", &[]);
    }

    #[test]
    fn each_setting_of_block_public_access_does_its_own() {
        let public = allow(&json!({ "Principal": "*" }));
        let answer = |action: &str, setting: &Value| {
            let settings = json!({ "s3": { "blockPublicAccess": setting } });
            let more = json!({ "resourcePolicy": public, "settings": settings });
            answer(&case("anonymous", action, "arn:aws:s3:::b", &more))
        };
        let refused = "Block Public Access refuses what the public bucket policy grants";
        for (setting, kind, warnings) in [
            (json!(true), "implicitDeny", json!([refused])),
            (
                json!({ "restrictPublicBuckets": true }),
                "implicitDeny",
                json!([refused]),
            ),
            (json!(false), "allow", json!([])),
            (json!(null), "allow", json!([])),
            (
                json!({ "blockPublicPolicy": true, "blockPublicAcls": true, "ignorePublicAcls": true }),
                "allow",
                json!([]),
            ),
        ] {
            let found = answer("s3:ListBucket", &setting);
            assert_eq!(
                (&found["kind"], &found["warnings"]),
                (&json!(kind), &warnings),
                "{setting}"
            );
        }
        let found = answer("s3:PutBucketPolicy", &json!({ "blockPublicPolicy": true }));
        let expected = "Block Public Access refuses a policy that is public; the case does not say \
                        which policy is put";
        assert_eq!(
            (&found["kind"], &found["warnings"]),
            (&json!("allow"), &json!([expected]))
        );
        // Another service's settings are not S3's.
        let more = json!({ "resourcePolicy": public, "settings": { "s3": { "blockPublicAccess": true } } });
        let queue = "arn:aws:sqs:eu-west-1:111122223333:q";
        check(
            &case("anonymous", "sqs:SendMessage", queue, &more),
            "allow",
            &[],
        );
    }

    /// A stranger's own grant in a public policy goes too; an explicit deny stays what it is.
    #[test]
    fn block_public_access_takes_back_all_that_a_public_policy_grants_to_strangers() {
        let eve = "arn:aws:iam::444455556666:user/eve";
        let mixed = policy(&[
            statement(
                "Allow",
                &json!({ "Principal": "*", "Action": "s3:GetObject" }),
            ),
            statement(
                "Allow",
                &json!({ "Principal": { "AWS": eve }, "Action": "s3:PutObject" }),
            ),
            statement(
                "Deny",
                &json!({ "Principal": "*", "Action": "s3:DeleteObject" }),
            ),
        ]);
        let with = |action: &str, settings: &Value| {
            let more = json!({ "resourcePolicy": mixed, "settings": settings,
                "resourceAccountId": "111122223333", "identityPolicies": [allow(&json!({}))] });
            case(eve, action, "arn:aws:s3:::b/k", &more)
        };
        let settings = json!({ "s3": { "blockPublicAccess": true } });
        check(&with("s3:PutObject", &json!({})), "allow", &[]);
        check(
            &with("s3:PutObject", &settings),
            "implicitDeny",
            &["RESOURCE"],
        );
        check(
            &with("s3:DeleteObject", &settings),
            "explicitDeny",
            &["RESOURCE"],
        );
    }

    #[test]
    fn grants_on_a_key_allow() {
        let key_policy =
            allow(&json!({ "Principal": { "AWS": "arn:aws:iam::111122223333:user/admin" } }));
        let grant = |constraints: &Value| json!({ "grantId": "g1", "granteePrincipal": ANA, "operations": ["Decrypt"], "constraints": constraints });
        let with = |action: &str, constraints: &Value| {
            let more = json!({ "resourcePolicy": key_policy, "grants": [grant(constraints)],
                "context": { "kms:EncryptionContext:team": "blue", "kms:EncryptionContextKeys": ["team"] } });
            case(ANA, action, KEY, &more)
        };
        let blue = json!({ "encryptionContextSubset": { "team": "blue" } });
        let red = json!({ "encryptionContextEquals": { "team": "red" } });
        check(&with("kms:Decrypt", &json!({})), "allow", &[]);
        check(&with("kms:Decrypt", &blue), "allow", &[]);
        check(&with("kms:Decrypt", &red), "implicitDeny", &["RESOURCE"]);
        check(&with("kms:Encrypt", &blue), "implicitDeny", &["RESOURCE"]);
        let explained = answers(
            ExplanationMode::Full,
            with("kms:Decrypt", &blue).to_string().as_bytes(),
        );
        assert_eq!(
            explained[0]["explanation"]["decision"]["checks"][0]["statements"],
            json!([{ "policy": "grant g1", "statement": 0 }])
        );
        let elsewhere = case(
            ANA,
            "s3:GetObject",
            "*",
            &json!({ "grants": [grant(&blue)] }),
        );
        let expected = json!(["grants are on KMS keys: these take no part"]);
        assert_eq!(answer(&elsewhere)["warnings"], expected);
        let slip = json!({ "grants": [{ "grantId": "g", "granteePrincipal": ANA, "operation": ["Decrypt"] }] });
        let found = answer(&case(ANA, "kms:Decrypt", KEY, &slip));
        let error = found["error"].as_str().unwrap();
        assert!(error.contains("unknown field `operation`"), "{error}");
    }

    #[test]
    fn a_session_has_the_path_of_its_role() {
        let of_path = allow(&json!({ "Condition": { "ArnEquals": { "aws:PrincipalArn": ROLE } } }));
        let with = |more: &Value| {
            let mut line = case(SESSION, "s3:GetObject", "*", more);
            line["identityPolicies"] = json!([of_path]);
            line
        };
        // The name alone: a role without a path.
        check(&with(&json!({})), "implicitDeny", &["PRINCIPAL"]);
        check(&with(&json!({ "issuer": ROLE })), "allow", &[]);
        check(
            &with(&json!({ "context": { "aws:PrincipalArn": ROLE } })),
            "allow",
            &[],
        );
        // What the policy of a resource names is the role with its path, then.
        let other = ROLE.replace("svc", "other");
        let named = |issuer: &str| {
            let policy = allow(&json!({ "Principal": { "AWS": ROLE } }));
            let more = json!({ "issuer": issuer, "resourcePolicy": policy });
            case(SESSION, "s3:GetObject", "arn:aws:s3:::b/k", &more)
        };
        check(&named(ROLE), "allow", &[]);
        check(&named(&other), "implicitDeny", &["PRINCIPAL"]);
        for wrong in [
            &ROLE.replace("app", "ape"),
            &ROLE.replace("111122223333", "444455556666"),
            ANA,
            "app",
        ] {
            let found = answer(&with(&json!({ "issuer": wrong })));
            let expected =
                format!("`issuer`: `{wrong}` is not what the session `{SESSION}` is made from");
            assert_eq!(found["error"], expected);
        }
    }

    #[test]
    fn a_member_whose_name_is_nearly_known_is_pointed_out() {
        for (member, meant) in [
            ("resourcePolicies", Some("resourcePolicy")),
            ("identityPolicy", Some("identityPolicies")),
            ("permissionsBoundaries", Some("permissionBoundaries")),
            ("Context", Some("context")),
            ("scp", Some("scps")),
            ("comment", None),
            ("expected", None),
        ] {
            let found = answer(&case(ANA, "s3:GetObject", "*", &json!({ member: [] })));
            let expected: Vec<String> = meant
                .map(|meant| format!("the member `{member}` is ignored: did you mean `{meant}`?"))
                .into_iter()
                .collect();
            assert_eq!(found["kind"], "implicitDeny", "{found}");
            assert_eq!(found["warnings"], json!(expected), "{member}");
        }
        for settings in [
            json!({ "S3": {} }),
            json!({ "s3": { "blockPublicAcces": true } }),
            json!({ "s3": { "blockPublicAccess": { "restrictPublicBucket": true } } }),
        ] {
            let found = answer(&case(
                ANA,
                "s3:GetObject",
                "*",
                &json!({ "settings": settings }),
            ));
            let warning = found["warnings"][0].as_str().unwrap();
            assert!(warning.contains("is ignored: did you mean `"), "{found}");
        }
        let twice = r#"{"principal": "anonymous", "principal": "anonymous"}"#;
        let found = answers(ExplanationMode::Left, twice.as_bytes()).remove(0);
        let error = found["error"].as_str().unwrap();
        assert!(error.contains("duplicate field `principal`"), "{error}");
        let found = answers(ExplanationMode::Left, br#"{"principal": "anonymous"}"#).remove(0);
        let error = found["error"].as_str().unwrap();
        assert!(error.contains("missing field `action`"), "{error}");
    }

    #[test]
    fn an_explanation_has_every_check_statement_and_condition() {
        let condition = json!({ "Sid": "Mine", "Resource": "arn:aws:s3:::${aws:username}/*",
            "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-1" } } });
        let more = json!({ "identityPolicies": [allow(&condition)], "context": { "aws:username": "ana" } });
        let line = case(ANA, "s3:GetObject", "arn:aws:s3:::ana/k", &more);
        let found = answers(ExplanationMode::Full, line.to_string().as_bytes()).remove(0);
        let explanation = &found["explanation"];
        assert_eq!(
            explanation["decision"]["checks"],
            json!([{ "kind": "PRINCIPAL", "effect": "IMPLICIT_DENY" }])
        );
        let statement = &explanation["policies"][0]["statements"][0];
        assert_eq!(
            statement["statement"],
            json!({ "policy": "identityPolicies[0]", "statement": 0, "sid": "Mine" })
        );
        assert_eq!(statement["resources"][0]["resolved"], "arn:aws:s3:::ana/*");
        assert_eq!(
            statement["conditions"][0]["note"],
            "the request has no `aws:SourceVpc`"
        );
        assert_eq!(
            explanation["remedies"],
            json!(["an identity policy has to allow `s3:GetObject` on `arn:aws:s3:::ana/k`"])
        );
    }

    #[test]
    fn remedies_name_all_that_stands_in_the_way() {
        let deny = policy(&[statement("Deny", &json!({ "Sid": "Never" }))]);
        let more = json!({ "permissionBoundaries": [deny] });
        let line = case(ANA, "s3:GetObject", "*", &more);
        let found = answers(ExplanationMode::Full, line.to_string().as_bytes()).remove(0);
        assert_eq!(found["blockedBy"], json!(["PERMISSIONS_BOUNDARY"]));
        let expected = json!([
            "an identity policy has to allow `s3:GetObject` on `*`",
            "statement `Never` of `permissionBoundaries[0]` must not match: it denies",
        ]);
        assert_eq!(found["explanation"]["remedies"], expected);
    }

    #[test]
    fn what_repeats_is_the_same_each_time() {
        let more = json!({ "identityPolicies": [allow(&json!({ "Action": "s3:*" }))] });
        let lines = [
            case(ANA, "s3:GetObject", "*", &more).to_string(),
            case(ANA, "sqs:SendMessage", "*", &more).to_string(),
            case(SESSION, "s3:GetObject", "*", &more).to_string(),
            case(ANA, "s3:GetObject", "*", &more).to_string(),
        ];
        let found = answers(ExplanationMode::Left, lines.join("\n").as_bytes());
        let kinds: Vec<&str> = found
            .iter()
            .map(|answer| answer["kind"].as_str().unwrap())
            .collect();
        assert_eq!(kinds, ["allow", "implicitDeny", "allow", "allow"]);
    }
}
