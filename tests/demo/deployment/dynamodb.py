"""The tables."""

from . import kms
from .names import PREFIX, REGION, is_planted, tags

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

# What is wrong on purpose here.
PLANTED = [
    ("contract-drifted", PREFIX + "lab-model-registry", "the contract says that it is billed on demand"),
    ("contract-drifted", PREFIX + "experiment-run-logs", "the contract says that its TTL is on"),
    ("dynamodb-table-provisioned", PREFIX + "lab-model-registry", "provisioned with 5 units of each"),
    ("dynamodb-table-mode-costly", PREFIX + "lab-model-registry", "hardly any of the 5 units is used"),
    ("dynamodb-table-unscaled", PREFIX + "lab-model-registry", "and nothing scales its 5 units"),
    ("dynamodb-index-unscaled", PREFIX + "lab-model-registry", "nor those of its indexes"),
    ("dynamodb-table-ttl-disabled", PREFIX + "experiment-run-logs", "its TTL is off"),
    ("dynamodb-table-deletion-unprotected", PREFIX + "user-content-metadata", "anybody may delete it"),
    ("dynamodb-table-pitr-disabled", PREFIX + "user-content-metadata", "nothing to restore it from"),
    ("tagging-table-tag-missing", PREFIX + "user-content-metadata", "was never tagged"),
    ("tagging-table-untagged", PREFIX + "user-content-metadata", "was never tagged"),
]


def kind(attribute):
    return "N" if attribute in NUMBERS else "S"


def fill(session, account):
    dynamodb = session.client("dynamodb")
    for short, (key, indexes, ttl) in TABLES.items():
        name = PREFIX + short
        provisioned = is_planted(PLANTED, "dynamodb-table-provisioned", name)
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
            DeletionProtectionEnabled=not is_planted(PLANTED, "dynamodb-table-deletion-unprotected", name),
            Tags=tags(PLANTED, name, "list"),
            **throughput,
        )
        if ttl and not is_planted(PLANTED, "dynamodb-table-ttl-disabled", name):
            dynamodb.update_time_to_live(
                TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": ttl}
            )
        if not is_planted(PLANTED, "dynamodb-table-pitr-disabled", name):
            dynamodb.update_continuous_backups(
                TableName=name,
                PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": 35},
            )
    kms.managed_by_aws(session)


def table_arns(account):
    return [f"arn:aws:dynamodb:{REGION}:{account}:table/{PREFIX}{short}" for short in TABLES]
