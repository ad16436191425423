//! What the member `resources` of a question says, and what it makes of the answer.
#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by failing"
)]

use rolecall_resolve::lines;
use serde_json::{Value, json};

const STACK: &str = "arn:aws:cloudformation:us-east-1:123456789012:stack/";

fn answer(question: &Value) -> Value {
    let mut output = Vec::new();
    lines(question.to_string().as_bytes(), &mut output).unwrap();
    serde_json::from_slice(&output).unwrap()
}

/// `ACTION RESOURCE` of each requirement.
fn needs(answer: &Value) -> Vec<String> {
    let found = answer["requirements"]
        .as_array()
        .unwrap_or_else(|| panic!("{answer}"));
    let text = |r: &Value, name: &str| r[name].as_str().unwrap_or_default().to_owned();
    found
        .iter()
        .map(|r| format!("{} {}", text(r, "action"), text(r, "resource")))
        .collect()
}

fn warnings(answer: &Value) -> Vec<&str> {
    let warnings = answer["warnings"].as_array().unwrap().iter();
    warnings.map(|w| w.as_str().unwrap()).collect()
}

fn stack(resources: &Value) -> Value {
    answer(
        &json!({"service": "cloudformation", "operation": "DescribeStacks",
        "parameters": {"StackName": "orders"}, "resources": resources}),
    )
}

#[test]
fn the_one_resource_that_an_open_arn_is_a_pattern_of_is_meant() {
    let (id, other) = (format!("{STACK}orders/1f2e"), format!("{STACK}other/1f2e"));
    let answer = stack(&json!({&id: {}, &other: {}}));
    assert_eq!(
        needs(&answer),
        [format!("cloudformation:DescribeStacks {id}")]
    );
    assert_eq!(warnings(&answer), [""; 0]);
}

#[test]
fn of_two_that_fit_neither_is_meant() {
    let answer = stack(&json!({format!("{STACK}orders/1"): {}, format!("{STACK}orders/2"): {}}));
    let open = format!("{STACK}orders/*");
    assert_eq!(
        needs(&answer),
        [format!("cloudformation:DescribeStacks {open}")]
    );
    assert_eq!(
        warnings(&answer),
        [format!("not known: resource-arn of {open}")]
    );
}

#[test]
fn an_id_has_no_separator_in_it() {
    let answer = stack(&json!({format!("{STACK}orders/1/more"): {}}));
    assert_eq!(warnings(&answer).len(), 1);
}

#[test]
fn what_stands_for_something_else_says_so_itself() {
    let query = "arn:aws:athena:us-east-1:123456789012:query-execution/q";
    let group = "arn:aws:athena:us-east-1:123456789012:workgroup/w";
    let answer = answer(
        &json!({"service": "athena", "operation": "GetQueryExecution",
        "parameters": {"QueryExecutionId": "q"}, "resources": {query: {"standsFor": group}}}),
    );
    assert_eq!(
        needs(&answer),
        [format!("athena:GetQueryExecution {group}")]
    );
    let open = format!("{STACK}orders/*");
    let none = stack(&json!({&open: {"standsFor": null}, format!("{STACK}orders/1"): {}}));
    assert_eq!(
        needs(&none),
        [format!("cloudformation:DescribeStacks {open}")]
    );
    assert_eq!(warnings(&none), [""; 0]);
}

#[test]
fn the_role_of_an_instance_profile_is_passed() {
    let role = "arn:aws:iam::123456789012:role/team/web";
    let profile = "arn:aws:iam::123456789012:instance-profile/web";
    let question = |resources: Value| {
        json!({"service": "ec2", "operation": "AssociateIamInstanceProfile",
            "parameters": {"InstanceId": "i-1", "IamInstanceProfile": {"Name": "web"}}, "resources": resources})
    };
    let known = answer(&question(json!({profile: {"role": role}})));
    let pass = format!("iam:PassRole {role}");
    assert_eq!(needs(&known)[1], pass);
    let none = answer(&question(json!({profile: {"role": null}})));
    assert!(!needs(&none).contains(&pass));
    let unknown = answer(&question(json!({})));
    let asked = format!("not known: role-of-instance-profile of {profile}");
    assert!(warnings(&unknown).contains(&asked.as_str()), "{unknown}");
}

#[test]
fn the_roles_of_a_task_definition_are_passed() {
    let (task, execution) = (
        "arn:aws:iam::123456789012:role/task",
        "arn:aws:iam::123456789012:role/execution",
    );
    let definition = "arn:aws:ecs:us-east-1:123456789012:task-definition/web:3";
    let run = |named: &str| {
        let resources = json!({definition: {"roles": {"task": task, "execution": execution}}});
        needs(&answer(&json!({"service": "ecs", "operation": "RunTask",
            "parameters": {"taskDefinition": named}, "resources": resources})))
    };
    for named in ["web:3", "web", definition] {
        let needs = run(named);
        for role in [task, execution] {
            assert!(
                needs.contains(&format!("iam:PassRole {role}")),
                "{named}: {needs:?}"
            );
        }
    }
    assert!(
        !run("api")
            .iter()
            .any(|need| need.starts_with("iam:PassRole arn:aws:iam::123456789012:role/task"))
    );
}

