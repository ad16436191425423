//! Answers made up from real output shapes.

mod support;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rolecall_backends::{Answer, AnswerSource, Host, Reply, Synthesised};
    use rolecall_catalog::{
        Call, Catalog, Service,
        model::{Location, ShapeId, ShapeKind},
    };
    use serde_json::{Value, json};

    use super::support::{ACCOUNT, call, fixture, host, members, nothing};

    fn answer(service: &Arc<Service>, operation: usize, parameters: Value) -> Answer {
        let synthesised = Synthesised::new(host() as Arc<dyn Host>);
        let call = Call {
            service: Arc::clone(service),
            operation,
            protocol: service.protocols[0],
            parameters: members(parameters),
            region: "eu-west-1".to_owned(),
            partition: "aws".to_owned(),
            account: ACCOUNT.to_owned().try_into().unwrap(),
            caller: None,
        };
        synthesised.answer_to(&call, ACCOUNT, "request-1")
    }

    fn named(service: &str, operation: &str, parameters: Value) -> Answer {
        let service = Catalog::embedded().service(service).unwrap();
        let index = service.operation_index(operation).unwrap();
        answer(&service, index, parameters)
    }

    /// Says what of a value does not fit its shape.
    fn misfit(service: &Service, id: ShapeId, value: &Value) -> Option<String> {
        let fits = match &service.shape(id).kind {
            ShapeKind::Structure(structure) => {
                let Some(given) = value.as_object() else {
                    return Some("no object".to_owned());
                };
                for (name, value) in given {
                    let Some(member) = structure.members.iter().find(|m| m.name == *name) else {
                        return Some(format!("unknown member `{name}`"));
                    };
                    if let Some(why) = misfit(service, member.shape, value) {
                        return Some(format!("{name}: {why}"));
                    }
                }
                if structure.union && given.len() != 1 && !structure.event_stream {
                    return Some(format!("a union with {} members", given.len()));
                }
                let payload = |name: &str| {
                    let index = structure
                        .payload
                        .and_then(|p| structure.members.get(p as usize));
                    index.is_some_and(|member| member.name == name)
                };
                let missing = structure.members.iter().find(|member| {
                    member.required
                        && !given.contains_key(&member.name)
                        && !member.streaming
                        && member.location != Location::StatusCode
                        && !payload(&member.name)
                        && !structure.event_stream
                        && !structure.union
                });
                return missing.map(|member| format!("`{}` is missing", member.name));
            }
            ShapeKind::List { .. } => value.as_array().is_some_and(Vec::is_empty),
            ShapeKind::Map { .. } | ShapeKind::Document => value.is_object(),
            ShapeKind::String { values, .. } => value
                .as_str()
                .is_some_and(|text| values.is_empty() || values.iter().any(|v| v == text)),
            ShapeKind::Boolean => value.is_boolean(),
            ShapeKind::Integer | ShapeKind::Long => value.is_i64() || value.is_u64(),
            ShapeKind::Float | ShapeKind::Double | ShapeKind::Timestamp { .. } => value.is_f64(),
            ShapeKind::Blob { .. } => value == "",
        };
        (!fits).then(|| format!("{value} does not fit `{}`", service.shape(id).name))
    }

    #[tokio::test]
    async fn every_operation_of_every_service_gets_an_answer_that_fits_its_shape() {
        let mut misfits = Vec::new();
        let mut count = 0;
        for entry in Catalog::embedded().services() {
            let service = Catalog::embedded().service(&entry.name).unwrap();
            for (index, operation) in service.operations.iter().enumerate() {
                let answer = answer(&service, index, json!({}));
                assert_eq!(answer.source, AnswerSource::Synthesised);
                count += 1;
                let Some(output) = operation.output else {
                    continue;
                };
                // Timestream's SDKs ask for the endpoint first: it is ours, and no list is empty then.
                if operation.name == "DescribeEndpoints" && service.name.starts_with("timestream-")
                {
                    let endpoint = &answer.output["Endpoints"][0]["Address"];
                    assert!(endpoint.is_string(), "{endpoint}");
                    continue;
                }
                if let Some(why) = misfit(&service, output, &answer.output.into()) {
                    misfits.push(format!("{}:{}: {why}", service.name, operation.name));
                }
            }
        }
        assert!(count > 19_000, "{count}");
        assert_eq!(
            misfits,
            Vec::<String>::new(),
            "{} of {count}",
            misfits.len()
        );
    }

    #[tokio::test]
    async fn texts_come_from_the_request_and_arns_from_the_owner() {
        let stream = json!({ "StreamName": "clicks" });
        let described = named("kinesis", "DescribeStream", stream);
        let description = &described.output["StreamDescription"];
        assert_eq!(description["StreamName"], "clicks");
        assert_eq!(description["StreamStatus"], "ACTIVE");
        assert_eq!(description["HasMoreShards"], false);
        let arn = description["StreamARN"].as_str().unwrap();
        assert_eq!(arn, "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks");
        let started = named(
            "stepfunctions",
            "StartExecution",
            json!({ "stateMachineArn": "x" }),
        );
        assert_eq!(started.output["startDate"], json!(1_764_000_000.0));
    }

    /// What boto3 waits for, call after call on one backend.
    #[tokio::test]
    async fn waiters_see_what_was_asked_for_last() {
        let synthesised = Synthesised::new(host() as Arc<dyn Host>);
        let ask = |operation: &str, parameters: Value| {
            let (service, operation) = operation.split_once('.').unwrap();
            let service = Catalog::embedded().service(service).unwrap();
            let call = Call {
                operation: service.operation_index(operation).unwrap(),
                protocol: service.protocols[0],
                service,
                parameters: members(parameters),
                region: "eu-west-1".to_owned(),
                partition: "aws".to_owned(),
                account: ACCOUNT.to_owned().try_into().unwrap(),
                caller: None,
            };
            match synthesised.reply_to(&call, ACCOUNT, "request-1") {
                Reply::Answer(answer) => Ok(Value::from(answer.output)),
                Reply::Failed(failed) => Err(failed.error.code),
                Reply::Raw(_) => panic!("nothing is forwarded"),
            }
        };
        let ids = json!({ "InstanceIds": ["i-1", "i-2"] });
        let states = || {
            let found = ask("ec2.DescribeInstances", ids.clone()).unwrap();
            let reservations = found["Reservations"].as_array().unwrap();
            assert_eq!(reservations.len(), 1);
            let instances = &reservations[0]["Instances"];
            let state = |n: usize| instances[n]["State"]["Name"].clone();
            assert_eq!(instances[1]["InstanceId"], "i-2");
            [state(0), state(1)]
        };
        assert_eq!(states(), ["running", "running"]);
        ask("ec2.StopInstances", ids.clone()).unwrap();
        assert_eq!(states(), ["stopped", "stopped"]);
        ask("ec2.StartInstances", ids.clone()).unwrap();
        assert_eq!(states(), ["running", "running"]);
        ask("ec2.TerminateInstances", json!({ "InstanceIds": ["i-1"] })).unwrap();
        assert_eq!(states(), ["running", "running"], "i-2 was not terminated");

        let cluster = |name: &str| ask("eks.DescribeCluster", json!({ "name": name }));
        ask("eks.DeleteCluster", json!({ "name": "gone" })).unwrap();
        assert_eq!(cluster("gone"), Err("ResourceNotFoundException".to_owned()));
        assert_eq!(cluster("there").unwrap()["cluster"]["status"], "ACTIVE");
        ask("eks.CreateCluster", json!({ "name": "gone" })).unwrap();
        assert_eq!(cluster("gone").unwrap()["cluster"]["name"], "gone");
    }

    #[tokio::test]
    async fn no_page_follows_and_a_payload_is_an_empty_body() {
        let listed = named("logs", "DescribeLogGroups", json!({}));
        assert_eq!(listed.output["logGroups"], json!([]));
        assert_eq!(listed.output.get("nextToken"), None);
        let object = named(
            "s3",
            "GetObjectTorrent",
            json!({ "Bucket": "b", "Key": "k" }),
        );
        assert_eq!(object.output.get("Body"), None);
        assert_eq!(object.body.unwrap().length, Some(0));
    }

    #[tokio::test]
    async fn the_embedded_backend_makes_up_what_it_does_not_have() {
        let fixture = fixture();
        let cases = [
            ("kms", "ConnectCustomKeyStore", AnswerSource::Synthesised),
            ("xray", "GetSamplingRules", AnswerSource::Synthesised),
            ("sqs", "ListQueues", AnswerSource::Embedded),
        ];
        for (service, operation, source) in cases {
            let call = call(service, operation, json!({}), nothing());
            assert_eq!(
                fixture.reply(call).await.unwrap().source,
                source,
                "{operation}"
            );
        }
    }
}
