//! Secrets Manager.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::{Value, json};

    use super::support::{Fixture, fixture};

    const PARTIAL: &str = "arn:aws:secretsmanager:us-east-1:123456789012:secret:shop/db";

    async fn secret() -> (Fixture, Value) {
        let fixture = fixture();
        let request = json!({
            "Name": "shop/db", "SecretString": "one", "KmsKeyId": "alias/aws/secretsmanager",
            "Tags": [{ "Key": "team", "Value": "shop" }],
        });
        let made = fixture.ok("secretsmanager", "CreateSecret", request).await;
        (fixture, made)
    }

    async fn value(fixture: &Fixture, more: Value) -> Value {
        let mut request = json!({ "SecretId": "shop/db" });
        request
            .as_object_mut()
            .unwrap()
            .extend(super::support::members(more));
        fixture
            .ok("secretsmanager", "GetSecretValue", request)
            .await
    }

    #[tokio::test]
    async fn an_arn_has_six_characters_more_and_is_found_without_them() {
        let (fixture, made) = secret().await;
        let arn = made["ARN"].as_str().unwrap();
        let suffix = arn.strip_prefix(&format!("{PARTIAL}-")).unwrap();
        assert_eq!(suffix.len(), 6);
        assert!(
            suffix.bytes().all(|b| b.is_ascii_alphanumeric()),
            "{suffix}"
        );
        for id in ["shop/db", PARTIAL, arn] {
            assert_eq!(
                value(&fixture, json!({ "SecretId": id })).await["SecretString"],
                "one"
            );
        }
        let fact = fixture.fact(FactKind::SecretArn, PARTIAL);
        assert_eq!(fact, FactValue::Present(arn.into()));
        assert_eq!(
            fixture.fact(FactKind::SecretArn, &format!("{PARTIAL}x")),
            FactValue::Absent
        );
        assert_eq!(fixture.fact(FactKind::ResourceKey, arn), FactValue::Absent);
        let tags = fixture.fact(FactKind::ResourceTags, arn);
        assert_eq!(tags, FactValue::Present(json!({ "team": "shop" })));
    }

    #[tokio::test]
    async fn stages_move_when_a_value_is_put() {
        let (fixture, made) = secret().await;
        let put = |text: &str| json!({ "SecretId": "shop/db", "SecretString": text });
        let second = fixture
            .ok("secretsmanager", "PutSecretValue", put("two"))
            .await;
        assert_eq!(second["VersionStages"], json!(["AWSCURRENT"]));
        assert_eq!(value(&fixture, json!({})).await["SecretString"], "two");
        let previous = value(&fixture, json!({ "VersionStage": "AWSPREVIOUS" })).await;
        assert_eq!(previous["SecretString"], "one");
        assert_eq!(previous["VersionId"], made["VersionId"]);
        fixture
            .ok("secretsmanager", "PutSecretValue", put("three"))
            .await;
        let previous = value(&fixture, json!({ "VersionStage": "AWSPREVIOUS" })).await;
        assert_eq!(previous["SecretString"], "two");
        let all = json!({ "SecretId": "shop/db", "IncludeDeprecated": true });
        let all = fixture
            .ok("secretsmanager", "ListSecretVersionIds", all)
            .await;
        assert_eq!(all["Versions"].as_array().unwrap().len(), 3);
        let pending = json!({ "SecretId": "shop/db", "VersionStage": "AWSPENDING" });
        let error = fixture
            .err("secretsmanager", "GetSecretValue", pending)
            .await;
        assert_eq!(error.code, "ResourceNotFoundException");
        assert_eq!(
            error.message,
            "Secrets Manager can't find the specified secret value for staging label: AWSPENDING"
        );
    }

    #[tokio::test]
    async fn a_token_makes_a_version_once() {
        let (fixture, _) = secret().await;
        let put = |text: &str| json!({ "SecretId": "shop/db", "SecretString": text, "ClientRequestToken": "t1" });
        let first = fixture
            .ok("secretsmanager", "PutSecretValue", put("x"))
            .await;
        let again = fixture
            .ok("secretsmanager", "PutSecretValue", put("x"))
            .await;
        assert_eq!(first["VersionId"], again["VersionId"]);
        let error = fixture
            .err("secretsmanager", "PutSecretValue", put("y"))
            .await;
        assert_eq!(error.code, "ResourceExistsException");
    }

    #[tokio::test]
    async fn deleted_restored_and_gone() {
        let (fixture, _) = secret().await;
        let id = json!({ "SecretId": "shop/db" });
        fixture
            .ok("secretsmanager", "DeleteSecret", id.clone())
            .await;
        let error = fixture
            .err("secretsmanager", "GetSecretValue", id.clone())
            .await;
        assert_eq!(error.code, "InvalidRequestException");
        let again = json!({ "Name": "shop/db", "SecretString": "x" });
        let error = fixture
            .err("secretsmanager", "CreateSecret", again.clone())
            .await;
        assert_eq!(error.code, "InvalidRequestException");
        fixture
            .ok("secretsmanager", "RestoreSecret", id.clone())
            .await;
        assert_eq!(value(&fixture, json!({})).await["SecretString"], "one");
        let force = json!({ "SecretId": "shop/db", "ForceDeleteWithoutRecovery": true });
        fixture.ok("secretsmanager", "DeleteSecret", force).await;
        let error = fixture.err("secretsmanager", "DescribeSecret", id).await;
        assert_eq!(
            error.message,
            "Secrets Manager can't find the specified secret."
        );
        fixture
            .ok("secretsmanager", "CreateSecret", again.clone())
            .await;
        let error = fixture.err("secretsmanager", "CreateSecret", again).await;
        assert_eq!(error.code, "ResourceExistsException");
    }

    #[tokio::test]
    async fn a_resource_policy_is_a_fact() {
        let (fixture, made) = secret().await;
        let arn = made["ARN"].as_str().unwrap();
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, arn),
            FactValue::Absent
        );
        let put = json!({ "SecretId": "shop/db", "ResourcePolicy": "{}" });
        fixture.ok("secretsmanager", "PutResourcePolicy", put).await;
        let fact = fixture.fact(FactKind::ResourcePolicy, arn);
        assert_eq!(fact, FactValue::Present("{}".into()));
    }
}