#[test]
fn the_models_of_an_inference_profile_are_invoked() {
    let profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/p";
    let models = [
        "arn:aws:bedrock:us-east-1::foundation-model/m",
        "arn:aws:bedrock:us-west-2::foundation-model/m",
    ];
    let answer = answer(
        &json!({"service": "bedrock-runtime", "operation": "InvokeModel",
        "parameters": {"modelId": profile, "body": "e30="}, "resources": {profile: {"models": models}}}),
    );
    let needs = needs(&answer);
    for model in models {
        assert!(
            needs.contains(&format!("bedrock:InvokeModel {model}")),
            "{needs:?}"
        );
    }
}

#[test]
fn a_member_of_another_form_is_refused() {
    let profile = "arn:aws:iam::123456789012:instance-profile/web";
    for (member, value, expected) in [
        ("role", json!("web"), "an ARN"),
        (
            "roles",
            json!({"other": profile}),
            "a map of `task` and `execution` to ARNs",
        ),
        ("models", json!([]), "a list of ARNs"),
        ("standsFor", json!(["x"]), "an ARN or a list of ARNs"),
    ] {
        let answer = answer(&json!({"service": "sts", "operation": "GetCallerIdentity",
            "resources": {profile: {member: value}}}));
        let error = answer["error"]
            .as_str()
            .unwrap_or_else(|| panic!("{answer}"));
        assert!(
            error.contains(member) && error.contains(expected),
            "{error}"
        );
    }
}

#[test]
fn the_vpc_of_a_subnet_is_a_key() {
    let vpc = "arn:aws:ec2:us-east-1:123456789012:vpc/vpc-1";
    let resources = json!({vpc: {"vpcSubnets": ["subnet-1", "subnet-2"]}});
    let network = json!({"SubnetIds": ["subnet-1", "subnet-2"], "SecurityGroupIds": ["sg-1"]});
    let question = |resources: &Value| {
        json!({"service": "lambda", "operation": "UpdateFunctionConfiguration",
            "parameters": {"FunctionName": "f", "VpcConfig": network}, "resources": resources})
    };
    let known = answer(&question(&resources));
    assert_eq!(
        known["requirements"][0]["context"]["lambda:VpcIds"],
        "vpc-1"
    );
    assert_eq!(warnings(&known), [""; 0]);
    let unknown = answer(&question(&json!({})));
    let reason = &unknown["requirements"][0]["notComputed"]["lambda:VpcIds"];
    assert_eq!(
        reason,
        "not known: vpc-of-subnet of arn:aws:ec2:us-east-1:123456789012:subnet/subnet-1, vpc-of-subnet of \
         arn:aws:ec2:us-east-1:123456789012:subnet/subnet-2"
    );
    let run = answer(
        &json!({"service": "ec2", "operation": "RunInstances", "resources": resources,
        "parameters": {"ImageId": "ami-1", "MinCount": 1, "MaxCount": 1, "SubnetId": "subnet-2"}}),
    );
    let found = run["requirements"].as_array().unwrap().iter();
    let subnet = found
        .clone()
        .find(|r| r["resource"].as_str().unwrap().ends_with("subnet/subnet-2"));
    assert_eq!(subnet.unwrap()["context"]["ec2:Vpc"], vpc);
}

#[test]
fn what_decides_nothing_is_said_to() {
    let bucket = "arn:aws:s3:::b";
    let function = "arn:aws:lambda:us-east-1:123456789012:function:f";
    let needs_of = |version: Value, state: Value| {
        let mut parameters = json!({"Bucket": "b", "Key": "k"});
        if !version.is_null() {
            parameters["VersionId"] = version;
        }
        answer(
            &json!({"service": "s3", "operation": "DeleteObject", "parameters": parameters,
            "resources": {bucket: {"versioning": state}, function: {"vpcSubnets": ["subnet-1"]}}}),
        )
    };
    for state in [json!("Enabled"), json!("Suspended"), json!(null)] {
        let plain = needs_of(json!(null), state.clone());
        assert_eq!(needs(&plain), ["s3:DeleteObject arn:aws:s3:::b/k"]);
        let versioned = needs_of(json!("v1"), state);
        assert_eq!(
            needs(&versioned),
            ["s3:DeleteObjectVersion arn:aws:s3:::b/k"]
        );
        let idle: Vec<&str> = warnings(&plain)
            .into_iter()
            .filter(|w| w.contains("decides nothing"))
            .collect();
        assert!(
            idle[0].starts_with("`vpcSubnets` of `arn:aws:lambda"),
            "{idle:?}"
        );
        assert!(
            idle[1].starts_with("`versioning` of `arn:aws:s3:::b`"),
            "{idle:?}"
        );
    }
}

#[test]
fn an_upload_may_have_a_key_of_its_own() {
    let key = |id: &str| format!("arn:aws:kms:us-east-1:123456789012:key/{id}");
    let question = |upload: Value| {
        json!({"service": "s3", "operation": "UploadPart",
            "parameters": {"Bucket": "b", "Key": "k", "PartNumber": 1, "UploadId": "u"},
            "resources": {"arn:aws:s3:::b": {"kmsKeyArn": key("bucket")}, "arn:aws:s3:::b/k?uploadId=u": upload}})
    };
    let own = needs(&answer(&question(json!({"kmsKeyArn": key("own")}))));
    assert_eq!(own[1], format!("kms:Decrypt {}", key("own")));
    let bucket = needs(&answer(&question(json!({}))));
    assert_eq!(bucket[1], format!("kms:Decrypt {}", key("bucket")));
    let none = needs(&answer(&question(json!({"kmsKeyArn": null}))));
    assert_eq!(none, ["s3:PutObject arn:aws:s3:::b/k"]);
}
