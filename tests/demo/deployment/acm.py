"""The certificate of the API's own domain."""

from datetime import datetime

from .names import DOMAIN, tags
from .stand_in import says

# What is wrong on purpose here.
PLANTED = []


def fill(session, account):
    acm = session.client("acm")
    certificate = acm.request_certificate(
        DomainName=DOMAIN,
        ValidationMethod="DNS",
        KeyAlgorithm="EC_prime256v1",
        Options={"CertificateTransparencyLoggingPreference": "ENABLED"},
        Tags=tags(PLANTED, DOMAIN, "list"),
    )["CertificateArn"]
    issued(acm, certificate)


def arn(session):
    """The certificate's ARN."""
    known = session.client("acm").list_certificates()["CertificateSummaryList"]
    return next(one["CertificateArn"] for one in known if one["DomainName"] == DOMAIN)


def issued(acm, arn):
    """The emulator takes a minute to issue a certificate; AWS has validated this one."""
    known = {"Status": "ISSUED", "RenewalEligibility": "ELIGIBLE"}
    listed = [as_sent(one) | known for one in acm.list_certificates()["CertificateSummaryList"]]
    says("acm:ListCertificates", {"CertificateSummaryList": listed})
    described = as_sent(acm.describe_certificate(CertificateArn=arn)["Certificate"]) | known
    for option in described.get("DomainValidationOptions", []):
        option["ValidationStatus"] = "SUCCESS"
    says("acm:DescribeCertificate", {"Certificate": described})


def as_sent(value):
    """As the wire has it: times in seconds."""
    if isinstance(value, dict):
        return {key: as_sent(one) for key, one in value.items()}
    if isinstance(value, list):
        return [as_sent(one) for one in value]
    return value.timestamp() if isinstance(value, datetime) else value
