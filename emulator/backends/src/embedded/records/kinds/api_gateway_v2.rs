//! API Gateway, HTTP and WebSocket APIs: nothing is invoked.

use crate::embedded::records::kind::{Kind, NONE};

const API: (&str, &str) = ("ApiId", "ApiId");

const fn no(text: &'static str) -> (&'static str, &'static str) {
    ("NotFoundException", text)
}

pub(super) const KINDS: &[Kind] = &[
    Kind {
        service: "apigatewayv2",
        noun: "HTTP API",
        create: &["CreateApi"],
        named_by: &[API],
        arn: "#arn",
        made: &[
            ("ApiId", "{id:10}"),
            ("#arn", "arn:{partition}:apigateway:{region}::/apis/{ApiId}"),
            (
                "ApiEndpoint",
                "https://{ApiId}.execute-api.{region}.amazonaws.com",
            ),
            ("ApiKeySelectionExpression", "$request.header.x-api-key"),
            (
                "RouteSelectionExpression",
                "=\"$request.method $request.path\"",
            ),
            ("CreatedDate", "{now}"),
            ("DisableExecuteApiEndpoint", "=false"),
        ],
        describe: &["GetApi"],
        list: &["GetApis"],
        update: &[("UpdateApi", &[])],
        delete: &["DeleteApi"],
        missing: no("Invalid API identifier specified"),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis.html",
        ..NONE
    },
    Kind {
        service: "apigatewayv2",
        noun: "route",
        create: &["CreateRoute"],
        named_by: &[API, ("RouteId", "RouteId")],
        made: &[
            ("RouteId", "{id:7}"),
            ("AuthorizationType", "NONE"),
            ("ApiKeyRequired", "=false"),
        ],
        describe: &["GetRoute"],
        list: &["GetRoutes"],
        update: &[("UpdateRoute", &[])],
        delete: &["DeleteRoute"],
        parent: Some("HTTP API"),
        missing: no("Unable to find Route by id {RouteId} within the provided API"),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-routes.html",
        ..NONE
    },
    Kind {
        service: "apigatewayv2",
        noun: "integration",
        create: &["CreateIntegration"],
        named_by: &[API, ("IntegrationId", "IntegrationId")],
        made: &[
            ("IntegrationId", "{id:7}"),
            ("ConnectionType", "INTERNET"),
            ("TimeoutInMillis", "=30000"),
        ],
        describe: &["GetIntegration"],
        list: &["GetIntegrations"],
        update: &[("UpdateIntegration", &[])],
        delete: &["DeleteIntegration"],
        parent: Some("HTTP API"),
        missing: no("Invalid Integration identifier specified"),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-integrations.html",
        ..NONE
    },
    Kind {
        service: "apigatewayv2",
        noun: "stage",
        create: &["CreateStage"],
        named_by: &[API, ("StageName", "StageName")],
        made: &[
            ("CreatedDate", "{now}"),
            ("LastUpdatedDate", "{now}"),
            ("AutoDeploy", "=false"),
            ("StageVariables", "={}"),
            ("RouteSettings", "={}"),
        ],
        describe: &["GetStage"],
        list: &["GetStages"],
        update: &[("UpdateStage", &[("LastUpdatedDate", "{now}")])],
        delete: &["DeleteStage"],
        parent: Some("HTTP API"),
        missing: no("Invalid stage identifier specified"),
        exists: Some(("ConflictException", "Stage already exists")),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-stages.html",
        ..NONE
    },
    Kind {
        service: "apigatewayv2",
        noun: "deployment",
        create: &["CreateDeployment"],
        named_by: &[API, ("DeploymentId", "DeploymentId")],
        made: &[
            ("DeploymentId", "{id:6}"),
            ("DeploymentStatus", "DEPLOYED"),
            ("AutoDeployed", "=false"),
            ("CreatedDate", "{now}"),
        ],
        describe: &["GetDeployment"],
        list: &["GetDeployments"],
        update: &[("UpdateDeployment", &[])],
        delete: &["DeleteDeployment"],
        parent: Some("HTTP API"),
        missing: no("Invalid Deployment identifier specified"),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-deployments.html",
        ..NONE
    },
    Kind {
        service: "apigatewayv2",
        noun: "authorizer",
        create: &["CreateAuthorizer"],
        named_by: &[API, ("AuthorizerId", "AuthorizerId")],
        made: &[("AuthorizerId", "{id:6}")],
        describe: &["GetAuthorizer"],
        list: &["GetAuthorizers"],
        update: &[("UpdateAuthorizer", &[])],
        delete: &["DeleteAuthorizer"],
        parent: Some("HTTP API"),
        missing: no("Invalid Authorizer identifier specified"),
        source: "https://docs.aws.amazon.com/apigatewayv2/latest/api-reference/apis-apiid-authorizers.html",
        ..NONE
    },
];
