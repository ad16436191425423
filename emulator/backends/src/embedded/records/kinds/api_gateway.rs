//! API Gateway, REST APIs: nothing is invoked.

use crate::embedded::records::kind::{Kind, NONE};

const NO_API: (&str, &str) = (
    "NotFoundException",
    "Invalid API identifier specified {account}:{restApiId}",
);

const API: (&str, &str) = ("restApiId", "restApiId");

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "apigateway",
        noun: "REST API",
        create: &["CreateRestApi"],
        named_by: &[("restApiId", "id")],
        arn: "#arn",
        made: &[
            ("id", "{id:10}"),
            ("rootResourceId", "{id:10}"),
            (
                "#arn",
                "arn:{partition}:apigateway:{region}::/restapis/{id}",
            ),
            ("createdDate", "{now}"),
            ("apiKeySource", "HEADER"),
            ("endpointConfiguration", r#"={"types":["EDGE"]}"#),
            ("disableExecuteApiEndpoint", "=false"),
        ],
        describe: &["GetRestApi"],
        list: &["GetRestApis"],
        update: &[("UpdateRestApi", &[])],
        delete: &["DeleteRestApi"],
        missing: NO_API,
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateRestApi.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "resource",
        create: &["CreateResource"],
        named_by: &[API, ("resourceId", "id")],
        made: &[("id", "{id:6}"), ("path", "/{pathPart}")],
        describe: &["GetResource"],
        list: &["GetResources"],
        delete: &["DeleteResource"],
        parent: Some("REST API"),
        missing: ("NotFoundException", "Invalid Resource identifier specified"),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateResource.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "REST API deployment",
        create: &["CreateDeployment"],
        named_by: &[API, ("deploymentId", "id")],
        made: &[("id", "{id:6}"), ("createdDate", "{now}")],
        describe: &["GetDeployment"],
        list: &["GetDeployments"],
        delete: &["DeleteDeployment"],
        parent: Some("REST API"),
        missing: (
            "NotFoundException",
            "Invalid Deployment identifier specified",
        ),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateDeployment.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "REST API stage",
        create: &["CreateStage"],
        named_by: &[API, ("stageName", "stageName")],
        made: &[("createdDate", "{now}"), ("lastUpdatedDate", "{now}")],
        describe: &["GetStage"],
        list: &["GetStages"],
        update: &[("UpdateStage", &[("lastUpdatedDate", "{now}")])],
        delete: &["DeleteStage"],
        parent: Some("REST API"),
        missing: ("NotFoundException", "Invalid stage identifier specified"),
        exists: Some(("ConflictException", "Stage already exists")),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "API key",
        create: &["CreateApiKey"],
        named_by: &[("apiKey", "id")],
        arn: "#arn",
        made: &[
            ("id", "{id:10}"),
            ("value", "{id:40}"),
            ("#arn", "arn:{partition}:apigateway:{region}::/apikeys/{id}"),
            ("enabled", "=false"),
            ("createdDate", "{now}"),
            ("lastUpdatedDate", "{now}"),
            ("stageKeys", "=[]"),
        ],
        describe: &["GetApiKey"],
        list: &["GetApiKeys"],
        update: &[("UpdateApiKey", &[("lastUpdatedDate", "{now}")])],
        delete: &["DeleteApiKey"],
        missing: ("NotFoundException", "Invalid API Key identifier specified"),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateApiKey.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "usage plan",
        create: &["CreateUsagePlan"],
        named_by: &[("usagePlanId", "id")],
        arn: "#arn",
        made: &[
            ("id", "{id:6}"),
            (
                "#arn",
                "arn:{partition}:apigateway:{region}::/usageplans/{id}",
            ),
            ("apiStages", "=[]"),
        ],
        describe: &["GetUsagePlan"],
        list: &["GetUsagePlans"],
        update: &[("UpdateUsagePlan", &[])],
        delete: &["DeleteUsagePlan"],
        missing: ("NotFoundException", "Invalid Usage Plan ID specified"),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateUsagePlan.html",
        ..NONE
    },
    Kind {
        service: "apigateway",
        noun: "REST API authorizer",
        create: &["CreateAuthorizer"],
        named_by: &[API, ("authorizerId", "id")],
        made: &[("id", "{id:6}")],
        describe: &["GetAuthorizer"],
        list: &["GetAuthorizers"],
        update: &[("UpdateAuthorizer", &[])],
        delete: &["DeleteAuthorizer"],
        parent: Some("REST API"),
        missing: (
            "NotFoundException",
            "Invalid Authorizer identifier specified",
        ),
        source: "https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html",
        ..NONE
    },
];
