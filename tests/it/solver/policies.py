"""Random pairs of policies, of identities and of resources, over a vocabulary so small that they meet each other often.

Seeded: the same seed gives the same pairs. Half of the pairs are one policy and a small change of it, since two policies that were
made apart from each other differ at the first look.
"""

import copy
import random

ACTIONS = [
    "*", "s3:*", "s3:Get*", "s3:GetObject", "s3:PutObject", "s3:*Object", "s3:List*", "S3:getobject", "s3:Get?bject",
    "dynamodb:*", "dynamodb:GetItem", "dynamodb:*Item", "dynamodb:Query", "iam:PassRole", "iam:*", "*:Get*",
]
RESOURCES = [
    "*", "arn:aws:s3:::bucket", "arn:aws:s3:::bucket/*", "arn:aws:s3:::*", "arn:aws:s3:::bucket/a*", "arn:aws:s3:::bucket/?",
    "arn:aws:s3:::b*t/*", "arn:aws:dynamodb:us-east-2:111122223333:table/*", "arn:aws:dynamodb:*:111122223333:table/orders",
    "arn:aws:dynamodb:us-east-2:111122223333:table/orders/index/*", "arn:aws:dynamodb:us-*-2:*:table/o*",
]
# Policy variables stand behind plain text, and before nothing or a star: so the solver can be asked without quantifiers.
VARIABLE_RESOURCES = [
    "arn:aws:s3:::bucket/${aws:username}", "arn:aws:s3:::bucket/${aws:username}/*", "arn:aws:s3:::bucket/a${aws:userid}*",
    "arn:aws:dynamodb:us-east-2:111122223333:table/${aws:username}",
]
VARIABLE_TEXTS = ["${aws:username}", "${aws:userid}", "r${aws:username}"]
ADA, APP = "arn:aws:iam::111122223333:user/ada", "arn:aws:iam::111122223333:role/app"
PRINCIPALS = [
    "*", {"AWS": "111122223333"}, {"AWS": ADA}, {"AWS": APP}, {"AWS": [ADA, "444455556666"]}, {"Service": "lambda.amazonaws.com"},
    {"AWS": "arn:aws:iam::444455556666:root"}, {"Service": ["sns.amazonaws.com", "lambda.amazonaws.com"], "AWS": APP},
]
TEXTS = ["red", "blue", "re*", "*", "?ed", "RED", "r*d", ""]
NUMBERS = ["0", "5", "5.5", "10", "-3"]
ADDRESSES = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "0.0.0.0/0", "192.168.0.0/24", "10.1.2.3/16"]
DATES = ["2026-01-01T00:00:00Z", "2026-06-30T12:00:00Z", "1767225600", "2025-12-31"]

# A key has one type: what is compared as text here and as a number there is not what the solver is asked about.
TEXT_KEYS = ["aws:PrincipalTag/team", "s3:prefix"]
LIST_KEYS = ["aws:TagKeys"]
TEXT_OPERATORS = ["StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"]
NUMBER_OPERATORS = [
    "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals", "NumericGreaterThan", "NumericGreaterThanEquals",
]
DATE_OPERATORS = ["DateLessThan", "DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals", "DateEquals"]


def some(dice, values, most=3):
    return dice.sample(values, dice.randint(1, min(most, len(values))))


def maybe_one(dice, values):
    """One value, written as a list or alone."""
    return values[0] if len(values) == 1 and dice.random() < 0.5 else values


