"""The log groups of functions and API."""

from .names import ACCESS_LOGS, FUNCTIONS, PREFIX, is_planted, tags

# What is wrong on purpose here.
PLANTED = [
    ("contract-drifted", "/aws/lambda/" + PREFIX + "experiment-runner", "the contract says 7 days"),
    ("contract-drifted", ACCESS_LOGS, "the contract says 7 days"),
    ("logs-group-retention-missing", "/aws/lambda/" + PREFIX + "experiment-runner", "keeps its events for ever"),
    ("logs-group-retention-long", "/aws/lambda/" + PREFIX + "experiment-runner", "for ever is longer than 7 days"),
    ("logs-group-retention-long", ACCESS_LOGS, "keeps its events for 30 days"),
]


def fill(session, account):
    logs = session.client("logs")
    for name in [f"/aws/lambda/{PREFIX}{function}" for function in FUNCTIONS] + [ACCESS_LOGS]:
        logs.create_log_group(logGroupName=name, tags=tags(PLANTED, name, "map"))
        if is_planted(PLANTED, "logs-group-retention-missing", name):
            continue
        days = 30 if is_planted(PLANTED, "logs-group-retention-long", name) else 7
        logs.put_retention_policy(logGroupName=name, retentionInDays=days)
