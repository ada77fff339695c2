"""Judges an ASFF export: `asff.py FILE` by botocore's model of BatchImportFindings and the lengths that its texts name;
`asff.py FILE ENDPOINT` sends it, too, and reads it back. Prints each complaint on a line of its own."""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

session = botocore.session.get_session()
model = session.get_service_model("securityhub")
shape = model.operation_model("BatchImportFindings").input_shape
findings = json.load(open(sys.argv[1], encoding="utf-8"))
finding_shape = shape.members["Findings"].member


def limits(shape, value, path):
    """The limits that stand only in the words of the model's documentation."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name not in value:
                continue
            said = re.sub("<[^>]+>", " ", member.documentation)
            if isinstance(value[name], str):
                most = re.search(r"(?:Maximum length of|Maximum of) (\d+)", said)
                if most and len(value[name]) > int(most[1]):
                    yield f"{path}.{name}: {len(value[name])} characters, {most[1]} are allowed"
                if not re.search(r"\S", value[name]):
                    yield f"{path}.{name}: blank"
            items = re.search(r"Maximum number of (\d+) item", said)
            if items and len(value[name]) > int(items[1]):
                yield f"{path}.{name}: {len(value[name])} items"
            pairs = re.search(r"up to (\d+) key-value pairs.*?key can contain up to (\d+).*?value can contain up to (\d+)", said)
            if pairs:
                count, key, most = map(int, pairs.groups())
                if len(value[name]) > count or any(len(k) > key or len(v) > most for k, v in value[name].items()):
                    yield f"{path}.{name}: too many pairs, or too long ones"
            if "Valid namespace values" in said:
                names = re.search(r"Valid namespace values are:(.*?)(?:Array|$)", said, re.S)[1].split("|")
                for kind in value[name]:
                    if kind.split("/")[0] not in [name.strip() for name in names]:
                        yield f"{path}.{name}: {kind}"
            yield from limits(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for number, item in enumerate(value):
            yield from limits(shape.member, item, f"{path}[{number}]")
    elif shape.type_name == "string":
        allowed = getattr(shape, "enum", None)
        if allowed and value not in allowed:
            yield f"{path}: {value!r} is not among {allowed}"


if not findings:
    print("no finding at all")
report = ParamValidator().validate({"Findings": findings}, shape)
if report.has_errors():
    print(report.generate_report())
types = set(model.shape_for("ResourceDetails").members) | {"Other", "AwsAccount"}
for number, finding in enumerate(findings):
    for complaint in limits(finding_shape, finding, f"[{number}]"):
        print(complaint)
    unknown = set(finding) - set(finding_shape.members)
    if unknown:
        print(f"[{number}]: unknown keys {unknown}")
    if len(json.dumps(finding).encode()) > 240 * 1024:
        print(f"[{number}]: larger than 240 kB")
    for resource in finding["Resources"]:
        if resource["Type"] not in types:
            print(f"[{number}]: type {resource['Type']}")
        tags = resource.get("Tags", {})
        if len(tags) > 50 or any(len(k) > 128 or len(v) > 256 or k.startswith("aws:") for k, v in tags.items()):
            print(f"[{number}]: tags")
    if not re.fullmatch(r"\d{12}", finding["AwsAccountId"]):
        print(f"[{number}]: account {finding['AwsAccountId']}")
seen = {}
for finding in findings:
    # What two parts of a contract find in order is told twice under one id; anything else would overwrite each other.
    other = seen.setdefault(finding["Id"], finding)
    if other is not finding and {one["Compliance"]["Status"] for one in (other, finding)} != {"PASSED"}:
        print(f"{finding['Id']} is there twice")

if len(sys.argv) > 2:
    hub = session.create_client(
        "securityhub", region_name="us-east-2", endpoint_url=sys.argv[2], aws_access_key_id="x", aws_secret_access_key="x"
    )
    for at in range(0, len(findings), 100):
        answer = hub.batch_import_findings(Findings=findings[at : at + 100])
        if answer["FailedCount"]:
            print(f"refused: {answer['FailedFindings'][:3]}")
    back = []
    for page in hub.get_paginator("get_findings").paginate():
        back.extend(page["Findings"])
    kept = {finding["Id"] for finding in back}
    for finding in findings:
        if finding["Id"] not in kept:
            print(f"{finding['Id']} was not kept")
