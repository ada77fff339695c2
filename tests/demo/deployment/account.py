"""The account: who is to be told of security matters, and the organisation, recorder, trail and analyzer that watch it."""

from . import kms
from .names import OWNED, PREFIX, REGION
from .stand_in import says

# What is wrong on purpose here.
PLANTED = [("account-trail-logs-missing", PREFIX + "trail", "nobody can search what was done")]


def fill(session, account):
    for kind in ["BILLING", "OPERATIONS", "SECURITY"]:
        session.client("account").put_alternate_contact(
            AlternateContactType=kind,
            Name="Platform",
            Title=kind.title(),
            EmailAddress=f"{kind.lower()}@diatonic.ai",
            PhoneNumber="+16145550100",
        )
    root_with_a_key_fob(session.client("iam"))
    session.client("organizations").create_organization(FeatureSet="ALL")
    bucket = PREFIX + "audit-" + account
    session.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    trails = session.client("cloudtrail")
    trails.create_trail(
        Name=PREFIX + "trail",
        S3BucketName=bucket,
        IsMultiRegionTrail=True,
        IncludeGlobalServiceEvents=True,
        EnableLogFileValidation=True,
        KmsKeyId=kms.arn(session),
        TagsList=[{"Key": key, "Value": value} for key, value in OWNED.items()],
    )
    trails.start_logging(Name=PREFIX + "trail")
    trails.put_event_selectors(
        TrailName=PREFIX + "trail",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}],
    )
    config = session.client("config")
    role = f"arn:aws:iam::{account}:role/aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": role,
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": bucket, "s3KmsKeyArn": kms.arn(session)})
    config.start_configuration_recorder(ConfigurationRecorderName="default")
    says(
        "access-analyzer:ListAnalyzers",
        {
            "analyzers": [
                {
                    "arn": f"arn:aws:access-analyzer:{REGION}:{account}:analyzer/{PREFIX}external",
                    "name": PREFIX + "external",
                    "type": "ACCOUNT",
                    "status": "ACTIVE",
                    "createdAt": "2026-09-01T00:00:00Z",
                    "tags": OWNED,
                }
            ]
        },
    )
    session.client("iam").update_account_password_policy(
        MinimumPasswordLength=14,
        RequireSymbols=True,
        RequireNumbers=True,
        RequireUppercaseCharacters=True,
        RequireLowercaseCharacters=True,
        AllowUsersToChangePassword=True,
        MaxPasswordAge=90,
        PasswordReusePrevention=24,
    )


def root_with_a_key_fob(iam):
    """The emulator's root user has no second factor and can be given none."""
    summary = iam.get_account_summary()["SummaryMap"] | {"AccountMFAEnabled": 1}
    entries = "".join(f"<entry><key>{key}</key><value>{value}</value></entry>" for key, value in summary.items())
    says("iam:GetAccountSummary", xml=f"<SummaryMap>{entries}</SummaryMap>")
