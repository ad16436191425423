//! Requests as real clients send them. Source, where no other is given: wire-facts.

use rolecall_catalog::{
    Catalog, ProtocolName,
    recognise::{Head, Reason, Recognised, Unrecognised},
};

use ProtocolName::{Ec2, Json10, Json11, Query, RestJson, RestXml, RpcV2Cbor};

fn recognise(head: &Head<'_>) -> Result<Recognised, Unrecognised> {
    Catalog::embedded().recognise(head)
}

/// `service.Operation protocol label=value ...`, or the refusal.
fn described(head: &Head<'_>) -> String {
    match recognise(head) {
        Ok(found) => {
            let labels = found
                .labels
                .iter()
                .map(|(name, value)| format!(" {name}={value}"));
            let (service, operation) = (&found.service.name, &found.operation().name);
            format!("{service}.{operation}{}", labels.collect::<String>())
        }
        Err(refusal) => format!("refused: {refusal}"),
    }
}

fn head<'a>(scope: &'a str, method: &'a str, target: &'a str) -> Head<'a> {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let scope_service = Some(scope).filter(|s| !s.is_empty());
    Head {
        method,
        path,
        query,
        scope_service,
        host: Some("127.0.0.1:4566"),
        ..Head::default()
    }
}

#[test]
fn s3_buckets_in_path_style() {
    let cases = [
        ("GET", "/", "s3.ListBuckets"),
        ("PUT", "/mybucket", "s3.CreateBucket Bucket=mybucket"),
        ("PUT", "/mybucket/", "s3.CreateBucket Bucket=mybucket"),
        ("HEAD", "/mybucket", "s3.HeadBucket Bucket=mybucket"),
        ("GET", "/mybucket", "s3.ListObjects Bucket=mybucket"),
        (
            "GET",
            "/mybucket?list-type=2&prefix=a&encoding-type=url",
            "s3.ListObjectsV2 Bucket=mybucket",
        ),
        (
            "GET",
            "/mybucket/?list-type=2&prefix=a",
            "s3.ListObjectsV2 Bucket=mybucket",
        ),
        (
            "GET",
            "/mybucket?versions",
            "s3.ListObjectVersions Bucket=mybucket",
        ),
        (
            "GET",
            "/mybucket?uploads=",
            "s3.ListMultipartUploads Bucket=mybucket",
        ),
        (
            "POST",
            "/mybucket?delete",
            "s3.DeleteObjects Bucket=mybucket",
        ),
    ];
    for (method, target, expected) in cases {
        assert_eq!(
            described(&head("s3", method, target)),
            expected,
            "{method} {target}"
        );
    }
}

#[test]
fn s3_objects_in_path_style() {
    let cases = [
        (
            "PUT",
            "/mybucket/k?x-id=PutObject",
            "s3.PutObject Bucket=mybucket Key=k",
        ),
        (
            "PUT",
            "/mybucket/a%20b/k%2B1.txt",
            "s3.PutObject Bucket=mybucket Key=a b/k+1.txt",
        ),
        ("PUT", "/mybucket//k", "s3.PutObject Bucket=mybucket Key=/k"),
        (
            "PUT",
            "/mybucket/folder/",
            "s3.PutObject Bucket=mybucket Key=folder/",
        ),
        (
            "PUT",
            "/mybucket/k?tagging",
            "s3.PutObjectTagging Bucket=mybucket Key=k",
        ),
        (
            "GET",
            "/mybucket/k?versionId=1",
            "s3.GetObject Bucket=mybucket Key=k",
        ),
        (
            "GET",
            "/mybucket/k?uploadId=1",
            "s3.ListParts Bucket=mybucket Key=k",
        ),
        (
            "POST",
            "/mybucket/k?uploads",
            "s3.CreateMultipartUpload Bucket=mybucket Key=k",
        ),
        (
            "PUT",
            "/mybucket/k?uploadId=1&partNumber=2",
            "s3.UploadPart Bucket=mybucket Key=k",
        ),
        (
            "POST",
            "/mybucket/k?uploadId=1",
            "s3.CompleteMultipartUpload Bucket=mybucket Key=k",
        ),
        (
            "DELETE",
            "/mybucket/k?uploadId=1",
            "s3.AbortMultipartUpload Bucket=mybucket Key=k",
        ),
        (
            "DELETE",
            "/mybucket/k",
            "s3.DeleteObject Bucket=mybucket Key=k",
        ),
        (
            "POST",
            "/mybucket/k?select&select-type=2",
            "s3.SelectObjectContent Bucket=mybucket Key=k",
        ),
    ];
    for (method, target, expected) in cases {
        assert_eq!(
            described(&head("s3", method, target)),
            expected,
            "{method} {target}"
        );
    }
}

