"""How Terraform writes what it plans and what it has: one description of a resource gives its change in a plan, its block in the
configuration, and its instance in a state."""

TERRAFORM = "1.9.8"
PROVIDER = "registry.terraform.io/hashicorp/aws"
OMITTED = object()


class Later:
    """Known only after the apply: a computed attribute, or what refers to one."""

    def __init__(self, value, *references):
        self.value, self.references = value, list(references)


class Block(list):
    """Nested blocks of one kind."""


def refer(target, attribute, value):
    """A reference to an attribute that is computed."""
    return Later(value, f"{target}.{attribute}", target)


def after(value):
    """The value in `after`: unknown attributes are left out, unknown items are null."""
    if isinstance(value, Later):
        return OMITTED
    if isinstance(value, dict):
        read = {key: after(one) for key, one in value.items()}
        return {key: one for key, one in read.items() if one is not OMITTED}
    if isinstance(value, list):
        read = [after(one) for one in value]
        return [None if one is OMITTED else one for one in read]
    return value


def unknown(value):
    """The value in `after_unknown`: true where it is, objects without what is known, lists with all items."""
    if isinstance(value, Later):
        return True
    if isinstance(value, dict):
        read = {key: unknown(one) for key, one in value.items()}
        return {key: one for key, one in read.items() if one is not False}
    if isinstance(value, list):
        return [unknown(one) for one in value]
    return False


def final(value):
    """The value in a state."""
    if isinstance(value, Later):
        return final(value.value)
    if isinstance(value, dict):
        return {key: final(one) for key, one in value.items()}
    if isinstance(value, list):
        return [final(one) for one in value]
    return value


def expression(value):
    """The expression in the configuration."""
    if isinstance(value, Block):
        # What the provider fills in inside a block is not written.
        written = lambda one: one is not None and not (isinstance(one, Later) and not one.references)  # noqa: E731
        return [{key: expression(one) for key, one in block.items() if written(one)} for block in value]
    names = references(value)
    return {"references": names} if names else {"constant_value": value}


def references(value):
    if isinstance(value, Later):
        return value.references
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [name for one in value for name in references(one)]
    return []


class Resource:
    """A managed resource. `written` is what the configuration says; `filled` is what the provider adds: null, a default, or Later."""

    def __init__(self, kind, name, written, filled=None, key=None, provider="aws", references_of=None):
        self.kind, self.name, self.written, self.key, self.provider = kind, name, written, key, provider
        self.values = {**(filled or {}), **written}
        # With for_each the expressions are the block's, not the instance's.
        self.references_of = references_of or {}

    @property
    def block(self):
        return f"{self.kind}.{self.name}"

    @property
    def address(self):
        return self.block if self.key is None else f'{self.block}["{self.key}"]'

    def change(self):
        change = {
            "address": self.address,
            "mode": "managed",
            "type": self.kind,
            "name": self.name,
            **({} if self.key is None else {"index": self.key}),
            "provider_name": PROVIDER,
            "change": {
                "actions": ["create"],
                "before": None,
                "after": after(self.values),
                "after_unknown": unknown(self.values),
                "before_sensitive": False,
                "after_sensitive": {},
            },
        }
        return change

    def configuration(self):
        expressions = {key: expression(value) for key, value in self.written.items() if value is not None and value != []}
        for key, names in self.references_of.items():
            expressions[key] = {"references": names}
        return {
            "address": self.block,
            "mode": "managed",
            "type": self.kind,
            "name": self.name,
            "provider_config_key": self.provider,
            "expressions": expressions,
            "schema_version": 0,
            **({} if self.key is None else {"for_each_expression": {}}),
        }

    def planned(self):
        return {
            "address": self.address,
            "mode": "managed",
            "type": self.kind,
            "name": self.name,
            **({} if self.key is None else {"index": self.key}),
            "provider_name": PROVIDER,
            "schema_version": 0,
            "values": after(self.values),
            "sensitive_values": {},
        }


def plan(resources, account, region):
    """What `terraform show -json` says of a plan that makes all of it."""
    blocks = {resource.block: resource.configuration() for resource in resources}
    data = [
        {
            "address": f"data.{kind}.current",
            "mode": "data",
            "type": kind,
            "name": "current",
            "provider_name": PROVIDER,
            "schema_version": 0,
            "values": values,
            "sensitive_values": {},
        }
        for kind, values in [
            ("aws_caller_identity", {"account_id": account, "arn": f"arn:aws:iam::{account}:user/deployer", "id": account, "user_id": "AIDAEXAMPLE"}),
            ("aws_region", {"description": "US East (Ohio)", "endpoint": f"ec2.{region}.amazonaws.com", "id": region, "name": region}),
        ]
    ]
    return {
        "format_version": "1.2",
        "terraform_version": TERRAFORM,
        "variables": {"region": {"value": region}},
        "planned_values": {"root_module": {"resources": [resource.planned() for resource in resources]}},
        "resource_changes": [resource.change() for resource in resources],
        "prior_state": {"format_version": "1.0", "terraform_version": TERRAFORM, "values": {"root_module": {"resources": data}}},
        "configuration": {
            "provider_config": {
                "aws": {"name": "aws", "full_name": PROVIDER, "version_constraint": "~> 5.80", "expressions": {"region": {"references": ["var.region"]}}},
                "aws.billing": {"name": "aws", "full_name": PROVIDER, "alias": "billing", "expressions": {"region": {"constant_value": "us-east-1"}}},
            },
            "root_module": {"resources": list(blocks.values())},
        },
        "timestamp": "2026-11-23T08:00:00Z",
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def state(resources):
    """The state after the apply, version 4."""
    blocks = {}
    for resource in resources:
        alias = "" if resource.provider == "aws" else "." + resource.provider.split(".")[1]
        block = blocks.setdefault(
            resource.block,
            {"mode": "managed", "type": resource.kind, "name": resource.name, "provider": f'provider["{PROVIDER}"]{alias}', "instances": []},
        )
        key = {} if resource.key is None else {"index_key": resource.key}
        block["instances"].append({**key, "schema_version": 0, "attributes": final(resource.values), "sensitive_attributes": []})
    return {
        "version": 4,
        "terraform_version": TERRAFORM,
        "serial": 7,
        "lineage": "00000000-0000-4000-8000-000000000000",
        "outputs": {},
        "resources": list(blocks.values()),
        "check_results": None,
    }
