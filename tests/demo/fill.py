#!/usr/bin/env python3
"""Fills an emulator with the deployment that Ledgerline was made for, and plants a few honest faults.

The demo's recorded account is made from this (`record.sh`), and the whole audit is proven on it: every finding must be one of
PLANTED, and every one of PLANTED must be found. What is not planted is as it should be.

Talks to wherever AWS_ENDPOINT_URL points, with the credentials of the environment; refuses to run without an endpoint, so
that nobody fills a real account by mistake. `--planted` prints the faults as JSON and touches nothing.
"""

import io
import json
import os
import sys
import zipfile

PREFIX = "aws-devops-dev-"
REGION = "us-east-2"
OWNED = {
    "Project": "diatonic-ai",
    "Environment": "dev",
    "ManagedBy": "terraform",
    "CostCenter": "platform",
    "Owner": "platform@diatonic.ai",
}

# name: (partition key, {index: (partition key, sort key)}, TTL attribute or None). Numbers: usage_count, rating, position.
TABLES = {
    "agent-templates": (
        "template_id",
        {
            "popular-templates-index": ("category", "usage_count"),
            "tenant-templates-index": ("tenant_id", "created_at"),
            "category-rating-index": ("category", "rating"),
            "public-usage-index": ("is_public", "usage_count"),
        },
        None,
    ),
    "flow-node-configs": (
        "node_id",
        {"template-nodes-index": ("template_id", "position"), "tenant-flows-index": ("tenant_id", "created_at")},
        None,
    ),
    "agent-execution-history": (
        "execution_id",
        {
            "agent-executions-index": ("agent_id", "started_at"),
            "tenant-history-index": ("tenant_id", "started_at"),
            "status-executions-index": ("status", "started_at"),
        },
        None,
    ),
    "lab-model-registry": (
        "model_id",
        {
            "provider-models-index": ("provider", "created_at"),
            "tenant-models-index": ("tenant_id", "created_at"),
            "public-models-index": ("is_public", "rating"),
        },
        None,
    ),
    "experiment-run-logs": (
        "run_id",
        {
            "experiment-runs-index": ("experiment_id", "started_at"),
            "tenant-experiments-index": ("tenant_id", "started_at"),
            "status-runs-index": ("status", "started_at"),
        },
        "ttl",
    ),
    # An older table, from before the others.
    "user-content-metadata": ("content_id", {"tenant-content-index": ("tenant_id", "created_at")}, None),
}
NUMBERS = {"usage_count", "rating", "position"}

# function: (role, runtime, names of its environment variables)
FUNCTIONS = {
    "user-profile-management": ("lambda-execution", "nodejs22.x", ["TABLE_PREFIX"]),
    "agent-templates": ("agent-templates-execution", "nodejs22.x", ["TABLE_PREFIX"]),
    "flow-runner": ("flow-runner-execution", "python3.13", ["TABLE_PREFIX", "STRIPE_SECRET_KEY"]),
    "experiment-runner": ("experiment-runner-execution", "python3.13", ["TABLE_PREFIX"]),
}
ACCESS_LOGS = "/aws/apigateway/" + PREFIX + "api/access"

# What is wrong on purpose: rule, the name of the resource, and what was done.
PLANTED = [
    ("dynamodb-table-provisioned", PREFIX + "lab-model-registry", "provisioned with 5 units of each"),
    ("dynamodb-table-ttl-disabled", PREFIX + "experiment-run-logs", "its TTL is off"),
    ("dynamodb-table-deletion-unprotected", PREFIX + "user-content-metadata", "anybody may delete it"),
    ("dynamodb-table-pitr-disabled", PREFIX + "user-content-metadata", "nothing to restore it from"),
    ("tagging-table-tag-missing", PREFIX + "user-content-metadata", "was never tagged"),
    ("tagging-function-tag-missing", PREFIX + "flow-runner", "was never tagged"),
    ("logs-group-retention-missing", "/aws/lambda/" + PREFIX + "experiment-runner", "keeps its events for ever"),
    ("logs-group-retention-long", "/aws/lambda/" + PREFIX + "experiment-runner", "for ever is longer than 7 days"),
    ("logs-group-retention-long", ACCESS_LOGS, "keeps its events for 30 days"),
    ("lambda-environment-secret", PREFIX + "flow-runner", "a secret among its environment variables"),
    ("iam-policy-service-wildcard", PREFIX + "support-tools", "allows dynamodb:*"),
    ("iam-role-inline-pass-role-any", PREFIX + "deployment", "may pass any role"),
    ("cost-service-above-estimate", "Amazon DynamoDB", "the provisioned table costs more than was estimated"),
]


def planted(rule, name):
    """Whether this fault is among the planted ones: nothing is broken here that the table does not say."""
    return any((rule, name) == (r, n) for r, n, _ in PLANTED)


def tags(name, shape):
    """Its tags in the shape that the service wants; none where it was never tagged."""
    if planted("tagging-table-tag-missing", name) or planted("tagging-function-tag-missing", name):
        return [] if shape == "list" else {}
    return [{"Key": key, "Value": value} for key, value in OWNED.items()] if shape == "list" else dict(OWNED)


def kind(attribute):
    return "N" if attribute in NUMBERS else "S"