#[test]
fn s3_operations_that_share_a_path() {
    let cases = [
        (
            "GET",
            "/mybucket?lifecycle",
            "s3.GetBucketLifecycleConfiguration Bucket=mybucket",
        ),
        (
            "PUT",
            "/mybucket?lifecycle",
            "s3.PutBucketLifecycleConfiguration Bucket=mybucket",
        ),
        (
            "GET",
            "/mybucket?analytics&id=1",
            "s3.GetBucketAnalyticsConfiguration Bucket=mybucket",
        ),
        (
            "GET",
            "/mybucket?analytics",
            "s3.ListBucketAnalyticsConfigurations Bucket=mybucket",
        ),
        ("GET", "/%ff", "refused: the path `/%ff` is not UTF-8"),
        (
            "POST",
            "/mybucket",
            "refused: no operation is called with `POST /mybucket`",
        ),
    ];
    for (method, target, expected) in cases {
        assert_eq!(
            described(&head("s3", method, target)),
            expected,
            "{method} {target}"
        );
    }
}

#[test]
fn s3_copies_say_so_in_a_header() {
    let headers: &[(&str, &[u8])] = &[("X-Amz-Copy-Source", b"other/key")];
    let copy = Head {
        headers,
        ..head("s3", "PUT", "/b/k?x-id=CopyObject")
    };
    assert_eq!(described(&copy), "s3.CopyObject Bucket=b Key=k");
    let part = Head {
        headers,
        ..head("s3", "PUT", "/b/k?partNumber=1&uploadId=u")
    };
    assert_eq!(described(&part), "s3.UploadPartCopy Bucket=b Key=k");
    // A hint does not make a copy of what is none.
    assert_eq!(
        described(&head("s3", "PUT", "/b/k?x-id=CopyObject")),
        "s3.PutObject Bucket=b Key=k"
    );
}

#[test]
fn s3_express_from_three_clients() {
    let bucket = "mybucket--use1-az4--x-s3";
    let session = format!("/{bucket}?session");
    assert_eq!(
        described(&head("s3express", "GET", &session)),
        format!("s3.CreateSession Bucket={bucket}")
    );
    let doubled = format!("/{bucket}//?session=");
    assert_eq!(
        described(&head("s3express", "GET", &doubled)),
        format!("s3.CreateSession Bucket={bucket}")
    );
    // JavaScript's second call is signed for `s3`.
    let object = format!("/{bucket}//k");
    assert_eq!(
        described(&head("s3", "PUT", &object)),
        format!("s3.PutObject Bucket={bucket} Key=k")
    );
    assert_eq!(
        described(&head("s3express", "GET", "/")),
        "s3.ListDirectoryBuckets"
    );
    let host = format!("{bucket}.localhost:4566");
    let virtual_host = Head {
        host: Some(&host),
        ..head("s3express", "GET", "/?session")
    };
    assert_eq!(
        described(&virtual_host),
        format!("s3.CreateSession Bucket={bucket}")
    );
}

#[test]
fn s3_in_virtual_host_style() {
    let on = |host: &'static str, target| Head {
        host: Some(host),
        ..head("s3", "GET", target)
    };
    let regional = on(
        "my.bucket.s3.eu-west-1.amazonaws.com",
        "/a/b?x-id=GetObject",
    );
    assert_eq!(
        described(&regional),
        "s3.GetObject Bucket=my.bucket Key=a/b"
    );
    let list = on("mybucket.s3.amazonaws.com", "/?list-type=2");
    assert_eq!(described(&list), "s3.ListObjectsV2 Bucket=mybucket");
    let own = Head {
        own_host: Some("aws.x.test"),
        ..on("mybucket.aws.x.test:4566", "/k")
    };
    assert_eq!(described(&own), "s3.GetObject Bucket=mybucket Key=k");
    let access_point = on("myap-123456789012.localhost:4566", "/k");
    assert_eq!(
        described(&access_point),
        "s3.GetObject Bucket=myap-123456789012 Key=k"
    );
}

