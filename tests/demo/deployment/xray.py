"""X-Ray: traces are encrypted with the deployment's key."""

from . import kms
from .stand_in import says

# What is wrong on purpose here.
PLANTED = []


def fill(session, account):
    key = kms.arn(session)
    says("xray:GetEncryptionConfig", {"EncryptionConfig": {"KeyId": key, "Status": "ACTIVE", "Type": "KMS"}})
