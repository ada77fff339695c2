"""The REST API: every method goes to a function and asks the user pool; its stage logs, traces and limits; its own domain."""

import json
import time

from . import acm, cognito
from .names import ACCESS_LOGS, API, DOMAIN, FUNCTIONS, OWNED, PREFIX, REGION
from .stand_in import says

# What is wrong on purpose here.
PLANTED = [
    ("apigateway-stage-client-certificate-missing", API + "/dev", "functions need none"),
    ("apigateway-stage-waf-missing", API + "/dev", "no web ACL before it yet"),
]

# path: (methods, function)
ROUTES = {
    "users": (["GET", "POST"], "user-profile-management"),
    "templates": (["GET", "POST"], "agent-templates"),
    "flows": (["GET", "POST"], "flow-runner"),
    "experiments": (["GET", "POST"], "experiment-runner"),
}
LOG_FORMAT = json.dumps(
    {
        "requestId": "$context.requestId",
        "ip": "$context.identity.sourceIp",
        "requestTime": "$context.requestTime",
        "httpMethod": "$context.httpMethod",
        "resourcePath": "$context.resourcePath",
        "status": "$context.status",
        "responseLength": "$context.responseLength",
        "caller": "$context.authorizer.claims.sub",
    }
)


def fill(session, account):
    gateway = session.client("apigateway")
    functions = session.client("lambda")
    api = gateway.create_rest_api(
        name=API,
        description="the deployment's API",
        endpointConfiguration={"types": ["REGIONAL"]},
        disableExecuteApiEndpoint=True,
        tags=OWNED,
    )["id"]
    authorizer = gateway.create_authorizer(
        restApiId=api,
        name="users",
        type="COGNITO_USER_POOLS",
        identitySource="method.request.header.Authorization",
        providerARNs=[f"arn:aws:cognito-idp:{REGION}:{account}:userpool/{cognito.pool(session)}"],
    )["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    for path, (methods, short) in ROUTES.items():
        resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=path)["id"]
        function = f"arn:aws:lambda:{REGION}:{account}:function:{PREFIX}{short}"
        for method in methods:
            where = {"restApiId": api, "resourceId": resource, "httpMethod": method}
            gateway.put_method(**where, authorizationType="COGNITO_USER_POOLS", authorizerId=authorizer)
            gateway.put_method_response(**where, statusCode="200")
            gateway.put_integration(
                **where,
                type="AWS_PROXY",
                integrationHttpMethod="POST",
                uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations",
            )
        functions.add_permission(
            FunctionName=PREFIX + short,
            StatementId="api",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:aws:execute-api:{REGION}:{account}:{api}/*/*/{path}",
            SourceAccount=account,
        )
    stage(gateway, account, api)
    gateway.create_domain_name(
        domainName=DOMAIN,
        regionalCertificateArn=acm.arn(session),
        endpointConfiguration={"types": ["REGIONAL"]},
        securityPolicy="TLS_1_2",
        tags=OWNED,
    )
    gateway.create_base_path_mapping(domainName=DOMAIN, basePath="(none)", restApiId=api, stage="dev")


def stage(gateway, account, api):
    """The stage `dev` of what there is."""
    deployment = gateway.create_deployment(restApiId=api, description="the first")["id"]
    # The emulator does not tell what was deployed.
    method = {"authorizationType": "COGNITO_USER_POOLS", "apiKeyRequired": False}
    summary = {"/" + path: {name: method for name in methods} for path, (methods, _) in ROUTES.items()}
    known = {"id": deployment, "createdDate": int(time.time()), "apiSummary": summary}
    says("apigateway:GetDeployment", known, deployment_id=deployment)
    gateway.create_stage(
        restApiId=api,
        stageName="dev",
        deploymentId=deployment,
        tracingEnabled=True,
        # Not a real value, and it is dropped on arrival: a test looks for it.
        variables={"upstreamKey": "not-a-real-variable"},
        tags=OWNED,
    )
    logs = f"arn:aws:logs:{REGION}:{account}:log-group:{ACCESS_LOGS}"
    changes = {
        "/accessLogSettings/destinationArn": logs,
        "/accessLogSettings/format": LOG_FORMAT,
        "/*/*/logging/loglevel": "ERROR",
        "/*/*/logging/dataTrace": "false",
        "/*/*/metrics/enabled": "true",
        "/*/*/throttling/burstLimit": "50",
        "/*/*/throttling/rateLimit": "25",
    }
    gateway.update_stage(
        restApiId=api,
        stageName="dev",
        patchOperations=[{"op": "replace", "path": path, "value": value} for path, value in changes.items()],
    )


def api(session):
    """The API's id."""
    apis = session.client("apigateway").get_rest_apis()["items"]
    return next(api["id"] for api in apis if api["name"] == API)