#[test]
fn s3_control_has_its_account_in_header_and_host() {
    let headers: &[(&str, &[u8])] = &[("x-amz-account-id", b"123456789012")];
    let path = "/v20180820/accesspoint/myap";
    let control = Head {
        headers,
        ..head("s3", "GET", path)
    };
    assert_eq!(described(&control), "s3control.GetAccessPoint name=myap");
    let host = Some("123456789012.localhost:4566");
    assert_eq!(
        described(&Head { host, ..control }),
        "s3control.GetAccessPoint name=myap AccountId=123456789012"
    );
    assert_eq!(
        described(&head("s3", "GET", path)),
        "s3.GetObject Bucket=v20180820 Key=accesspoint/myap"
    );
    let outposts: &[(&str, &[u8])] = &[("x-amz-outpost-id", b"op-1")];
    let buckets = Head {
        headers: outposts,
        host: Some("s3-outposts.us-east-1.amazonaws.com"),
        ..head("s3-outposts", "GET", "/v20180820/bucket")
    };
    assert_eq!(described(&buckets), "s3control.ListRegionalBuckets");
    let host = Some("s3-control.us-east-1.amazonaws.com");
    assert_eq!(
        described(&Head { host, ..control }),
        "s3control.GetAccessPoint name=myap"
    );
    let route = Head {
        host: Some("route1.localhost"),
        ..head("s3-object-lambda", "POST", "/WriteGetObjectResponse")
    };
    assert_eq!(
        described(&route),
        "s3.WriteGetObjectResponse RequestRoute=route1"
    );
}

#[test]
fn json_by_target() {
    let cases = [
        ("sqs", "AmazonSQS.SendMessage", "sqs.SendMessage", Json10),
        (
            "dynamodb",
            "DynamoDB_20120810.TransactWriteItems",
            "dynamodb.TransactWriteItems",
            Json10,
        ),
        (
            "dynamodb",
            "DynamoDBStreams_20120810.GetRecords",
            "dynamodbstreams.GetRecords",
            Json10,
        ),
        (
            "states",
            "AWSStepFunctions.StartExecution",
            "stepfunctions.StartExecution",
            Json10,
        ),
        (
            "monitoring",
            "GraniteServiceVersion20100801.ListMetrics",
            "cloudwatch.ListMetrics",
            Json10,
        ),
        ("ssm", "AmazonSSM.GetParameter", "ssm.GetParameter", Json11),
        (
            "tagging",
            "ResourceGroupsTaggingAPI_20170126.GetResources",
            "resourcegroupstaggingapi.GetResources",
            Json11,
        ),
        ("events", "AWSEvents.PutEvents", "events.PutEvents", Json11),
        // Not signed: the target alone says it.
        (
            "",
            "AWSCognitoIdentityProviderService.SignUp",
            "cognito-idp.SignUp",
            Json11,
        ),
    ];
    for (scope, target, expected, protocol) in cases {
        let headers: &[(&str, &[u8])] = &[("x-amz-target", target.as_bytes())];
        let request = Head {
            headers,
            ..head(scope, "POST", "/")
        };
        assert_eq!(described(&request), expected, "{target}");
        assert_eq!(
            recognise(&request).map(|r| r.protocol).ok(),
            Some(protocol),
            "{target}"
        );
    }
}

