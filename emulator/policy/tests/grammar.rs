//! What the grammar refuses, with place and remedy, and that nothing makes it panic.

#[cfg(test)]
mod tests {
    use PolicyKind::{
        Identity, PermissionsBoundary, Resource, ResourceControl, ServiceControl, Session, Trust,
        VpcEndpoint,
    };
    use std::collections::BTreeSet;

    use proptest::prelude::*;
    use rolecall_policy::{Policy, PolicyError, PolicyKind, document::POLICY_ERROR_CODES};

    fn refuse(kind: PolicyKind, text: &str) -> PolicyError {
        match Policy::parse("p", kind, text) {
            Err(error) => error,
            Ok(_) => panic!("{kind:?} takes {text}"),
        }
    }

    fn statement(elements: &str) -> String {
        format!("{{\"Version\": \"2012-10-17\",\n \"Statement\": [{{{elements}}}]}}")
    }

    /// Code, line, column, and what the help says.
    #[track_caller]
    fn check(kind: PolicyKind, text: &str, code: &str, place: (usize, usize), help: &str) {
        let error = refuse(kind, text);
        assert_eq!(error.code, code, "{error}");
        assert_eq!((error.line, error.column), place, "{error}");
        let found = error.help.unwrap_or_default();
        assert!(found.contains(help), "`{found}` has `{help}` in it");
    }

    const ALLOW: &str = r#""Effect": "Allow", "Action": "s3:GetObject", "Resource": "*""#;

    #[test]
    fn json() {
        for (text, code, place, help) in [
            ("", "policy::syntax", (1, 1), ""),
            ("{", "policy::syntax", (1, 2), ""),
            ("{\"a\" 1}", "policy::syntax", (1, 6), ""),
            ("{\n  \"ä\": 1,\n}", "policy::syntax", (3, 1), ""),
            ("[1 2]", "policy::syntax", (1, 4), ""),
            ("{\"é\": nul}", "policy::syntax", (1, 7), ""),
            ("{\"a\": 01}", "policy::syntax", (1, 8), ""),
            ("{\"a\": \"b", "policy::syntax", (1, 7), ""),
            ("{\"a\": \"b\nc\"}", "policy::syntax", (1, 9), "escape"),
            ("{\"a\": \"\\x\"}", "policy::syntax", (1, 8), "backslash"),
            (
                "{\"a\": \"\\ud800\"}",
                "policy::syntax",
                (1, 8),
                "backslash",
            ),
            ("{} x", "policy::syntax", (1, 4), ""),
            (
                "{\"a\": 1, \"b\": 2, \"a\": 3}",
                "policy::duplicate_key",
                (1, 18),
                "line 1, column 2",
            ),
            (
                "{\"a\": 1, \"\\u0061\": 3}",
                "policy::duplicate_key",
                (1, 10),
                "first",
            ),
            (
                "{\"Id\": \"\u{100}\"}",
                "policy::character",
                (1, 9),
                "U+00FF",
            ),
            ("\u{feff}{}", "policy::character", (1, 1), "byte-order mark"),
        ] {
            check(Identity, text, code, place, help);
        }
        let deep = "[".repeat(100_000);
        check(Identity, &deep, "policy::too_deep", (1, 33), "");
        let long = format!("{}{{}}", " ".repeat(131_072));
        check(Identity, &long, "policy::too_long", (1, 131_073), "");
        check(
            Resource,
            "\u{feff}{}",
            "policy::character",
            (1, 1),
            "byte-order mark",
        );
    }