def fill_tables(dynamodb):
    for short, (key, indexes, ttl) in TABLES.items():
        name = PREFIX + short
        provisioned = planted("dynamodb-table-provisioned", name)
        throughput = {"ProvisionedThroughput": {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}} if provisioned else {}
        attributes = {key} | {attribute for pair in indexes.values() for attribute in pair}
        dynamodb.create_table(
            TableName=name,
            KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": a, "AttributeType": kind(a)} for a in sorted(attributes)],
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "KeySchema": [
                        {"AttributeName": partition, "KeyType": "HASH"},
                        {"AttributeName": sort, "KeyType": "RANGE"},
                    ],
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    **throughput,
                }
                for index, (partition, sort) in indexes.items()
            ],
            BillingMode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
            SSESpecification={"Enabled": True, "SSEType": "KMS"},
            DeletionProtectionEnabled=not planted("dynamodb-table-deletion-unprotected", name),
            Tags=tags(name, "list"),
            **throughput,
        )
        if ttl and not planted("dynamodb-table-ttl-disabled", name):
            dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl}
            )
        if not planted("dynamodb-table-pitr-disabled", name):
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
            )


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}


def table_arns(account):
    return [f"arn:aws:dynamodb:{REGION}:{account}:table/{PREFIX}{short}" for short in TABLES]


def fill_identity(iam, account):
    """The execution roles, the policy of the deployment, and two that are too wide."""
    trust = document({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"})
    items = ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem", "dynamodb:ConditionCheckItem", "dynamodb:DeleteItem"]
    items += ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:UpdateItem"]
    access = iam.create_policy(
        PolicyName=PREFIX + "lambda-dynamodb-access",
        PolicyDocument=document(
            allow(items, table_arns(account)),
            allow(["dynamodb:Query"], [arn + "/index/*" for arn in table_arns(account)]),
        ),
        Tags=tags(PREFIX + "lambda-dynamodb-access", "list"),
    )["Policy"]["Arn"]
    for function, (role, _, _) in FUNCTIONS.items():
        name = PREFIX + role
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust, Tags=tags(name, "list"))
        iam.attach_role_policy(RoleName=name, PolicyArn=access)
        group = f"arn:aws:logs:{REGION}:{account}:log-group:/aws/lambda/{PREFIX}{function}:*"
        iam.put_role_policy(
            RoleName=name,
            PolicyName="logs",
            PolicyDocument=document(allow(["logs:CreateLogStream", "logs:PutLogEvents"], [group])),
        )

    wide = "dynamodb:*" if planted("iam-policy-service-wildcard", PREFIX + "support-tools") else "dynamodb:GetItem"
    support = iam.create_policy(
        PolicyName=PREFIX + "support-tools",
        PolicyDocument=document(allow([wide], table_arns(account))),
        Tags=tags(PREFIX + "support-tools", "list"),
    )["Policy"]["Arn"]
    name = PREFIX + "support"
    person = document(
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{account}:root"}, "Action": "sts:AssumeRole"}
    )
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=person, Tags=tags(name, "list"))
    iam.attach_role_policy(RoleName=name, PolicyArn=support)

    name = PREFIX + "deployment"
    build = document(
        {"Effect": "Allow", "Principal": {"Service": "codebuild.amazonaws.com"}, "Action": "sts:AssumeRole"}
    )
    passed = "*" if planted("iam-role-inline-pass-role-any", name) else f"arn:aws:iam::{account}:role/{PREFIX}lambda-execution"
    functions = f"arn:aws:lambda:{REGION}:{account}:function:{PREFIX}user-profile-management"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=build, Tags=tags(name, "list"))
    iam.put_role_policy(
        RoleName=name,
        PolicyName="deploy",
        PolicyDocument=document(allow(["iam:PassRole"], [passed]), allow(["lambda:UpdateFunctionCode"], [functions])),
    )


def fill_log_groups(logs):
    for name in [f"/aws/lambda/{PREFIX}{function}" for function in FUNCTIONS] + [ACCESS_LOGS]:
        logs.create_log_group(logGroupName=name, tags=tags(name, "map"))
        if planted("logs-group-retention-missing", name):
            continue
        days = 30 if planted("logs-group-retention-long", name) else 7
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def fill_functions(functions, account):
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        # A fixed time: the emulator's size and digest of the code stay the same.
        archive.writestr(zipfile.ZipInfo("index.js", (2026, 1, 1, 0, 0, 0)), "exports.handler = async () => ({});\n")
    for short, (role, runtime, variables) in FUNCTIONS.items():
        name = PREFIX + short
        if not planted("lambda-environment-secret", name):
            variables = [variable for variable in variables if "SECRET" not in variable]
        functions.create_function(
            FunctionName=name,
            Runtime=runtime,
            Role=f"arn:aws:iam::{account}:role/{PREFIX}{role}",
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
            Timeout=10,
            MemorySize=256,
            Architectures=["arm64"],
            TracingConfig={"Mode": "Active"},
            # Not a real secret, and its value is not recorded either.
            Environment={"Variables": {variable: "not-a-real-value" for variable in variables}},
            Tags=tags(name, "map"),
        )


def main():
    if "--planted" in sys.argv[1:]:
        print(json.dumps([{"rule": rule, "name": name, "what": what} for rule, name, what in PLANTED]))
        return
    if not os.environ.get("AWS_ENDPOINT_URL"):
        sys.exit("fill.py: AWS_ENDPOINT_URL must name an emulator")
    import boto3  # comes with the emulator

    session = boto3.session.Session(region_name=REGION)
    account = session.client("sts").get_caller_identity()["Account"]
    fill_tables(session.client("dynamodb"))
    fill_identity(session.client("iam"), account)
    fill_log_groups(session.client("logs"))
    fill_functions(session.client("lambda"), account)


if __name__ == "__main__":
    main()