#[test]
fn cbor_by_path() {
    let headers: &[(&str, &[u8])] = &[("smithy-protocol", b"rpc-v2-cbor")];
    let path = "/service/GraniteServiceVersion20100801/operation/ListMetrics";
    let request = Head {
        headers,
        ..head("monitoring", "POST", path)
    };
    assert_eq!(described(&request), "cloudwatch.ListMetrics");
    assert_eq!(
        recognise(&request).map(|r| r.protocol).ok(),
        Some(RpcV2Cbor)
    );
    let unknown = Head {
        headers,
        ..head(
            "monitoring",
            "POST",
            "/service/GraniteServiceVersion20100801/operation/No",
        )
    };
    let refusal = recognise(&unknown).expect_err("there is none");
    assert_eq!(refusal.reason, Reason::UnknownOperation("No".to_owned()));
    assert_eq!(refusal.protocol, RpcV2Cbor);
    assert_eq!(
        refusal.service.map(|s| s.name.clone()).as_deref(),
        Some("cloudwatch")
    );
}

#[test]
fn forms_by_action_and_version() {
    let cases = [
        (
            "sts",
            "Action=GetCallerIdentity&Version=2011-06-15",
            "sts.GetCallerIdentity",
            Query,
        ),
        (
            "iam",
            "Action=GetRole&Version=2010-05-08&RoleName=r",
            "iam.GetRole",
            Query,
        ),
        (
            "sns",
            "Version=2010-03-31&Action=Publish",
            "sns.Publish",
            Query,
        ),
        (
            "ec2",
            "Action=DescribeInstances&Version=2016-11-15",
            "ec2.DescribeInstances",
            Ec2,
        ),
        (
            "rds",
            "Action=DescribeDBClusters&Version=2014-10-31",
            "rds.DescribeDBClusters",
            Query,
        ),
        (
            "monitoring",
            "Action=PutMetricData&Version=2010-08-01",
            "cloudwatch.PutMetricData",
            Query,
        ),
        // Clients from before SQS spoke JSON.
        (
            "sqs",
            "Action=SendMessage&Version=2012-11-05",
            "sqs.SendMessage",
            Query,
        ),
        (
            "",
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15",
            "sts.AssumeRoleWithWebIdentity",
            Query,
        ),
    ];
    for (scope, form, expected, protocol) in cases {
        let request = Head {
            form: Some(form.as_bytes()),
            ..head(scope, "POST", "/")
        };
        assert_eq!(described(&request), expected, "{form}");
        assert_eq!(
            recognise(&request).map(|r| r.protocol).ok(),
            Some(protocol),
            "{form}"
        );
    }
    let presigned = head(
        "sts",
        "GET",
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Expires=60",
    );
    assert_eq!(described(&presigned), "sts.GetCallerIdentity");
}

#[test]
fn rest_json_by_path() {
    let cases = [
        (
            "lambda",
            "POST",
            "/2015-03-31/functions/my-function/invocations",
            "lambda.Invoke FunctionName=my-function",
        ),
        (
            "lambda",
            "POST",
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af/invocations",
            "lambda.Invoke FunctionName=arn:aws:lambda:us-east-1:123456789012:function:f",
        ),
        (
            "lambda",
            "GET",
            "/2015-03-31/functions/",
            "lambda.ListFunctions",
        ),
        (
            "lambda",
            "GET",
            "/2015-03-31/functions",
            "lambda.ListFunctions",
        ),
        (
            "lambda",
            "GET",
            "/2018-10-31/layers?find=LayerVersion&Arn=a",
            "lambda.GetLayerVersionByArn",
        ),
        (
            "apigateway",
            "GET",
            "/restapis/a1/resources",
            "apigateway.GetResources restapi_id=a1",
        ),
        (
            "apigateway",
            "GET",
            "/v2/apis/a1",
            "apigatewayv2.GetApi apiId=a1",
        ),
        (
            "execute-api",
            "POST",
            "/@connections/c1",
            "apigatewaymanagementapi.PostToConnection connectionId=c1",
        ),
        (
            "es",
            "GET",
            "/2021-01-01/opensearch/domain/d",
            "opensearch.DescribeDomain DomainName=d",
        ),
        (
            "",
            "GET",
            "/federation/credentials?role_name=r&account_id=1",
            "sso.GetRoleCredentials",
        ),
        ("", "POST", "/token", "sso-oidc.CreateToken"),
    ];
    for (scope, method, target, expected) in cases {
        let request = head(scope, method, target);
        assert_eq!(described(&request), expected, "{method} {target}");
        assert_eq!(
            recognise(&request).map(|r| r.protocol).ok(),
            Some(RestJson),
            "{target}"
        );
    }
}

