"""What several parts of the deployment speak of: how things are called, tagged and allowed."""

import json

PREFIX = "aws-devops-dev-"
REGION = "us-east-2"
OWNED = {
    "Project": "diatonic-ai",
    "Environment": "dev",
    "ManagedBy": "terraform",
    "CostCenter": "platform",
    "Owner": "platform@diatonic.ai",
}

# function: (role, runtime, names of its environment variables)
FUNCTIONS = {
    "user-profile-management": ("lambda-execution", "nodejs22.x", ["TABLE_PREFIX"]),
    "agent-templates": ("agent-templates-execution", "nodejs22.x", ["TABLE_PREFIX"]),
    "flow-runner": ("flow-runner-execution", "python3.13", ["TABLE_PREFIX", "STRIPE_SECRET_KEY"]),
    "experiment-runner": ("experiment-runner-execution", "python3.13", ["TABLE_PREFIX"]),
}
ACCESS_LOGS = "/aws/apigateway/" + PREFIX + "api/access"
API = PREFIX + "api"
DOMAIN = "api-dev.diatonic.ai"
POOL = PREFIX + "users"
TOPIC = PREFIX + "alerts"
KEY_ALIAS = "alias/" + PREFIX + "data"
# Where AWS keeps the metrics of the bill.
BILLING_REGION = "us-east-1"


def tags(planted, name, shape):
    """Its tags in the shape that the service wants; none where it was never tagged."""
    owned = {} if any(rule.endswith("-tag-missing") and planted_on == name for rule, planted_on, _ in planted) else OWNED
    return [{"Key": key, "Value": value} for key, value in owned.items()] if shape == "list" else dict(owned)


def is_planted(planted, rule, name):
    """Whether this fault is among the planted ones: nothing is broken here that a table does not say."""
    return any((rule, name) == (r, n) for r, n, _ in planted)


def document(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(actions, resources):
    return {"Effect": "Allow", "Action": actions, "Resource": resources}
