//! Services of which records are kept, by their real models.

mod support;

#[cfg(test)]
#[expect(
    clippy::too_many_lines,
    reason = "one story each, from making to deleting"
)]
mod tests {
    use std::sync::Arc;

    use rolecall_backends::AnswerSource;
    use rolecall_catalog::{Catalog, FactKind, FactValue};
    use rolecall_protocol::ServiceError;
    use serde_json::{Value, json};

    use super::support::{Fixture, call, fixture, nothing};

    async fn reply(
        fixture: &Fixture,
        service: &str,
        operation: &str,
        parameters: Value,
    ) -> Result<Value, ServiceError> {
        let mut call = call(service, operation, parameters, nothing());
        let model = Catalog::embedded().service(service).unwrap();
        let inner = Arc::get_mut(&mut call.call).unwrap();
        inner.operation = model.operation_index(operation).unwrap();
        inner.service = model;
        let answer = fixture.reply(call).await?;
        assert_eq!(answer.source, AnswerSource::Embedded, "{operation}");
        Ok(answer.output.into())
    }

    async fn ok(fixture: &Fixture, service: &str, operation: &str, parameters: Value) -> Value {
        reply(fixture, service, operation, parameters)
            .await
            .unwrap()
    }

    async fn err(
        fixture: &Fixture,
        service: &str,
        operation: &str,
        parameters: Value,
    ) -> (String, String) {
        let error = reply(fixture, service, operation, parameters)
            .await
            .unwrap_err();
        (error.code, error.message)
    }

    fn said(code: &str, message: &str) -> (String, String) {
        (code.to_owned(), message.to_owned())
    }

