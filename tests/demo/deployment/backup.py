"""Backups of the tables: a vault, a daily plan with a weekly rule, and what it selects (by the environment's tag)."""

from datetime import datetime, timezone

from . import kms
from .dynamodb import table_arns
from .names import OWNED, PREFIX
from .stand_in import says, says_tags

# What is wrong on purpose here.
PLANTED = []

SELECTION = "00000000-0000-4000-8000-00000000000a"


def fill(session, account):
    backup = session.client("backup")
    vault = PREFIX + "vault"
    backup.create_backup_vault(BackupVaultName=vault, EncryptionKeyArn=kms.arn(session), BackupVaultTags=OWNED)
    made = backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": PREFIX + "daily",
            "Rules": [
                {
                    "RuleName": "daily",
                    "TargetBackupVaultName": vault,
                    "ScheduleExpression": "cron(0 5 ? * * *)",
                    "StartWindowMinutes": 60,
                    "CompletionWindowMinutes": 180,
                    "Lifecycle": {"DeleteAfterDays": 35},
                }
            ],
        },
        BackupPlanTags=OWNED,
    )
    plan = made["BackupPlanId"]
    says_tags("backup:backup-plan", made["BackupPlanArn"], OWNED)
    role = f"arn:aws:iam::{account}:role/service-role/AWSBackupDefaultServiceRole"
    summary = {
        "SelectionId": SELECTION,
        "SelectionName": PREFIX + "tables",
        "BackupPlanId": plan,
        "CreationDate": 1_790_000_000,
        "IamRoleArn": role,
    }
    says("backup:ListBackupSelections", {"BackupSelectionsList": [summary]}, backupPlanId=plan)
    selected = {
        "SelectionName": PREFIX + "tables",
        "IamRoleArn": role,
        "Resources": ["arn:aws:dynamodb:*:*:table/" + PREFIX + "*"],
        "NotResources": [],
        "ListOfTags": [],
        "Conditions": {},
    }
    says(
        "backup:GetBackupSelection",
        {"BackupSelection": selected, "SelectionId": SELECTION, "BackupPlanId": plan, "CreationDate": 1_790_000_000},
        backupPlanId=plan,
        selectionId=SELECTION,
    )
    saved = [
        {"ResourceArn": arn, "ResourceType": "DynamoDB", "LastBackupTime": datetime.now(timezone.utc).timestamp()}
        for arn in table_arns(account)
    ]
    says("backup:ListProtectedResources", {"Results": saved})