#[test]
fn the_user_agent_tells_twins_apart() {
    let twin = |agent: &'static str| {
        let headers: &[(&str, &[u8])] = &[("user-agent", agent.as_bytes())];
        described(&Head {
            headers,
            ..head("wisdom", "GET", "/assistants/a")
        })
    };
    assert_eq!(
        twin("Botocore/1.44.5"),
        "qconnect.GetAssistant assistantId=a"
    );
    assert_eq!(
        twin("aws-sdk-js/3.1 ua/2.1 api/wisdom#3.1.0"),
        "wisdom.GetAssistant assistantId=a"
    );
    assert_eq!(
        twin("aws-sdk-rust/1 api/qconnect/1.0"),
        "qconnect.GetAssistant assistantId=a"
    );
}

#[test]
fn what_is_unknown_is_said() {
    let no_scope = recognise(&head("nosuch", "GET", "/")).expect_err("no such service");
    assert_eq!(no_scope.to_string(), "no service signs as `nosuch`");
    let headers: &[(&str, &[u8])] = &[("x-amz-target", b"DynamoDB_20120810.NoSuch")];
    let operation = recognise(&Head {
        headers,
        ..head("dynamodb", "POST", "/")
    })
    .expect_err("none");
    assert_eq!(
        operation.reason,
        Reason::UnknownOperation("NoSuch".to_owned())
    );
    assert_eq!(
        (operation.protocol, operation.service.is_some()),
        (Json10, true)
    );
    let form = Head {
        form: Some(b"Action=Nope&Version=2010-05-08"),
        ..head("iam", "POST", "/")
    };
    assert_eq!(recognise(&form).expect_err("none").protocol, Query);
    let path = recognise(&head("s3", "POST", "/bucket")).expect_err("a browser's upload");
    assert_eq!((path.protocol, path.service.is_some()), (RestXml, true));
    let no_target = recognise(&head("dynamodb", "POST", "/")).expect_err("no target");
    let service = no_target.service.map(|s| s.name.clone());
    assert_eq!(
        (no_target.protocol, service.as_deref()),
        (Json10, Some("dynamodb"))
    );
    let both = Head {
        headers: &[("x-amz-target", b"ACMPrivateCA.No")],
        ..head("acm-pca", "POST", "/")
    };
    assert_eq!(recognise(&both).expect_err("none").protocol, Json11);
    let no_action = recognise(&Head {
        form: Some(b""),
        ..head("sqs", "POST", "/")
    })
    .expect_err("none");
    assert_eq!(no_action.protocol, Query);
    let nothing = recognise(&head("", "GET", "/")).expect_err("nothing");
    assert_eq!(nothing.reason, Reason::NoService);
    let version = Head {
        form: Some(b"Action=GetRole&Version=1999-01-01"),
        ..head("iam", "POST", "/")
    };
    assert_eq!(
        recognise(&version).expect_err("no such version").reason,
        Reason::UnknownOperation("GetRole".to_owned())
    );
}

#[test]
fn a_search_may_be_a_form() {
    let form = Some(b"q=x&format=sdk&pretty=true".as_slice());
    let search = Head {
        form,
        ..head("cloudsearch", "POST", "/2013-01-01/search")
    };
    assert_eq!(described(&search), "cloudsearchdomain.Search");
}

#[test]
fn a_bearer_token_is_not_for_s3() {
    let headers: &[(&str, &[u8])] = &[("authorization", b"Bearer token")];
    let request = Head {
        headers,
        ..head("", "PUT", "/v1/accessTokens")
    };
    assert_eq!(
        recognise(&request).expect_err("no service").reason,
        Reason::NoService
    );
}

#[test]
fn anonymous_requests_are_for_s3() {
    assert_eq!(
        described(&head("", "GET", "/bucket/key")),
        "s3.GetObject Bucket=bucket Key=key"
    );
    let other = Head {
        host: Some("iot.us-east-1.amazonaws.com"),
        ..head("", "GET", "/things/t")
    };
    assert_eq!(described(&other), "iot.DescribeThing thingName=t");
}