    #[test]
    fn documents() {
        for (text, code, place, help) in [
            ("[]", "policy::wrong_type", (1, 1), ""),
            ("{}", "policy::missing_element", (1, 1), "2012-10-17"),
            (
                "{\"Statment\": []}",
                "policy::unknown_element",
                (1, 2),
                "`Statement`",
            ),
            (
                "{\"statement\": []}",
                "policy::unknown_element",
                (1, 2),
                "`Statement`",
            ),
            (
                "{\"Version\": \"2024-01-01\", \"Statement\": []}",
                "policy::version",
                (1, 13),
                "2012-10-17",
            ),
            (
                "{\"Version\": 1, \"Statement\": []}",
                "policy::wrong_type",
                (1, 13),
                "",
            ),
            (
                "{\"Id\": \"x\", \"Statement\": []}",
                "policy::forbidden_element",
                (1, 2),
                "",
            ),
            ("{\"Statement\": \"x\"}", "policy::wrong_type", (1, 15), ""),
        ] {
            check(Identity, text, code, place, help);
        }
    }

    /// Elements, code, where the marked text begins, and the help.
    const REFUSED: [(&str, &str, &str, &str); 18] = [
        (
            r#""Action": "a:b", "Resource": "*""#,
            "policy::missing_element",
            "{",
            "",
        ),
        (
            r#""Effect": "Allow", "Resource": "*""#,
            "policy::missing_element",
            "{",
            "",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b""#,
            "policy::missing_element",
            "{",
            "",
        ),
        (
            r#""Effect": "allow", "Action": "a:b", "Resource": "*""#,
            "policy::effect",
            "\"allow",
            "capital",
        ),
        (
            r#""Effect": "Allow", "Action": "GetObject", "Resource": "*""#,
            "policy::action",
            "\"GetO",
            "service:Name",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "bucket""#,
            "policy::resource",
            "\"bucket",
            "arn:partition",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "NotAction": "c:d", "Resource": "*""#,
            "policy::conflicting_elements",
            "\"NotAction",
            "two statements",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "NotResource": "*""#,
            "policy::conflicting_elements",
            "\"NotRes",
            "",
        ),
        (
            r#""Effect": "Allow", "Action": [1], "Resource": "*""#,
            "policy::wrong_type",
            "1]",
            "",
        ),
        (
            r#""Effect": "Allow", "Actions": "a:b", "Resource": "*""#,
            "policy::unknown_element",
            "\"Actions",
            "`Action`",
        ),
        (
            r#""Sid": "has space", "Effect": "Allow", "Action": "a:b", "Resource": "*""#,
            "policy::sid",
            "\"has",
            "",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Principal": "*""#,
            "policy::forbidden_element",
            "\"Principal",
            "attached",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"StringEqual": {"k": "v"}}"#,
            "policy::unknown_operator",
            "\"StringEqual",
            "`StringEquals`",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"ForAnyValues:StringLikeIfExists": {"k": "v"}}"#,
            "policy::unknown_operator",
            "\"ForAny",
            "`ForAnyValue:StringLikeIfExists`",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"NullIfExists": {"k": "v"}}"#,
            "policy::unknown_operator",
            "\"NullIf",
            "`Null`",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"aws:SourceIp": {"k": "v"}}"#,
            "policy::unknown_operator",
            "\"aws:S",
            "outside",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": {"k": [null]}}"#,
            "policy::condition_value",
            "null",
            "",
        ),
        (
            r#""Effect": "Allow", "Action": "a:b", "Resource": "*", "Condition": {"Bool": "x"}"#,
            "policy::wrong_type",
            "\"x\"",
            "",
        ),
    ];

    #[test]
    fn statements_of_every_kind() {
        let column =
            |needle: &str, text: &str| text.split('\n').nth(1).unwrap().find(needle).unwrap() + 1;
        for (elements, code, needle, help) in REFUSED {
            let text = statement(elements);
            for kind in [Identity, PermissionsBoundary, Session] {
                check(
                    kind,
                    &text,
                    code,
                    (
                        2,
                        if needle == "{" {
                            column("{", &text)
                        } else {
                            column(needle, &text)
                        },
                    ),
                    help,
                );
            }
        }
    }

    #[test]
    fn kinds_differ() {
        let principal = |value: &str| format!("{ALLOW}, \"Principal\": {value}");
        for (kind, elements, code) in [
            (Resource, ALLOW.to_owned(), "policy::missing_element"),
            (
                Trust,
                r#""Effect": "Allow", "Action": "sts:AssumeRole""#.to_owned(),
                "policy::missing_element",
            ),
            (Trust, principal("\"*\""), "policy::forbidden_element"),
            (
                Trust,
                r#""Effect": "Allow", "Action": "sts:AssumeRole", "NotPrincipal": "*""#.to_owned(),
                "policy::forbidden_element",
            ),
            (
                Resource,
                principal("\"arn:aws:iam::123456789012:root\""),
                "policy::principal",
            ),
            (Resource, principal("{\"Aws\": \"*\"}"), "policy::principal"),
            (
                Resource,
                principal("{\"AWS\": \"arn:aws:iam::123456789012:group/g\"}"),
                "policy::principal",
            ),
            (
                Trust,
                r#""Effect": "Allow", "Action": "sts:*", "Principal": {"AWS": "ana"}"#.to_owned(),
                "policy::principal",
            ),
            (
                Resource,
                principal("{\"AWS\": \"arn:aws:iam::123456789012:role/*\"}"),
                "policy::principal",
            ),
            (
                ServiceControl,
                principal("\"*\""),
                "policy::forbidden_element",
            ),
            (
                ResourceControl,
                format!("{ALLOW}, \"Principal\": \"*\""),
                "policy::effect",
            ),
            (
                ResourceControl,
                r#""Effect": "Deny", "Action": "s3:*", "Resource": "*", "Principal": {"AWS": "*"}"#
                    .to_owned(),
                "policy::principal",
            ),
            (
                ResourceControl,
                r#""Effect": "Deny", "NotAction": "s3:*", "Resource": "*", "Principal": "*""#
                    .to_owned(),
                "policy::forbidden_element",
            ),
            (
                ResourceControl,
                r#""Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3", "Principal": "*""#
                    .to_owned(),
                "policy::resource",
            ),
        ] {
            let error = refuse(kind, &statement(&elements));
            assert_eq!(error.code, code, "{kind:?} {elements}: {error}");
        }
        let error = refuse(ServiceControl, "{\"Statement\": []}");
        assert_eq!(error.code, "policy::version");
        let twice = r#"{"Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"},
            {"Sid": "A", "Effect": "Allow", "Action": "*", "Resource": "*"}]}"#;
        check(Identity, twice, "policy::duplicate_sid", (3, 21), "unique");
    }

    #[test]
    fn accepted() {
        for (kind, elements) in [
            (
                Identity,
                r#""Effect": "Allow", "Action": [], "Resource": []"#,
            ),
            (
                Identity,
                r#""Effect": "Deny", "NotAction": "iam:*", "NotResource": "arn:aws:iam::*""#,
            ),
            (
                Resource,
                r#""Sid": "with space", "Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "execute-api:/prod/*", "Principal": "*""#,
            ),
            (
                Resource,
                r#""Effect": "Allow", "Action": "ecr:*", "Principal": {"AWS": ["123456789012"], "Service": "x.amazonaws.com"}"#,
            ),
            (
                Resource,
                r#""Effect": "Deny", "Action": "s3:*", "Resource": "*", "NotPrincipal": {"AWS": "123456789012"}"#,
            ),
            (
                Trust,
                r#""Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}"#,
            ),
            (
                ResourceControl,
                r#""Effect": "Allow", "Action": "*", "Resource": "*", "Principal": "*""#,
            ),
            (
                VpcEndpoint,
                r#""Effect": "Allow", "Action": "*", "Resource": "*""#,
            ),
        ] {
            let parsed = Policy::parse("p", kind, &statement(elements));
            assert!(parsed.is_ok(), "{kind:?} {elements}: {parsed:?}");
        }
        assert!(Policy::parse("p", Identity, "{\"Statement\": []}").is_ok());
    }

    #[test]
    fn bytes_that_are_no_text() {
        let error = Policy::parse_bytes("p", Identity, b"{\n \"\xc3\xa9\": \"\xff\"}").unwrap_err();
        assert_eq!(
            (error.code, error.line, error.column),
            ("policy::encoding", 2, 8)
        );
        assert_eq!(error.message, "the byte 0xFF is not UTF-8");
        assert!(Policy::parse_bytes("p", Identity, b"{\"Statement\": []}").is_ok());
    }

    #[test]
    fn every_code_is_in_the_reference() {
        let sources = ["error", "grammar", "json", "rules"].map(|file| {
            let path = format!("{}/src/document/{file}.rs", env!("CARGO_MANIFEST_DIR"));
            std::fs::read_to_string(path).unwrap()
        });
        let text = sources.concat();
        let used: BTreeSet<&str> = text
            .split("\"policy::")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .collect();
        let listed: BTreeSet<&str> = POLICY_ERROR_CODES
            .iter()
            .filter_map(|(code, _)| code.strip_prefix("policy::"))
            .collect();
        assert_eq!(used, listed);
        // A code that only the reference has would be found there alone.
        for code in listed {
            assert!(
                text.matches(&format!("\"policy::{code}\"")).count() > 1,
                "{code} is used"
            );
        }
    }

    #[test]
    fn an_error_is_rendered_with_its_line() {
        let text = statement(r#""Effect": "Alow", "Action": "*", "Resource": "*""#);
        let rendered = refuse(Identity, &text).render("role.json", &text);
        let expected = "error[policy::effect]: `Alow` is not an effect\n \
                        --> role.json:2:27\n  |\n\
                        2 |  \"Statement\": [{\"Effect\": \"Alow\", \"Action\": \"*\", \"Resource\": \"*\"}]}\n  \
                        |                           ^^^^^^\n  \
                        = help: write `Allow` or `Deny`, with a capital letter\n";
        assert_eq!(rendered, expected, "\n{rendered}");
    }

    #[test]
    fn an_error_is_a_diagnostic() {
        use miette::Diagnostic;
        let error = refuse(Identity, "{\"Statment\": []}");
        assert_eq!(error.code().unwrap().to_string(), "policy::unknown_element");
        assert_eq!(
            error.help().unwrap().to_string(),
            "did you mean `Statement`?"
        );
        let labels: Vec<_> = error.labels().unwrap().collect();
        assert_eq!((labels[0].offset(), labels[0].len()), (1, 10));
    }

    fn kind() -> impl Strategy<Value = PolicyKind> {
        prop::sample::select(vec![
            Identity,
            Resource,
            Trust,
            PermissionsBoundary,
            Session,
            ServiceControl,
            ResourceControl,
            VpcEndpoint,
        ])
    }

    const WHOLE: &str = r#"{"Version": "2012-10-17", "Id": "x", "Statement": [{"Sid": "a\u00e9",
        "Effect": "Deny", "NotPrincipal": {"AWS": ["1", "*"]}, "Action": ["s3:*", "a:b"],
        "NotResource": "arn:aws:s3:::b/${aws:username, 'x'}", "Condition": {"ForAllValues:StringLike":
        {"aws:TagKeys": ["a*", true, 1.5e3]}}}]}"#;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(if option_env!("ROLECALL_FULL").is_some() { 20_000 } else { 200 }))]

        #[test]
        fn any_text_is_read_or_refused(kind in kind(), text in "\\PC*") {
            let _ = Policy::parse("p", kind, &text);
        }

        #[test]
        fn a_damaged_document_is_read_or_refused(
            kind in kind(),
            from in 0..WHOLE.len(),
            len in 0usize..20,
            put in prop::sample::select(vec!["", "\"", "{", "}", "[", "]", ",", ":", "\\", "null", "1", "é", "\u{1F600}", "${", "\n"]),
        ) {
            let chars: Vec<char> = WHOLE.chars().collect();
            let head: String = chars.iter().take(from).collect();
            let tail: String = chars.iter().skip(from + len).collect();
            let text = format!("{head}{put}{tail}");
            if let Err(error) = Policy::parse("p", kind, &text) {
                prop_assert!(text.get(error.span.clone()).is_some(), "the span is in the text");
                prop_assert!(error.line >= 1 && error.column >= 1);
                prop_assert!(error.render("f", &text).contains(error.code));
            }
        }
    }
}
