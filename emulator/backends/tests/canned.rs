//! Files of canned answers: what is wrong with them, and what calls get.

mod support;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use rolecall_backends::{
        AnswerSource, Answers, Backend, BackendCall, Canned, Embedded, Failed, Host, Reply,
    };
    use rolecall_catalog::{Call, Catalog};
    use serde_json::{Value, json};

    use super::support::{ACCOUNT, call, host, members, nothing};

    fn wrong(text: &str) -> String {
        Answers::parse("answers.toml", text)
            .unwrap_err()
            .to_string()
    }

    fn canned(text: &str) -> Canned {
        let answers = Answers::parse("answers.toml", text).unwrap();
        let embedded = Embedded::new(host() as Arc<dyn Host>);
        Canned::new(answers, Arc::new(embedded))
    }

    /// A call of a real model.
    fn of(service: &str, operation: &str, parameters: Value) -> BackendCall {
        let service = Catalog::embedded().service(service).unwrap();
        let mut made = call(&service.name, operation, json!({}), nothing());
        made.call = Arc::new(Call {
            operation: service.operation_index(operation).unwrap(),
            protocol: service.protocols[0],
            parameters: members(parameters),
            region: "us-east-1".to_owned(),
            partition: "aws".to_owned(),
            account: ACCOUNT.to_owned().try_into().unwrap(),
            service,
            caller: None,
        });
        made
    }

    /// The output, or code and status; and whose it is.
    async fn got(canned: &Canned, call: BackendCall) -> (Value, Option<AnswerSource>) {
        match canned.answer(call).await {
            Ok(Reply::Answer(answer)) => (answer.output.into(), Some(answer.source)),
            Ok(Reply::Failed(Failed { error, source })) => (
                json!([error.code, error.message, error.status]),
                Some(source),
            ),
            Ok(Reply::Raw(raw)) => panic!("{raw:?}"),
            Err(error) => (json!(error.code), None),
        }
    }

    #[tokio::test(start_paused = true)]
    async fn results_come_in_sequence_and_only_where_parameters_match() {
        let canned = canned(
            r#"
            [[answer]]
            service = "dynamodb"
            operation = "GetItem"
            when.TableName = "orders-*"
            when.Key.id.S = "o-?"
            [[answer.then]]
            throttle = true
            [[answer.then]]
            error = { code = "InternalServerError", message = "no", status = 500 }
            times = 2
            [[answer.then]]
            output.Item.id.S = "o-1"
            output.Item.picture.B = "aGVsbG8="
            "#,
        );
        let get = |table: &str, id: &str| {
            let parameters = json!({"TableName": table, "Key": {"id": {"S": id}}});
            got(&canned, of("dynamodb", "GetItem", parameters))
        };
        let throttled = json!([
            "ProvisionedThroughputExceededException",
            "Rate exceeded",
            null
        ]);
        let failed = json!(["InternalServerError", "no", 500]);
        let item = json!({"Item": {"id": {"S": "o-1"}, "picture": {"B": "aGVsbG8="}}});
        for expected in [throttled, failed.clone(), failed, item.clone(), item] {
            let other = get("orders-x", "p-1").await;
            assert_eq!(other, (json!("ResourceNotFoundException"), None));
            assert_eq!(get("invoices", "o-1").await, other);
            let expected = (expected, Some(AnswerSource::Canned));
            assert_eq!(get("orders-x", "o-1").await, expected);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_delay_comes_first_and_what_has_ended_is_as_without() {
        let canned = canned(
            r#"
            [[answer]]
            service = "sqs"
            operation = "CreateQueue"
            [[answer.then]]
            delay-ms = 1500
            [[answer.then]]
            error.code = "QueueDeletedRecently"
            delay-ms = 500
            times = 1
            "#,
        );
        let create = || got(&canned, of("sqs", "CreateQueue", json!({"QueueName": "q"})));
        let began = tokio::time::Instant::now();
        let (first, source) = create().await;
        assert_eq!(source, Some(AnswerSource::Embedded));
        assert!(
            first["QueueUrl"].as_str().unwrap().ends_with("/q"),
            "{first}"
        );
        assert_eq!(began.elapsed().as_millis(), 1500);
        let (second, source) = create().await;
        assert_eq!(second, json!(["QueueDeletedRecently", "", null]));
        assert_eq!(source, Some(AnswerSource::Canned));
        assert_eq!(began.elapsed().as_millis(), 2000);
        assert_eq!(create().await.1, Some(AnswerSource::Embedded));
    }

    #[tokio::test]
    async fn a_throttle_is_the_one_of_the_service() {
        let throttle = |service: &str, operation: &str| {
            let text = format!(
                "[[answer]]\nservice = '{service}'\noperation = '{operation}'\n[[answer.then]]\n\
                 throttle = true"
            );
            let call = of(service, operation, json!({}));
            async move { got(&canned(&text), call).await.0 }
        };
        let expected = |code: &str, status: Option<u16>| json!([code, "Rate exceeded", status]);
        let s3 = throttle("s3", "GetObject").await;
        assert_eq!(s3, expected("SlowDown", Some(503)));
        let ec2 = throttle("ec2", "DescribeInstances").await;
        assert_eq!(ec2, expected("RequestLimitExceeded", Some(503)));
        let sns = throttle("sns", "ListTopics").await;
        assert_eq!(sns, expected("Throttling", Some(400)));
        let ssm = throttle("ssm", "GetParameter").await;
        assert_eq!(ssm, expected("ThrottlingException", Some(400)));
        let sqs = throttle("sqs", "SendMessage").await;
        assert_eq!(sqs, expected("RequestThrottled", None));
    }

    #[test]
    fn a_mistake_is_told_with_its_line() {
        let entry = |rest: &str| {
            format!(
                "# One entry.\n[[answer]]\nservice = \"s3\"\noperation = \"ListBuckets\"\n{rest}"
            )
        };
        let at = |line: usize, what: &str| format!("answers.toml:{line}: {what}");
        assert_eq!(
            wrong(&entry("[[answer.then]]\noutput = { Bucket = [] }")),
            at(
                6,
                "`Bucket` is no parameter of `ListBuckets`; `Buckets` is the nearest"
            )
        );
        assert_eq!(
            wrong(&entry(
                "[[answer.then]]\noutput.Buckets = [\n  { Name = \"a\" },\n  { Nam = 1 }]"
            )),
            at(
                7,
                "`Buckets[1].Nam` is no parameter of `ListBuckets`; `Name` is the nearest"
            )
        );
        assert_eq!(
            wrong(&entry("when.Bukket = \"a\"\nthen = [{ throttle = true }]")),
            at(5, "`Bukket` is no parameter of `ListBuckets`")
        );
        assert_eq!(
            wrong(&entry(
                "then = [{ throttle = true, error = { code = \"A\" } }]"
            )),
            at(5, "a step has one of `output`, `error` and `throttle`")
        );
        assert_eq!(
            wrong(&entry("then = [{}]")),
            at(
                5,
                "a step needs `output`, `error`, `throttle` or `delay-ms`"
            )
        );
        assert_eq!(
            wrong(&entry("then = []")),
            at(4, "`then` has no step: nothing would be answered")
        );
        assert_eq!(
            wrong(&entry(
                "then = [{ error = { code = \"A\", status = 200 } }]"
            )),
            at(5, "the status of an error is between 400 and 599")
        );
        assert_eq!(
            wrong("[[answer]]\nservice = \"dynamdb\"\noperation = \"GetItem\"\nthen = []"),
            at(
                2,
                "there is no service `dynamdb`; `dynamodb` is the nearest"
            )
        );
        assert_eq!(
            wrong("[[answer]]\nservice = \"sts\"\noperation = \"AssumeRole\"\nthen = []"),
            at(2, "`sts` is always answered by Rolecall itself")
        );
        assert_eq!(
            wrong("[[answer]]\nservice = \"dynamodb\"\noperation = \"GetItems\"\nthen = []"),
            at(
                3,
                "`dynamodb` has no operation `GetItems`; `GetItem` is the nearest"
            )
        );
        assert!(wrong("a = [").starts_with("answers.toml:1: "));
    }

    #[test]
    fn a_file_of_another_shape_is_told_so_in_plain_words() {
        let entry = |rest: &str| {
            format!("[[answer]]\nservice = \"s3\"\noperation = \"ListBuckets\"\n{rest}")
        };
        let shown = "; `rolecall serve --help` shows a whole file";
        let list = "a table stands where a list (`[[answer]]` and `[[answer.then]]` have two brackets) belongs";
        for (text, line, expected) in [
            ("[answer]\nservice = \"s3\"".to_owned(), 1, list),
            (entry("[answer.then]\nthrottle = true"), 4, list),
            (
                entry("[[answer.then]]\nerror = \"SlowDown\""),
                5,
                "the text \"SlowDown\" stands where a table such as `{ code = \"InternalServerError\" }` belongs",
            ),
            (
                entry("[[answer.then]]\nthrottle = 1"),
                5,
                "the number `1` stands where `true` or `false` belongs",
            ),
            (
                entry("[[answer.then]]\ndelay-ms = -1"),
                5,
                "the number `-1` stands where a whole number from 0 belongs",
            ),
            (
                entry("ops = 1"),
                4,
                "`ops` is not known here, where there can be `service`, `operation`, `when`, `then`",
            ),
        ] {
            assert_eq!(
                wrong(&text),
                format!("answers.toml:{line}: {expected}{shown}")
            );
        }
        assert!(wrong(&entry("")).ends_with(&format!("`then` is missing{shown}")));
    }
}