    #[tokio::test(start_paused = true)]
    async fn a_state_machine_is_made_once_and_described() {
        let fixture = fixture();
        let arn = "arn:aws:states:us-east-1:123456789012:stateMachine:orders";
        let create = json!({
            "name": "orders", "definition": "{}", "roleArn": "arn:aws:iam::123456789012:role/r",
            "tags": [{ "key": "team", "value": "shop" }],
        });
        let made = ok(
            &fixture,
            "stepfunctions",
            "CreateStateMachine",
            create.clone(),
        )
        .await;
        assert_eq!(
            made,
            json!({ "stateMachineArn": arn, "creationDate": 1_764_000_000.0 })
        );
        assert_eq!(
            ok(
                &fixture,
                "stepfunctions",
                "CreateStateMachine",
                create.clone()
            )
            .await,
            made
        );
        let mut other = create;
        other["definition"] = json!("{\"other\": 1}");
        assert_eq!(
            err(&fixture, "stepfunctions", "CreateStateMachine", other).await,
            said(
                "StateMachineAlreadyExists",
                &format!("State Machine Already Exists: '{arn}'")
            )
        );
        let named = json!({ "stateMachineArn": arn });
        let described = ok(
            &fixture,
            "stepfunctions",
            "DescribeStateMachine",
            named.clone(),
        )
        .await;
        assert_eq!(described["definition"], "{}");
        assert_eq!(
            (&described["type"], &described["status"]),
            (&json!("STANDARD"), &json!("ACTIVE"))
        );
        let listed = ok(&fixture, "stepfunctions", "ListStateMachines", json!({})).await;
        assert_eq!(
            listed,
            json!({ "stateMachines": [{
                "stateMachineArn": arn, "name": "orders", "type": "STANDARD",
                "creationDate": 1_764_000_000.0,
            }] })
        );
        let tags = json!({ "resourceArn": arn });
        let tags = ok(&fixture, "stepfunctions", "ListTagsForResource", tags).await;
        assert_eq!(
            tags,
            json!({ "tags": [{ "key": "team", "value": "shop" }] })
        );
        let fact = fixture.fact(FactKind::ResourceTags, arn);
        assert_eq!(fact, FactValue::Present(json!({ "team": "shop" })));

        let start = json!({ "stateMachineArn": arn, "name": "one" });
        let started = ok(&fixture, "stepfunctions", "StartExecution", start).await;
        let execution = "arn:aws:states:us-east-1:123456789012:execution:orders:one";
        assert_eq!(started["executionArn"], execution);
        let stop = json!({ "executionArn": execution });
        ok(&fixture, "stepfunctions", "StopExecution", stop.clone()).await;
        let stopped = ok(&fixture, "stepfunctions", "DescribeExecution", stop.clone()).await;
        assert_eq!(
            (&stopped["status"], &stopped["input"]),
            (&json!("ABORTED"), &json!("{}"))
        );
        ok(
            &fixture,
            "stepfunctions",
            "DeleteStateMachine",
            named.clone(),
        )
        .await;
        assert_eq!(
            err(
                &fixture,
                "stepfunctions",
                "DescribeStateMachine",
                named.clone()
            )
            .await,
            said(
                "StateMachineDoesNotExist",
                &format!("State Machine Does Not Exist: '{arn}'")
            )
        );
        // Its executions went with it.
        assert_eq!(
            err(&fixture, "stepfunctions", "DescribeExecution", stop)
                .await
                .0,
            "ExecutionDoesNotExist"
        );
        assert_eq!(
            err(&fixture, "stepfunctions", "StartExecution", named)
                .await
                .0,
            "StateMachineDoesNotExist"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn schedules_are_named_within_their_group() {
        let fixture = fixture();
        let schedule = |name: &str, group: Option<&str>| {
            let mut request = json!({
                "Name": name, "ScheduleExpression": "rate(1 hour)", "FlexibleTimeWindow": { "Mode": "OFF" },
                "Target": { "Arn": "a", "RoleArn": "r" },
            });
            if let Some(group) = group {
                request["GroupName"] = json!(group);
            }
            request
        };
        let made = ok(&fixture, "scheduler", "CreateSchedule", schedule("s", None)).await;
        let arn = "arn:aws:scheduler:us-east-1:123456789012:schedule/default/s";
        assert_eq!(made, json!({ "ScheduleArn": arn }));
        assert_eq!(
            err(
                &fixture,
                "scheduler",
                "CreateSchedule",
                schedule("s", Some("g"))
            )
            .await,
            said(
                "ResourceNotFoundException",
                "Schedule group g does not exist."
            )
        );
        ok(
            &fixture,
            "scheduler",
            "CreateScheduleGroup",
            json!({ "Name": "g" }),
        )
        .await;
        ok(
            &fixture,
            "scheduler",
            "CreateSchedule",
            schedule("s", Some("g")),
        )
        .await;
        assert_eq!(
            err(
                &fixture,
                "scheduler",
                "CreateSchedule",
                schedule("s", Some("g"))
            )
            .await,
            said("ConflictException", "Schedule s already exists.")
        );
        let got = ok(
            &fixture,
            "scheduler",
            "GetSchedule",
            json!({ "Name": "s", "GroupName": "g" }),
        )
        .await;
        assert_eq!(got["GroupName"], "g");
        assert_eq!(
            (&got["State"], &got["Target"]["Arn"]),
            (&json!("ENABLED"), &json!("a"))
        );
        let listed = ok(
            &fixture,
            "scheduler",
            "ListSchedules",
            json!({ "GroupName": "g" }),
        )
        .await;
        assert_eq!(listed["Schedules"].as_array().unwrap().len(), 1);
        let all = ok(&fixture, "scheduler", "ListSchedules", json!({})).await;
        assert_eq!(all["Schedules"].as_array().unwrap().len(), 2);
        ok(
            &fixture,
            "scheduler",
            "DeleteScheduleGroup",
            json!({ "Name": "g" }),
        )
        .await;
        let all = ok(&fixture, "scheduler", "ListSchedules", json!({})).await;
        assert_eq!(all["Schedules"][0]["Arn"], arn);
        assert_eq!(all["Schedules"].as_array().unwrap().len(), 1);
        assert_eq!(
            err(
                &fixture,
                "scheduler",
                "GetSchedule",
                json!({ "Name": "none" })
            )
            .await,
            said("ResourceNotFoundException", "Schedule none does not exist.")
        );
    }

    #[tokio::test(start_paused = true)]
    async fn a_user_pool_has_clients_groups_and_users() {
        let fixture = fixture();
        let create = json!({ "PoolName": "shop", "UserPoolTags": { "team": "shop" } });
        let made = ok(&fixture, "cognito-idp", "CreateUserPool", create).await;
        let pool = made["UserPool"]["Id"].as_str().unwrap();
        assert_eq!(pool.len(), "us-east-1_".len() + 9);
        assert_eq!(
            made["UserPool"]["Arn"],
            format!("arn:aws:cognito-idp:us-east-1:123456789012:userpool/{pool}")
        );
        assert_eq!(made["UserPool"]["Name"], "shop");
        assert_eq!(made["UserPool"]["UserPoolTags"], json!({ "team": "shop" }));
        let listed = ok(
            &fixture,
            "cognito-idp",
            "ListUserPools",
            json!({ "MaxResults": 10 }),
        )
        .await;
        assert_eq!(listed["UserPools"][0]["Id"], pool);
        let client = json!({ "UserPoolId": pool, "ClientName": "web" });
        let client = ok(&fixture, "cognito-idp", "CreateUserPoolClient", client).await;
        let id = client["UserPoolClient"]["ClientId"].clone();
        assert_eq!(id.as_str().unwrap().len(), 26);
        let named = json!({ "UserPoolId": pool, "ClientId": id });
        let described = ok(
            &fixture,
            "cognito-idp",
            "DescribeUserPoolClient",
            named.clone(),
        )
        .await;
        assert_eq!(described["UserPoolClient"]["ClientName"], "web");
        let user = json!({
            "UserPoolId": pool, "Username": "ann",
            "UserAttributes": [{ "Name": "email", "Value": "ann@example.com" }],
        });
        let user = ok(&fixture, "cognito-idp", "AdminCreateUser", user).await;
        assert_eq!(user["User"]["UserStatus"], "FORCE_CHANGE_PASSWORD");
        let ann = json!({ "UserPoolId": pool, "Username": "ann" });
        let got = ok(&fixture, "cognito-idp", "AdminGetUser", ann.clone()).await;
        assert_eq!(got["UserAttributes"][0]["Value"], "ann@example.com");
        assert_eq!(
            err(&fixture, "cognito-idp", "AdminCreateUser", ann).await,
            said("UsernameExistsException", "User account already exists")
        );
        ok(
            &fixture,
            "cognito-idp",
            "DeleteUserPool",
            json!({ "UserPoolId": pool }),
        )
        .await;
        assert_eq!(
            err(
                &fixture,
                "cognito-idp",
                "DescribeUserPool",
                json!({ "UserPoolId": pool })
            )
            .await,
            said(
                "ResourceNotFoundException",
                &format!("User pool {pool} does not exist.")
            )
        );
        assert_eq!(
            err(&fixture, "cognito-idp", "DescribeUserPoolClient", named)
                .await
                .0,
            "ResourceNotFoundException"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn apis_have_what_belongs_to_them() {
        let fixture = fixture();
        let made = ok(
            &fixture,
            "apigateway",
            "CreateRestApi",
            json!({ "name": "shop" }),
        )
        .await;
        let id = made["id"].as_str().unwrap();
        assert_eq!((id.len(), &made["name"]), (10, &json!("shop")));
        let resource =
            json!({ "restApiId": id, "parentId": made["rootResourceId"], "pathPart": "orders" });
        let resource = ok(&fixture, "apigateway", "CreateResource", resource).await;
        assert_eq!(resource["path"], "/orders");
        let items = ok(
            &fixture,
            "apigateway",
            "GetResources",
            json!({ "restApiId": id }),
        )
        .await;
        assert_eq!(items["items"][0]["id"], resource["id"]);
        let apis = ok(&fixture, "apigateway", "GetRestApis", json!({})).await;
        assert_eq!(apis["items"][0]["id"], id);
        ok(
            &fixture,
            "apigateway",
            "DeleteRestApi",
            json!({ "restApiId": id }),
        )
        .await;
        assert_eq!(
            err(
                &fixture,
                "apigateway",
                "GetRestApi",
                json!({ "restApiId": id })
            )
            .await,
            said(
                "NotFoundException",
                &format!("Invalid API identifier specified 123456789012:{id}")
            )
        );
        let http = json!({ "Name": "shop", "ProtocolType": "HTTP" });
        let http = ok(&fixture, "apigatewayv2", "CreateApi", http).await;
        let api = http["ApiId"].clone();
        let endpoint = format!(
            "https://{}.execute-api.us-east-1.amazonaws.com",
            api.as_str().unwrap()
        );
        assert_eq!(http["ApiEndpoint"], endpoint);
        let route = json!({ "ApiId": api, "RouteKey": "GET /" });
        let route = ok(&fixture, "apigatewayv2", "CreateRoute", route).await;
        let routes = ok(
            &fixture,
            "apigatewayv2",
            "GetRoutes",
            json!({ "ApiId": api }),
        )
        .await;
        assert_eq!(routes["Items"][0]["RouteId"], route["RouteId"]);
    }

    #[tokio::test(start_paused = true)]
    async fn stacks_repositories_pipes_and_identities_are_kept() {
        let fixture = fixture();
        let stack = json!({ "StackName": "shop", "TemplateBody": "{}" });
        let made = ok(&fixture, "cloudformation", "CreateStack", stack.clone()).await;
        let id = made["StackId"].clone();
        for named in [json!("shop"), id.clone()] {
            let request = json!({ "StackName": named });
            let described = ok(&fixture, "cloudformation", "DescribeStacks", request).await;
            assert_eq!(described["Stacks"][0]["StackStatus"], "CREATE_COMPLETE");
            assert_eq!(described["Stacks"][0]["StackId"], id);
        }
        assert_eq!(
            err(&fixture, "cloudformation", "CreateStack", stack).await,
            said("AlreadyExistsException", "Stack [shop] already exists")
        );
        assert_eq!(
            err(
                &fixture,
                "cloudformation",
                "DescribeStacks",
                json!({ "StackName": "none" })
            )
            .await,
            said("ValidationError", "Stack with id none does not exist")
        );
        let name = json!({ "repositoryName": "shop" });
        let made = ok(&fixture, "ecr", "CreateRepository", name.clone()).await;
        let arn = "arn:aws:ecr:us-east-1:123456789012:repository/shop";
        assert_eq!(made["repository"]["repositoryArn"], arn);
        assert_eq!(
            made["repository"]["repositoryUri"],
            "123456789012.dkr.ecr.us-east-1.amazonaws.com/shop"
        );
        let listed = json!({ "repositoryNames": ["shop"] });
        let listed = ok(&fixture, "ecr", "DescribeRepositories", listed).await;
        assert_eq!(listed["repositories"][0]["repositoryName"], "shop");
        assert_eq!(
            err(
                &fixture,
                "ecr",
                "DescribeRepositories",
                json!({ "repositoryNames": ["x"] })
            )
            .await,
            said(
                "RepositoryNotFoundException",
                "The repository with name 'x' does not exist in the registry with id '123456789012'"
            )
        );
        assert_eq!(
            err(&fixture, "ecr", "GetRepositoryPolicy", name.clone())
                .await
                .0,
            "RepositoryPolicyNotFoundException"
        );
        let policy = json!({ "repositoryName": "shop", "policyText": "{}" });
        ok(&fixture, "ecr", "SetRepositoryPolicy", policy).await;
        let got = ok(&fixture, "ecr", "GetRepositoryPolicy", name).await;
        assert_eq!(got["policyText"], "{}");
        assert_eq!(
            fixture.fact(FactKind::ResourcePolicy, arn),
            FactValue::Present("{}".into())
        );

        let pipe = json!({ "Name": "p", "Source": "s", "Target": "t", "RoleArn": "r" });
        ok(&fixture, "pipes", "CreatePipe", pipe).await;
        ok(&fixture, "pipes", "StopPipe", json!({ "Name": "p" })).await;
        let described = ok(&fixture, "pipes", "DescribePipe", json!({ "Name": "p" })).await;
        assert_eq!(
            (&described["CurrentState"], &described["Source"]),
            (&json!("STOPPED"), &json!("s"))
        );
        let identity = json!({ "EmailIdentity": "ann@example.com" });
        ok(&fixture, "sesv2", "CreateEmailIdentity", identity.clone()).await;
        let listed = ok(&fixture, "sesv2", "ListEmailIdentities", json!({})).await;
        assert_eq!(
            listed["EmailIdentities"][0]["IdentityName"],
            "ann@example.com"
        );
        assert_eq!(
            err(&fixture, "sesv2", "CreateEmailIdentity", identity).await,
            said(
                "AlreadyExistsException",
                "Email identity ann@example.com already exist."
            )
        );
        ok(
            &fixture,
            "ses",
            "VerifyEmailIdentity",
            json!({ "EmailAddress": "a@example.com" }),
        )
        .await;
        ok(
            &fixture,
            "ses",
            "VerifyDomainIdentity",
            json!({ "Domain": "example.com" }),
        )
        .await;
        let listed = ok(&fixture, "ses", "ListIdentities", json!({})).await;
        assert_eq!(
            listed["Identities"],
            json!(["a@example.com", "example.com"])
        );
        let asked = json!({ "Identities": ["example.com", "none.example.com"] });
        let verified = ok(&fixture, "ses", "GetIdentityVerificationAttributes", asked).await;
        assert_eq!(
            verified["VerificationAttributes"],
            json!({ "example.com": { "VerificationStatus": "Success" } })
        );
        let archive = json!({ "ArchiveName": "a", "EventSourceArn": "arn:aws:events:us-east-1:123456789012:event-bus/default" });
        ok(&fixture, "events", "CreateArchive", archive).await;
        let described = ok(
            &fixture,
            "events",
            "DescribeArchive",
            json!({ "ArchiveName": "a" }),
        )
        .await;
        assert_eq!(described["State"], "ENABLED");
    }
}
