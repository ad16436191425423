//! SSM parameters.

mod support;

#[cfg(test)]
mod tests {
    use rolecall_catalog::{FactKind, FactValue};
    use serde_json::json;

    use super::support::{Fixture, fixture};

    async fn put(fixture: &Fixture, name: &str, kind: &str, value: &str) {
        let request = json!({ "Name": name, "Type": kind, "Value": value });
        let answer = fixture.ok("ssm", "PutParameter", request).await;
        assert_eq!(answer, json!({ "Version": 1, "Tier": "Standard" }));
    }

    #[tokio::test]
    async fn a_parameter_by_name_version_label_and_arn() {
        let fixture = fixture();
        put(&fixture, "/shop/limit", "String", "10").await;
        let again = json!({ "Name": "/shop/limit", "Type": "String", "Value": "20" });
        let error = fixture.err("ssm", "PutParameter", again).await;
        assert_eq!(error.code, "ParameterAlreadyExists");
        let again = json!({ "Name": "/shop/limit", "Value": "20", "Overwrite": true });
        assert_eq!(fixture.ok("ssm", "PutParameter", again).await["Version"], 2);
        let label = json!({ "Name": "/shop/limit", "ParameterVersion": 1, "Labels": ["old"] });
        fixture.ok("ssm", "LabelParameterVersion", label).await;
        let arn = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/limit";
        let cases = [
            ("/shop/limit", "20"),
            ("/shop/limit:1", "10"),
            ("/shop/limit:old", "10"),
            (arn, "20"),
        ];
        for (name, value) in cases {
            let got = fixture
                .ok("ssm", "GetParameter", json!({ "Name": name }))
                .await;
            assert_eq!(got["Parameter"]["Value"], value, "{name}");
            assert_eq!(got["Parameter"]["ARN"], arn, "{name}");
            assert_eq!(got["Parameter"]["Type"], "String", "{name}");
        }
        let error = fixture
            .err("ssm", "GetParameter", json!({ "Name": "/shop/limit:7" }))
            .await;
        assert_eq!(error.code, "ParameterVersionNotFound");
        let error = fixture
            .err("ssm", "GetParameter", json!({ "Name": "/nothing" }))
            .await;
        assert_eq!(error.code, "ParameterNotFound");
    }

    #[tokio::test]
    async fn secrets_are_shown_on_request_only() {
        let fixture = fixture();
        put(&fixture, "key", "SecureString", "hunter2").await;
        let closed = fixture
            .ok("ssm", "GetParameter", json!({ "Name": "key" }))
            .await;
        assert!(!closed.to_string().contains("hunter2"), "{closed}");
        let open = json!({ "Name": "key", "WithDecryption": true });
        let open = fixture.ok("ssm", "GetParameter", open).await;
        assert_eq!(open["Parameter"]["Value"], "hunter2");
        let arn = "arn:aws:ssm:us-east-1:123456789012:parameter/key";
        let kind = fixture.fact(FactKind::ParameterType, arn);
        assert_eq!(kind, FactValue::Present("SecureString".into()));
        // The account's own key is no customer key.
        assert_eq!(fixture.fact(FactKind::ResourceKey, arn), FactValue::Absent);
        let none = fixture.fact(FactKind::ParameterType, &format!("{arn}x"));
        assert_eq!(none, FactValue::Absent);
    }

