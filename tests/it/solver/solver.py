"""The question "does the new policy allow what the existing one does not?" put to the solver z3, straight from the semantics.

Written against the documented meaning of policies, not against our program: one variable for the action, one for the resource, and for
each condition key whether it is absent, has one value, or is a list. Where both agree on thousands of pairs, both are right or both
misread the same sentence.

    solver.py --seed 1 --count 500 --program "ledgerline iam compare --batch -"

prints what differs and a count of each answer; it exits 1 where an answer is wrong.
"""

import argparse
import ipaddress
import json
import shlex
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import z3
from policies import pairs

ASCII = z3.Range(" ", "~")
ANY = z3.Star(ASCII)
NO_COLON = z3.Union(z3.Range(" ", "9"), z3.Range(";", "~"))
LONGEST_LIST = 3


def letter(c, fold):
    return z3.Union(z3.Re(c.lower()), z3.Re(c.upper())) if fold and c.lower() != c.upper() else z3.Re(c)


def glob(pattern, fold=False, one=ASCII, wild=True):
    parts = [z3.Re("")]
    for c in pattern:
        parts.append(z3.Star(one) if wild and c == "*" else one if wild and c == "?" else letter(c, fold))
    return z3.Concat(*parts) if len(parts) > 1 else parts[0]


def arn(pattern):
    """Wildcards of the first five parts stop at a colon; those of the last do not."""
    parts = pattern.split(":", 5)
    if len(parts) < 6:
        return glob(pattern)
    joined = []
    for part in parts[:5]:
        joined += [glob(part, one=NO_COLON), z3.Re(":")]
    return z3.Concat(*joined, glob(parts[5]))


def listed(value):
    return value if isinstance(value, list) else [value]


class Key:
    """Absent, one value, or a list; `valid`: whether the value is of the key's type at all. A key that no condition quantifies is not
    imagined as a list: it has one value in every request of AWS."""

    def __init__(self, name):
        self.state = z3.Int(f"{name} state")  # 0 absent, 1 one, 2 list
        self.text = z3.String(f"{name} text")
        self.number = z3.Real(f"{name} number")
        self.valid = z3.Bool(f"{name} valid")
        self.size = z3.Int(f"{name} size")
        self.items = [z3.String(f"{name} item {at}") for at in range(LONGEST_LIST)]
        self.quantified = False

    def domain(self):
        return [
            self.state >= 0, self.state <= (2 if self.quantified else 1), self.size >= 1, self.size <= LONGEST_LIST, z3.InRe(self.text, ANY),
            *[z3.InRe(item, ANY) for item in self.items],
        ]


# Who may ask: of all callers that policies treat alike one is enough. The last name is that of a service that no policy names.
CALLERS = [
    "arn:aws:iam::111122223333:user/ada", "arn:aws:iam::111122223333:role/app", "arn:aws:iam::111122223333:user/anyone",
    "arn:aws:iam::444455556666:user/anyone", "arn:aws:iam::000000000000:user/anyone", "lambda.amazonaws.com", "sns.amazonaws.com",
    "anything.amazonaws.com", None,
]
# What only principals of accounts have.
OF_PRINCIPALS = ["aws:principaltag/team"]


def named(principal):
    """The callers that a principal element means."""
    if principal == "*":
        return set(range(len(CALLERS)))
    found = set()
    for kind, names in principal.items():
        for name in listed(names):
            account = name if name.isdigit() else name.split(":")[4] if name.endswith(":root") else None
            for at, caller in enumerate(CALLERS):
                of_account = account and caller and caller.startswith("arn:") and caller.split(":")[4] == account
                if of_account or (not account and caller == name):
                    found.add(at)
    return found


class World:
    def __init__(self):
        self.caller = z3.Int("caller")
        self.identity = True
        self.action = z3.String("action")
        self.resource = z3.String("resource")
        self.keys = {}

    def key(self, name):
        return self.keys.setdefault(name.lower(), Key(name.lower()))

    def domain(self):
        # The action is told in lower case: its own case never counts.
        lower = z3.Union(z3.Range(" ", "@"), z3.Range("[", "~"))
        colonless = z3.Union(z3.Range(" ", "9"), z3.Range(";", "@"), z3.Range("[", "~"))
        yield z3.InRe(self.action, z3.Concat(z3.Plus(colonless), z3.Re(":"), z3.Plus(lower)))
        yield z3.InRe(self.resource, z3.Plus(ASCII))
        yield z3.And(self.caller >= 0, self.caller < len(CALLERS))
        for name in OF_PRINCIPALS if not self.identity else []:
            if name in self.keys:
                stranger = z3.Or([self.caller == at for at, one in enumerate(CALLERS) if not (one or "").startswith("arn:")])
                yield z3.Implies(stranger, self.keys[name].state == 0)
        for key in self.keys.values():
            yield from key.domain()


