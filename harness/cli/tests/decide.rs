//! `rolecall simulate` and `rolecall explain`, as they are run.

#[cfg(test)]
mod tests {
    use std::{
        fs,
        io::Write,
        path::PathBuf,
        process::{Command, Output, Stdio},
    };

    use serde_json::{Value, json};
    use tempfile::TempDir;

    const ROLE: &str = "arn:aws:iam::123456789012:role/app";
    const SESSION: &str = "arn:aws:sts::123456789012:assumed-role/app/s1";

    fn rolecall(arguments: &[&str], input: &[u8]) -> Output {
        let mut child = Command::new(env!("CARGO_BIN_EXE_rolecall"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    fn lines(output: &Output) -> Vec<Value> {
        let text = String::from_utf8(output.stdout.clone()).unwrap();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    fn reads() -> Value {
        json!({ "Version": "2012-10-17", "Statement": [
            { "Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*" }
        ] })
    }

    fn case(id: u32, action: &str) -> String {
        json!({ "id": id, "principal": SESSION, "action": action, "resource": "arn:aws:s3:::b/k",
            "identityPolicies": [reads()] })
        .to_string()
    }

    #[test]
    fn simulate_answers_each_line_and_succeeds() {
        let input = [
            case(1, "s3:GetObject"),
            "{".to_owned(),
            case(3, "s3:PutObject"),
            case(4, "s3:GetObjekt"),
        ];
        let output = rolecall(
            &["simulate", "--no-explanation"],
            input.join("\n").as_bytes(),
        );
        assert!(output.status.success());
        let expected = [
            json!({ "id": 1, "decision": "allow", "kind": "allow", "blockedBy": [], "warnings": [] }),
            json!({ "id": null, "kind": "error", "error": "the line is not a case: EOF while parsing an object at line 1 column 1" }),
            json!({ "id": 3, "decision": "deny", "kind": "implicitDeny", "blockedBy": ["PRINCIPAL"], "warnings": [] }),
            json!({ "id": 4, "decision": "allow", "kind": "allow", "blockedBy": [],
                "warnings": ["AWS is not known to have the action `s3:GetObjekt`"] }),
        ];
        assert_eq!(lines(&output), expected);
    }

    #[test]
    fn simulate_explains_unless_told_not_to() {
        let output = rolecall(&["simulate"], case(1, "s3:PutObject").as_bytes());
        let answer = lines(&output).remove(0);
        let statement = &answer["explanation"]["policies"][0]["statements"][0];
        assert_eq!(
            statement["whyNot"],
            json!(["`Action` is `s3:Get*`, not `s3:PutObject`"])
        );
    }

    /// Whether a policy is public is what `rolecall public` says of it.
    #[test]
    fn simulate_blocks_public_access() {
        let with = |principal: &str, condition: &Value| {
            let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "s3:GetObject",
                "Resource": "arn:aws:s3:::b/*", "Condition": condition });
            let policy = json!({ "Version": "2012-10-17", "Statement": [statement] });
            json!({ "principal": "anonymous", "action": "s3:GetObject", "resource": "arn:aws:s3:::b/k",
                "resourcePolicy": policy, "settings": { "s3": { "blockPublicAccess": true } },
                "context": { "aws:SourceIp": "203.0.113.7", "aws:SourceVpce": "vpce-1",
                    "s3:DataAccessPointArn": "arn:aws:s3:eu-west-1:123456789012:accesspoint/a" } })
            .to_string()
        };
        let point = |account: &str| {
            let arn = format!("arn:aws:s3:eu-west-1:{account}:accesspoint/*");
            json!({ "ArnLike": { "s3:DataAccessPointArn": arn } })
        };
        let cases = [
            (json!({}), "implicitDeny"),
            (
                json!({ "IpAddress": { "aws:SourceIp": "203.0.113.0/24" } }),
                "allow",
            ),
            (
                json!({ "IpAddress": { "aws:SourceIp": "192.0.0.0/2" } }),
                "implicitDeny",
            ),
            (
                json!({ "StringEquals": { "aws:SourceVpce": "vpce-1" } }),
                "allow",
            ),
            (
                json!({ "StringLike": { "aws:SourceVpce": "vpce-*" } }),
                "implicitDeny",
            ),
            (point("123456789012"), "allow"),
            (point("*"), "implicitDeny"),
        ];
        let input: Vec<String> = cases
            .iter()
            .map(|(condition, _)| with("*", condition))
            .collect();
        let output = rolecall(
            &["simulate", "--no-explanation"],
            input.join("\n").as_bytes(),
        );
        for (answer, (condition, kind)) in lines(&output).iter().zip(&cases) {
            assert_eq!(answer["kind"], *kind, "{condition}: {answer}");
        }
    }

    #[test]
    fn simulate_says_what_a_line_may_have() {
        let output = rolecall(&["simulate", "--help"], b"");
        let help = String::from_utf8(output.stdout).unwrap();
        for member in [
            "resourceAccountId",
            "grants",
            "issuer",
            "restrictPublicBuckets",
        ] {
            assert!(help.contains(member), "{help}");
        }
    }

    #[test]
    fn a_line_that_is_too_long_is_an_error_and_the_rest_goes_on() {
        let mut input = vec![b' '; (16 << 20) + 5];
        input.extend(format!("\n{}\n", case(2, "s3:GetObject")).as_bytes());
        let output = rolecall(&["simulate", "--no-explanation"], &input);
        let kinds: Vec<Value> = lines(&output)
            .iter()
            .map(|answer| answer["kind"].clone())
            .collect();
        assert_eq!(kinds, ["error", "allow"]);
    }

    fn file(folder: &TempDir, name: &str, text: &str) -> String {
        let path: PathBuf = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    #[test]
    fn explain_a_request() {
        let folder = TempDir::new().unwrap();
        let boundary = json!({ "Version": "2012-10-17", "Statement": {
            "Sid": "Fence", "Effect": "Allow", "Action": "*", "Resource": "*",
            "Condition": { "StringEquals": { "aws:RequestedRegion": ["eu-west-1", "eu-central-1"] } },
        } });
        let policy = file(&folder, "policy.json", &reads().to_string());
        let boundary = file(&folder, "boundary.json", &boundary.to_string());
        let request = [
            "explain",
            "--principal",
            SESSION,
            "--action",
            "s3:GetObject",
            "--resource",
            "arn:aws:s3:::b/k",
            "--context",
            "aws:RequestedRegion=us-east-1",
            "--policy",
            &policy,
            "--boundary",
            &boundary,
        ];
        let output = rolecall(&request, b"");
        assert!(output.status.success(), "{output:?}");
        let expected = format!(
            "s3:GetObject on arn:aws:s3:::b/k: denied implicitly\n\
             \x20 PRINCIPAL                ALLOW\n\
             \x20 PERMISSIONS_BOUNDARY     IMPLICIT_DENY\n\
             \n\
             PRINCIPAL {policy}\n\
             \x20 Allow 1 `Read`: matches\n\
             \x20   principal yes, action yes, resource yes, conditions none\n\
             \n\
             PERMISSIONS_BOUNDARY {boundary}\n\
             \x20 Allow 1 `Fence`: does not match\n\
             \x20   principal yes, action yes, resource yes, conditions no\n\
             \x20   `StringEquals` on `aws:RequestedRegion`: the request has `us-east-1`, the policy `eu-west-1`, `eu-central-1`\n\
             \n\
             for an allow:\n\
             \x20 the permissions boundary has to allow `s3:GetObject` on `arn:aws:s3:::b/k`\n"
        );
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected);
    }

    #[test]
    fn explain_fills_in_what_follows_from_the_principal() {
        let folder = TempDir::new().unwrap();
        let own = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:username}/*",
            "Condition": { "Bool": { "aws:PrincipalIsAWSService": "false" } },
        } });
        let of_service = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*",
            "Condition": {
                "Bool": { "aws:PrincipalIsAWSService": "true" },
                "StringEquals": { "aws:PrincipalServiceName": "logs.amazonaws.com" },
            },
        } });
        let own = file(&folder, "own.json", &own.to_string());
        let of_service = file(&folder, "bucket.json", &of_service.to_string());
        let user = "arn:aws:iam::123456789012:user/dev/bob";
        let decided = |principal: &str, option: &str, path: &str, action: &str| {
            let output = rolecall(
                &[
                    "explain",
                    "--principal",
                    principal,
                    "--action",
                    action,
                    "--resource",
                    "arn:aws:s3:::b/bob/k",
                    option,
                    path,
                ],
                b"",
            );
            let text = String::from_utf8(output.stdout).unwrap();
            let first = text.lines().next().unwrap_or_default().to_owned();
            (first, String::from_utf8(output.stderr).unwrap())
        };
        let allowed = "s3:GetObject on arn:aws:s3:::b/bob/k: allowed";
        let (first, said) = decided(user, "--policy", &own, "s3:GetObject");
        assert!(first.starts_with(allowed), "{first}");
        assert_eq!(said, "");
        let service = "logs.amazonaws.com";
        let (first, _) = decided(service, "--resource-policy", &of_service, "s3:GetObject");
        assert!(first.starts_with(allowed), "{first}");
        let (_, said) = decided(user, "--policy", &own, "s3:GetObjct");
        let expected =
            "rolecall: warning: `s3` has no action `GetObjct`; `GetObject` is the nearest";
        assert_eq!(said.trim_end(), expected);
    }

    #[test]
    fn explain_says_where_rcps_do_not_apply() {
        let folder = TempDir::new().unwrap();
        let rcp = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" } });
        let all = json!({ "Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Action": "*", "Resource": "*" } });
        let rcp = file(&folder, "rcp.json", &rcp.to_string());
        let all = file(&folder, "all.json", &all.to_string());
        let topic = "arn:aws:sns:us-east-1:123456789012:t";
        let output = rolecall(
            &[
                "explain",
                "--principal",
                SESSION,
                "--action",
                "sns:Publish",
                "--resource",
                topic,
                "--policy",
                &all,
                "--rcp",
                &rcp,
            ],
            b"",
        );
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(
            text.starts_with(&format!("sns:Publish on {topic}: allowed")),
            "{text}"
        );
        let expected = format!(
            "RESOURCE_CONTROL_POLICY {rcp}, level 0: takes no part (resource control policies do not apply to `sns`)"
        );
        assert!(text.contains(&expected), "{text}");
    }

    fn trust(folder: &TempDir) -> String {
        let trust = json!({ "Version": "2012-10-17", "Statement": {
            "Sid": "Ci", "Effect": "Allow", "Principal": { "AWS": ROLE }, "Action": "sts:AssumeRole",
            "Condition": { "StringEquals": { "sts:ExternalId": "x" } },
        } });
        file(folder, "trust.json", &trust.to_string())
    }

    const ASSUME: [&str; 7] = [
        "explain",
        "--principal",
        SESSION,
        "--action",
        "sts:AssumeRole",
        "--resource",
        "arn:aws:iam::123456789012:role/other",
    ];

    #[test]
    fn explain_says_what_is_a_trust_policy() {
        let folder = TempDir::new().unwrap();
        let trust = trust(&folder);
        let explained = |more: &[&str]| {
            let output = rolecall(&[&ASSUME, more].concat(), b"");
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap()
        };
        let other = "arn:aws:iam::123456789012:role/other";
        let expected = format!(
            "sts:AssumeRole on {other}: denied implicitly\n\
             \x20 RESOURCE                 IMPLICIT_DENY\n\
             \x20 PRINCIPAL                NO_IMPACT (nothing matched, and nothing had to)\n\
             \n\
             RESOURCE {trust} (the trust policy of the role)\n\
             \x20 Allow 1 `Ci`: does not match\n\
             \x20   principal yes, action yes, resource none, conditions no\n\
             \x20   `StringEquals` on `sts:ExternalId`: the request has no `sts:ExternalId`\n\
             \n\
             for an allow:\n\
             \x20 the trust policy of the role has to allow `sts:AssumeRole` on `{other}`\n"
        );
        assert_eq!(explained(&["--resource-policy", &trust]), expected);
        let without = explained(&[]);
        let none = "\nRESOURCE (the trust policy of the role): none is given\n";
        assert!(without.contains(none), "{without}");
    }

    #[test]
    fn explain_says_what_is_missing_or_too_much() {
        let folder = TempDir::new().unwrap();
        let trust = trust(&folder);
        let recording = file(&folder, "recording.jsonl", &recording());
        let said = |arguments: &[&str]| {
            let output = rolecall(arguments, b"");
            assert_eq!(output.status.code(), Some(2), "{output:?}");
            String::from_utf8(output.stderr).unwrap()
        };
        for (arguments, expected) in [
            (vec![], "an attempt of a recording is needed, or a request"),
            (
                vec![recording.as_str()],
                "has 1 attempts: say which with --attempt",
            ),
            (
                vec!["--attempt", "1"],
                "--attempt is one of a recording: name the recording",
            ),
            (
                vec![
                    &recording,
                    "--attempt",
                    "1",
                    "--scp",
                    &trust,
                    "--action",
                    "s3:GetObject",
                ],
                "is a recording, and --action, --scp are for a request that is made up",
            ),
            (
                vec!["--principal", ROLE],
                "the request lacks --action, --resource",
            ),
        ] {
            let said = said(&[&["explain"], arguments.as_slice()].concat());
            assert!(said.contains(expected), "{said}");
        }
        assert!(said(&["explain"]).contains("Usage: rolecall explain <RECORDING> --attempt"));
        let misplaced = said(&[&ASSUME[..], &["--policy", &trust]].concat());
        let help = "this is a trust policy: --resource-policy takes it";
        assert!(misplaced.contains(help), "{misplaced}");
    }

    /// What `generate` writes of two roles is what `verify` takes.
    #[test]
    fn verify_takes_the_policies_of_several_roles() {
        let folder = TempDir::new().unwrap();
        let other = recording()
            .replace("role/app", "role/more")
            .replace("assumed-role/app", "assumed-role/more");
        let first = file(&folder, "first.jsonl", &recording());
        let second = file(&folder, "second.jsonl", &other);
        let generated = rolecall(&["generate", &first, &second], b"");
        assert!(generated.status.success(), "{generated:?}");
        let text = String::from_utf8(generated.stdout).unwrap();
        let policies = file(&folder, "policies.json", &text);
        let verify = |more: &[&str]| {
            rolecall(
                &[&["verify", &first, &second, "--policy", &policies], more].concat(),
                b"",
            )
        };
        let all = verify(&["--format", "json"]);
        assert_eq!(all.status.code(), Some(0), "{all:?}");
        let reports: Value = serde_json::from_slice(&all.stdout).unwrap();
        assert_eq!(reports.as_array().unwrap().len(), 2, "{reports:#}");
        assert_eq!(reports[0]["role"], ROLE);
        assert_eq!(reports[1]["role"], "arn:aws:iam::123456789012:role/more");
        let one = verify(&["--role", "more", "--format", "json"]);
        let reports: Value = serde_json::from_slice(&one.stdout).unwrap();
        assert_eq!(reports.as_array().unwrap().len(), 1, "{reports:#}");
        let none = verify(&["--role", "nobody"]);
        assert_eq!(none.status.code(), Some(2), "{none:?}");
        let said = String::from_utf8(none.stderr).unwrap();
        assert!(
            said.contains("no policy of `nobody` is given: the files have those of"),
            "{said}"
        );
        // One of them lacks what was recorded.
        let short = file(
            &folder,
            "short.json",
            &text.replacen("s3:PutObject", "s3:GetObject", 1),
        );
        let short = rolecall(&["verify", &first, &second, "--policy", &short], b"");
        assert_eq!(short.status.code(), Some(1), "{short:?}");
    }

    #[test]
    fn explain_refuses_what_it_cannot_read() {
        let folder = TempDir::new().unwrap();
        let bad = file(
            &folder,
            "bad.json",
            r#"{"Statement": [{"Effect": "allow"}]}"#,
        );
        let request = [
            "explain",
            "--principal",
            "ana",
            "--action",
            "s3:GetObject",
            "--resource",
            "*",
        ];
        let output = rolecall(&request, b"");
        assert_eq!(output.status.code(), Some(2));
        let mut request = request.to_vec();
        request.splice(2..3, [SESSION]);
        request.extend(["--policy", &bad]);
        let output = rolecall(&request, b"");
        assert_eq!(output.status.code(), Some(2));
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(
            said.contains("bad.json:1:26") || said.contains("`allow` is not an effect"),
            "{said}"
        );
        assert_eq!(rolecall(&["explain"], b"").status.code(), Some(2));
    }

    /// A recording of one call that was denied.
    fn recording() -> String {
        let decision = json!({ "kind": "implicitDeny", "checks": [{ "kind": "PRINCIPAL", "effect": "IMPLICIT_DENY" }], "blockedBy": ["PRINCIPAL"] });
        let requirement = json!({
            "action": "s3:PutObject", "resource": "arn:aws:s3:::b/k", "resourceAccount": "123456789012",
            "actionProvenance": "curated", "resourceProvenance": "curated", "decision": decision,
        });
        let attempt = json!({
            "time": "2026-11-23T12:00:00.000Z", "requestId": "req-1",
            "caller": { "kind": "assumedRole", "arn": SESSION, "account": "123456789012", "issuer": ROLE, "verified": true },
            "service": "s3", "operation": "PutObject", "region": "us-east-1", "context": {},
            "requirements": [requirement], "outcome": "denied", "answeredBy": "rolecall", "status": 403,
        });
        let header = json!({ "format": 1, "rolecall": "0", "catalog": "0", "mode": "enforce", "time": "2026-11-23T12:00:00Z" });
        [
            json!({ "header": header }),
            json!({ "attempt": attempt }),
            json!({ "end": { "attempts": 1 } }),
        ]
        .map(|line| format!("{line}\n"))
        .concat()
    }

    #[test]
    fn explain_an_attempt_by_number_and_by_request_id() {
        let folder = TempDir::new().unwrap();
        let recording = file(&folder, "r.jsonl", &recording());
        let policy = file(&folder, "policy.json", &reads().to_string());
        let recorded = "s3 PutObject by arn:aws:sts::123456789012:assumed-role/app/s1\n\
             \n\
             s3:PutObject on arn:aws:s3:::b/k\n\
             recorded: denied implicitly\n\
             \x20 PRINCIPAL                IMPLICIT_DENY\n";
        for which in ["1", "req-1"] {
            let output = rolecall(&["explain", &recording, "--attempt", which], b"");
            let note =
                "note: the identity policies are not in the recording: give them with --policy\n";
            assert_eq!(
                String::from_utf8(output.stdout).unwrap(),
                format!("{recorded}{note}")
            );
        }
        let output = rolecall(
            &["explain", &recording, "--attempt", "1", "--policy", &policy],
            b"",
        );
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with(recorded), "{said}");
        assert!(
            said.contains("`Action` is `s3:Get*`, not `s3:PutObject`"),
            "{said}"
        );
        let json = rolecall(
            &["explain", &recording, "--attempt", "1", "--format", "json"],
            b"",
        );
        let json: Value = serde_json::from_slice(&json.stdout).unwrap();
        assert_eq!(
            json["requirements"][0]["recorded"]["blockedBy"],
            json!(["PRINCIPAL"])
        );
        assert_eq!(
            rolecall(&["explain", &recording, "--attempt", "2"], b"")
                .status
                .code(),
            Some(2)
        );
    }
}
