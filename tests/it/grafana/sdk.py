"""Loads dashboards into Grafana's own types and writes them again: `sdk.py FILE…`. Prints what is not the same afterwards."""

import json
import sys

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard


def differences(before, after, path):
    if isinstance(before, dict) and isinstance(after, dict):
        for key in sorted(set(before) | set(after)):
            if key not in before or key not in after:
                yield f"{path}.{key}: {'added' if key not in before else 'lost'}"
            else:
                yield from differences(before[key], after[key], f"{path}.{key}")
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for number, pair in enumerate(zip(before, after)):
            yield from differences(*pair, f"{path}[{number}]")
    elif before != after:
        yield f"{path}: {before!r} became {after!r}"


register_default_plugins()
for file in sys.argv[1:]:
    with open(file, encoding="utf-8") as text:
        dashboard = json.load(text)
    again = json.loads(JSONEncoder().encode(Dashboard.from_json(dashboard)))
    for difference in differences(dashboard, again, dashboard["uid"]):
        print(difference)
