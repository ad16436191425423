//! The features, where nextest sees them.

#[cfg(test)]
mod features {
    use std::path::{Path, PathBuf};

    use rolecall_scenarios::{Functions, Summary, run};
    use tempfile::TempDir;

    fn workspace() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
    }

    /// The Python that `cargo ci test` installs, which has boto3.
    #[expect(
        clippy::disallowed_methods,
        reason = "`cargo ci test` says so where the tools are"
    )]
    fn python() -> PathBuf {
        let folder = std::env::var("ROLECALL_TEST_TOOLS")
            .map_or_else(|_| workspace().join("target/test-tools"), PathBuf::from);
        let path = folder.join("venv/bin/python");
        let advice =
            "run `cargo ci test`, or `cargo ci tools` once before a run of nextest by hand";
        assert!(path.exists(), "`{}` is missing: {advice}", path.display());
        path
    }

    fn functions() -> Functions {
        Functions::new(workspace().join("fixtures/functions"), python())
    }

    #[tokio::test]
    async fn all_scenarios_pass() {
        let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
        let summary = run(features, functions()).await;
        assert!(summary.is_success(), "{summary}");
        assert_eq!(summary.passed, 16, "{summary}");
    }

    async fn of(feature: &str) -> Summary {
        let folder = TempDir::new().unwrap();
        std::fs::write(folder.path().join("one.feature"), feature).unwrap();
        run(folder.path(), Functions::new("nowhere", "no-such-program")).await
    }

    #[tokio::test]
    async fn a_sentence_that_nobody_defines_fails() {
        let summary = of("Feature: a\n  Scenario: b\n    Given something else\n").await;
        assert_eq!((summary.passed, summary.failed), (0, 1));
        assert!(!summary.is_success());
    }

    #[tokio::test]
    async fn steps_out_of_order_and_programs_that_are_not_there_fail() {
        let order = "Feature: a\n  Scenario: b\n    Then it succeeds\n";
        let summary = of(order).await;
        assert_eq!((summary.passed, summary.failed), (0, 1));
        let program =
            "Feature: a\n  Scenario: b\n    Given the function \"orders\" and its resources\n";
        let summary = of(program).await;
        assert_eq!((summary.passed, summary.failed), (0, 1));
    }

    #[tokio::test]
    async fn answers_that_are_not_there_or_cannot_be_read_fail() {
        let sentence = |answers: &str| {
            format!(
                "Feature: a\n  Scenario: b\n    Given the function \"f\" with the answers \
                 \"{answers}\", and its resources\n"
            )
        };
        let folder = TempDir::new().unwrap();
        let function = folder.path().join("f");
        std::fs::create_dir(&function).unwrap();
        std::fs::write(
            function.join("wrong.toml"),
            "[[answer]]\nservice = \"s3\"\n",
        )
        .unwrap();
        for answers in ["missing", "wrong"] {
            let feature = folder.path().join("one.feature");
            std::fs::write(&feature, sentence(answers)).unwrap();
            let summary = run(feature, Functions::new(folder.path(), "true")).await;
            assert_eq!((summary.passed, summary.failed), (0, 1), "{answers}");
        }
    }

    #[tokio::test]
    async fn nothing_to_run_and_what_is_no_feature_are_no_success() {
        assert!(!of("Feature: a\n").await.is_success());
        let prose = of("Feature: a\n  Scenario: b\n    Gven something\n").await;
        assert_eq!((prose.passed, prose.errors), (1, 1));
        assert!(!prose.is_success());
        let broken = of("Scenario: b\n    Given something\n").await;
        assert_eq!((broken.passed, broken.errors), (0, 1));
        assert!(!broken.is_success());
    }
}
