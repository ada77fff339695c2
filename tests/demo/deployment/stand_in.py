"""What the emulator lacks: answers that are said to the tests' stand-in before it, in the words of AWS's own API."""

import json
import os
import urllib.request


def says(operation, answer=None, xml=None, **asked):
    """Answers an operation (`xray:GetEncryptionConfig`) so from now on, where the request has all that is `asked`."""
    said = {"operation": operation, "answer": answer, "input": asked or None}
    if xml is not None:
        said["xml"] = xml
    tell("answers", said)


def says_tags(kind, arn, tags):
    """Tags of a resource that the emulator's tagging API leaves out, by its type there (`backup:backup-plan`)."""
    tell("tags", {"type": kind, "arn": arn, "tags": tags})


def tell(what, said):
    url = os.environ["AWS_ENDPOINT_URL"] + "/_stand-in/" + what
    urllib.request.urlopen(urllib.request.Request(url, json.dumps(said).encode(), method="POST")).close()