def with_variable(text, pattern, world, wild):
    """A pattern with one variable: plain text, the variable, plain text, and perhaps a star. The variable's key must have one value."""
    before, rest = pattern.split("${")
    name, after = rest.split("}")
    key = world.key(name)
    star = wild and after.endswith("*")
    whole = z3.Concat(z3.StringVal(before), key.text, z3.StringVal(after.removesuffix("*") if star else after))
    return z3.And(key.state == 1, z3.PrefixOf(whole, text) if star else text == whole)


def text_meets(base, text, value, world):
    """One value of the request against one of the policy, by the positive operator."""
    if "${" in value:
        return with_variable(text, value, world, base.endswith("Like"))
    if base.endswith("Like"):
        return z3.InRe(text, glob(value))
    return z3.InRe(text, glob(value, fold=base.endswith("IgnoreCase"), wild=False))


def moment(text):
    """Seconds since 1970, with their fractions."""
    if text.lstrip("-").isdigit():
        return Decimal(text)
    day = datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=timezone.utc)
    return Decimal((day - datetime(1970, 1, 1, tzinfo=timezone.utc)) // timedelta(microseconds=1)) / 1_000_000


def point_meets(operator, key, value):
    """The single value of a number, date or address against one of the policy; `valid` apart."""
    if operator.endswith("IpAddress"):
        network = ipaddress.ip_network(value, strict=False)
        return z3.And(key.number >= int(network.network_address), key.number <= int(network.broadcast_address))
    operand = z3.RealVal(str(Decimal(value))) if operator.startswith("Numeric") else z3.RealVal(str(moment(value)))
    comparison = operator.removeprefix("Numeric").removeprefix("Date")
    return {
        "Equals": key.number == operand, "NotEquals": key.number == operand,
        "LessThan": key.number < operand, "LessThanEquals": key.number <= operand,
        "GreaterThan": key.number > operand, "GreaterThanEquals": key.number >= operand,
    }[comparison]


def holds(operator, name, values, world):
    key = world.key(name)
    if operator == "Null":
        # Several values: any of them.
        return z3.Or([key.state == 0 if value == "true" else key.state != 0 for value in values])
    quantifier = operator.split(":")[0] if ":" in operator else None
    key.quantified |= quantifier is not None
    base = operator.split(":")[-1]
    exists = base.endswith("IfExists")
    base = base.removesuffix("IfExists")
    negated = "Not" in base

    def text(value_of_request):
        any_of = z3.Or([text_meets(base.replace("Not", ""), value_of_request, value, world) for value in values])
        return z3.Not(any_of) if negated else any_of

    if base == "Bool":
        one = z3.Or([key.valid if value == "true" else z3.Not(key.valid) for value in values])
    elif base.startswith("String"):
        one = text(key.text)
    else:
        any_of = z3.Or([point_meets(base, key, value) for value in values])
        if base in ("IpAddress", "NotIpAddress"):
            # A malformed address matches neither form.
            one = z3.And(key.valid, z3.Not(any_of) if negated else any_of)
        else:
            one = z3.Or(z3.Not(key.valid), z3.Not(any_of)) if negated else z3.And(key.valid, any_of)

    if quantifier is None:
        absent = z3.BoolVal(exists or negated)
        return z3.If(key.state == 0, absent, z3.And(key.state == 1, one))
    each = [z3.Implies(key.size > at, text(item)) for at, item in enumerate(key.items)]
    some = [z3.And(key.size > at, text(item)) for at, item in enumerate(key.items)]
    many = z3.And(each) if quantifier == "ForAllValues" else z3.Or(some)
    absent = z3.BoolVal(exists or quantifier == "ForAllValues")
    return z3.If(key.state == 0, absent, z3.If(key.state == 1, one, many))


def on(world, pattern):
    return with_variable(world.resource, pattern, world, True) if "${" in pattern else z3.InRe(world.resource, arn(pattern))


def meets(statement, world):
    def within(word, matches):
        if word in statement:
            return z3.Or([matches(value) for value in listed(statement[word])])
        return z3.Not(z3.Or([matches(value) for value in listed(statement["Not" + word])]))

    conditions = [
        holds(operator, key, listed(values), world)
        for operator, block in statement.get("Condition", {}).items()
        for key, values in block.items()
    ]
    if "Principal" in statement or "NotPrincipal" in statement:
        world.identity = False
        meant = named(statement.get("Principal", statement.get("NotPrincipal")))
        meant = meant if "Principal" in statement else set(range(len(CALLERS))) - meant
        conditions.append(z3.Or([world.caller == at for at in meant]))
    return z3.And(
        within("Action", lambda value: z3.InRe(world.action, glob(value.lower()))),
        within("Resource", lambda value: on(world, value)),
        *conditions,
    )


def allowed(policy, world):
    def of(effect):
        return z3.Or([meets(statement, world) for statement in policy["Statement"] if statement["Effect"] == effect])

    return z3.And(of("Allow"), z3.Not(of("Deny")))


def is_witness(world, request):
    """That the variables have the values of a request that the program showed: then the solver only has to look, not to search."""
    yield world.action == request["action"].lower()
    yield world.resource == request["resource"]
    if not world.identity:
        yield z3.Or([world.caller == at for at, caller in enumerate(CALLERS) if caller == request["principal"]])
    given = {name.lower(): value for name, value in request["context"].items()}
    for name, key in world.keys.items():
        value = given.get(name)
        if value is None:
            yield key.state == 0
        elif isinstance(value, list):
            yield z3.And(key.state == 2, key.size == len(value), *[item == text for item, text in zip(key.items, value)])
        else:
            yield key.state == 1
            yield key.text == value
            yield from is_point(name, key, value)


def is_point(name, key, value):
    read = {"s3:max-keys": Decimal, "aws:sourceip": lambda text: int(ipaddress.ip_address(text)), "aws:currenttime": moment}.get(name)
    if name == "aws:securetransport":
        yield key.valid == (value.lower() == "true")
    elif read:
        try:
            yield z3.And(key.valid, key.number == z3.RealVal(str(read(value))))
        except (ValueError, ArithmeticError):
            yield z3.Not(key.valid)


def by_solver(pair, witness, timeout):
    """What the solver says; where there is a witness, whether it is one, and only if not, whether there is another."""
    world = World()
    solver = z3.Solver()
    solver.set("timeout", timeout)
    solver.add(allowed(pair["new"], world), z3.Not(allowed(pair["existing"], world)))
    solver.add(*world.domain())
    if witness:
        solver.push()
        solver.add(*is_witness(world, witness))
        return {"sat": "new_access", "unsat": "no such access"}.get(str(solver.check()), "gave up"), solver
    return {"sat": "new_access", "unsat": "no_new_access"}.get(str(solver.check()), "gave up"), solver


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--count", type=int, default=500)
    arguments.add_argument("--timeout", type=int, default=5000, help="milliseconds that the solver has for a pair")
    arguments.add_argument("--most-unknown", type=float, default=0.03, help="the share that the program may leave open")
    arguments.add_argument("--program", required=True, help="reads pairs as JSON lines, writes answers as JSON lines")
    options = arguments.parse_args()

    asked = list(pairs(options.seed, options.count))
    lines = "".join(json.dumps(pair) + "\n" for pair in asked)
    answers = subprocess.run(shlex.split(options.program), input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    if len(answers) != len(asked):
        sys.exit(f"{len(asked)} pairs were asked, {len(answers)} answered")
    wrong, counted, started = [], Counter(), time.monotonic()
    for pair, line in zip(asked, answers):
        answer = json.loads(line)
        assert answer["id"] == pair["id"], (answer, pair["id"])
        expected, solver = by_solver(pair, answer.get("witness"), options.timeout)
        counted[f"{answer['result']} / {expected}"] += 1
        if "unknown" != answer["result"] and expected not in ("gave up", answer["result"]):
            wrong.append(pair["id"])
            print(json.dumps({"id": pair["id"], "program": answer, "solver": expected}))
            print("  existing", json.dumps(pair["existing"]))
            print("  new     ", json.dumps(pair["new"]))
            if expected == "new_access":
                print("  model   ", str(solver.model()).replace("\n", " "))
    unknown = sum(number for answers, number in counted.items() if answers.startswith("unknown")) / len(asked)
    for answers, number in sorted(counted.items()):
        print(f"{number:7} {answers}")
    print(f"{len(asked)} pairs, {len(wrong)} wrong, {unknown:.2%} unknown, {time.monotonic() - started:.0f} s in the solver")
    sys.exit(1 if wrong or unknown > options.most_unknown else 0)


if __name__ == "__main__":
    main()