    #[tokio::test]
    async fn the_customer_keys_on_a_path_are_known() {
        let fixture = fixture();
        let ours = "arn:aws:kms:us-east-1:123456789012:key/k-1";
        let secret = |name: &str, key: Option<&str>| {
            let mut input = json!({ "Name": name, "Type": "SecureString", "Value": "v" });
            if let Some(key) = key {
                input["KeyId"] = key.into();
            }
            input
        };
        for (name, key) in [
            ("/a/own", Some("k-1")),
            ("/a/of-the-account", None),
            ("/a/below/own", Some(ours)),
            ("/ab/own", Some("k-2")),
        ] {
            fixture.ok("ssm", "PutParameter", secret(name, key)).await;
        }
        put(&fixture, "/a/plain", "String", "v").await;
        let arn = |rest: &str| format!("arn:aws:ssm:us-east-1:123456789012:parameter{rest}");
        let fact = |path| fixture.fact(FactKind::ParameterKeys, &arn(path));
        let one = json!({ (arn("/a/own")): ours });
        let both = json!({ (arn("/a/own")): ours, (arn("/a/below/own")): ours });
        assert_eq!(fact("/a/"), FactValue::Present(one));
        assert_eq!(fact("/a/*"), FactValue::Present(both));
        assert_eq!(fact("/none/"), FactValue::Present(json!({})));
        // Which key is behind an alias nobody here knows.
        let behind = secret("/a/alias", Some("alias/mine"));
        fixture.ok("ssm", "PutParameter", behind).await;
        assert_eq!(fact("/a/"), FactValue::NotKnown);
    }

    #[tokio::test]
    async fn a_path_one_level_or_all_the_way() {
        let fixture = fixture();
        for name in ["/a/1", "/a/2", "/a/b/3", "/ab/4"] {
            put(&fixture, name, "String", name).await;
        }
        let names = |answer: serde_json::Value| -> Vec<String> {
            let parameters = answer["Parameters"].as_array().unwrap().clone();
            parameters
                .iter()
                .map(|p| p["Name"].as_str().unwrap().to_owned())
                .collect()
        };
        let flat = fixture
            .ok("ssm", "GetParametersByPath", json!({ "Path": "/a" }))
            .await;
        assert_eq!(names(flat), ["/a/1", "/a/2"]);
        let first = json!({ "Path": "/a/", "Recursive": true, "MaxResults": 2 });
        let first = fixture.ok("ssm", "GetParametersByPath", first).await;
        let token = first["NextToken"].clone();
        assert_eq!(names(first), ["/a/1", "/a/2"]);
        let rest = json!({ "Path": "/a", "Recursive": true, "NextToken": token });
        let rest = fixture.ok("ssm", "GetParametersByPath", rest).await;
        assert_eq!(rest.get("NextToken"), None);
        assert_eq!(names(rest), ["/a/b/3"]);
    }

    #[tokio::test]
    async fn several_at_once_and_the_ones_that_are_not_there() {
        let fixture = fixture();
        put(&fixture, "a", "String", "1").await;
        let got = fixture
            .ok("ssm", "GetParameters", json!({ "Names": ["a", "b"] }))
            .await;
        assert_eq!(got["Parameters"][0]["Value"], "1");
        assert_eq!(got["InvalidParameters"], json!(["b"]));
        let gone = fixture
            .ok("ssm", "DeleteParameters", json!({ "Names": ["a", "b"] }))
            .await;
        assert_eq!(
            gone,
            json!({ "DeletedParameters": ["a"], "InvalidParameters": ["b"] })
        );
        let error = fixture
            .err("ssm", "DeleteParameter", json!({ "Name": "a" }))
            .await;
        assert_eq!(error.code, "ParameterNotFound");
    }

    #[tokio::test]
    async fn tags_and_history() {
        let fixture = fixture();
        put(&fixture, "/t", "String", "1").await;
        let again = json!({ "Name": "/t", "Value": "2", "Overwrite": true });
        fixture.ok("ssm", "PutParameter", again).await;
        let tag = json!({
            "ResourceType": "Parameter", "ResourceId": "/t",
            "Tags": [{ "Key": "team", "Value": "shop" }],
        });
        fixture.ok("ssm", "AddTagsToResource", tag).await;
        let arn = "arn:aws:ssm:us-east-1:123456789012:parameter/t";
        let tags = fixture.fact(FactKind::ResourceTags, arn);
        assert_eq!(tags, FactValue::Present(json!({ "team": "shop" })));
        let history = fixture
            .ok("ssm", "GetParameterHistory", json!({ "Name": "/t" }))
            .await;
        let values: Vec<_> = history["Parameters"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| p["Value"].clone())
            .collect();
        assert_eq!(values, ["1", "2"]);
    }
}
