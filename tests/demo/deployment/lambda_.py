"""The functions."""

import io
import zipfile

from .names import FUNCTIONS, PREFIX, is_planted, tags

# What is wrong on purpose here.
PLANTED = [
    ("tagging-function-tag-missing", PREFIX + "flow-runner", "was never tagged"),
    ("tagging-function-untagged", PREFIX + "flow-runner", "was never tagged"),
    ("lambda-environment-secret", PREFIX + "flow-runner", "a secret among its environment variables"),
]


def fill(session, account):
    functions = session.client("lambda")
    code = io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        # A fixed time: the emulator's size and digest of the code stay the same.
        archive.writestr(zipfile.ZipInfo("index.js", (2026, 1, 1, 0, 0, 0)), "exports.handler = async () => ({});\n")
    for short, (role, runtime, variables) in FUNCTIONS.items():
        name = PREFIX + short
        if not is_planted(PLANTED, "lambda-environment-secret", name):
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
            Tags=tags(PLANTED, name, "map"),
        )