def condition(dice):
    exists = "IfExists" if dice.random() < 0.25 else ""
    kind = dice.choice(["text", "text", "list", "number", "address", "date", "bool", "null"])
    if kind == "text":
        return dice.choice(TEXT_OPERATORS) + exists, dice.choice(TEXT_KEYS), some(dice, TEXTS, 2)
    if kind == "list":
        quantifier = dice.choice(["ForAllValues:", "ForAnyValue:", "ForAllValues:", "ForAnyValue:", ""])
        return quantifier + dice.choice(TEXT_OPERATORS) + exists, LIST_KEYS[0], some(dice, TEXTS, 2)
    if kind == "number":
        return dice.choice(NUMBER_OPERATORS) + exists, "s3:max-keys", some(dice, NUMBERS, 2)
    if kind == "address":
        return dice.choice(["IpAddress", "NotIpAddress"]) + exists, "aws:SourceIp", some(dice, ADDRESSES, 2)
    if kind == "date":
        return dice.choice(DATE_OPERATORS) + exists, "aws:CurrentTime", some(dice, DATES, 1)
    if kind == "bool":
        return "Bool" + exists, "aws:SecureTransport", [dice.choice(["true", "false"])]
    return "Null", dice.choice(TEXT_KEYS + LIST_KEYS + ["s3:max-keys", "aws:SourceIp"]), [dice.choice(["true", "false"])]


def statement(dice, kind="identity", variables=False):
    made = {"Effect": "Allow" if dice.random() < 0.75 else "Deny"}
    made["NotAction" if dice.random() < 0.12 else "Action"] = maybe_one(dice, some(dice, ACTIONS))
    made["NotResource" if dice.random() < 0.12 else "Resource"] = maybe_one(dice, some(dice, RESOURCES))
    if kind == "resource":
        but = made["Effect"] == "Deny" and dice.random() < 0.3
        made["NotPrincipal" if but else "Principal"] = dice.choice(PRINCIPALS[1:] if but else PRINCIPALS)
    if variables and "Resource" in made and dice.random() < 0.5:
        made["Resource"] = maybe_one(dice, some(dice, VARIABLE_RESOURCES + RESOURCES[:4]))
    block = {}
    for _ in range(dice.choice([0, 0, 0, 1, 1, 2])):
        operator, key, values = condition(dice)
        if variables and operator in ("StringEquals", "StringNotEquals", "StringEqualsIfExists") and dice.random() < 0.4:
            values = [dice.choice(VARIABLE_TEXTS)]
        block.setdefault(operator, {})[key] = maybe_one(dice, values)
    if block:
        made["Condition"] = block
    return made


def policy(dice, kind="identity", variables=False):
    return {"Version": "2012-10-17", "Statement": [statement(dice, kind, variables) for _ in range(dice.choice([1, 1, 2, 2, 3, 4]))]}


def changed(dice, existing, kind="identity", variables=False):
    new = copy.deepcopy(existing)
    for _ in range(dice.choice([1, 1, 2])):
        statements = new["Statement"]
        at = dice.randrange(len(statements))
        change = dice.choice(["drop", "add", "action", "resource", "condition", "effect", "split", "principal"])
        if change == "drop" and len(statements) > 1:
            del statements[at]
        elif change == "add":
            statements.insert(at, statement(dice, kind, variables))
        elif change == "principal" and kind == "resource":
            key = "NotPrincipal" if "NotPrincipal" in statements[at] else "Principal"
            statements[at][key] = dice.choice(PRINCIPALS[1:])
        elif change in ("action", "resource"):
            key = next(k for k in statements[at] if k.lower().endswith(change))
            statements[at][key] = some(dice, ACTIONS if change == "action" else RESOURCES)
        elif change == "condition":
            operator, key, values = condition(dice)
            statements[at].setdefault("Condition", {}).setdefault(operator, {})[key] = values
        elif change == "effect":
            statements[at]["Effect"] = "Deny" if statements[at]["Effect"] == "Allow" else "Allow"
        elif change == "split" and isinstance(statements[at].get("Action"), list):
            first, *rest = statements[at]["Action"]
            if rest:
                statements.append({**copy.deepcopy(statements[at]), "Action": rest})
                statements[at]["Action"] = first
    return new


def pairs(seed, count):
    dice = random.Random(seed)
    for number in range(count):
        # A tenth has variables, a fifth principals.
        kind, variables = ("resource" if dice.random() < 0.2 else "identity"), dice.random() < 0.1
        existing = policy(dice, kind, variables)
        new = changed(dice, existing, kind, variables) if dice.random() < 0.6 else policy(dice, kind, variables)
        if dice.random() < 0.3:
            existing, new = new, existing
        yield {"id": f"{seed}-{number}", "existing": existing, "new": new, "type": kind}
