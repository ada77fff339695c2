"""Makes billing exports of every kind into a folder, and DuckDB's answers about them: `make.py FOLDER`.

The folder gets the files and `answers.json`: for each file and question the amounts by currency and keys, as decimal strings. DuckDB reads the
files that were written, not the rows that they were made of; so a file that says something else than it should is noticed here too.
"""

import csv
import gzip
import json
import pathlib
import random
import sys
from decimal import Decimal

import duckdb
import pyarrow
import pyarrow.parquet

ROWS = 1500
FOCUS = {
    "ProviderName": ["AWS", "AWS", "Microsoft", "Google Cloud"],
    "BillingAccountId": ["999999999999"],
    "SubAccountId": ["111111111111", "222222222222", None],
    "ServiceName": ["Amazon DynamoDB", "AWS Lambda", "Virtual Machines", "Zeile, mit \"Zeichen\"", None],
    "RegionId": ["us-east-2", "eu-central-1", None],
    "ChargeCategory": ["Usage", "Usage", "Usage", "Credit", "Tax", "Purchase"],
    "ChargeClass": [None, None, "Correction"],
    "BillingCurrency": ["USD", "USD", "USD", "EUR"],
    "BillingPeriodStart": ["2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z"],
}
CUR2 = {
    "bill_payer_account_id": ["999999999999"],
    "line_item_usage_account_id": ["111111111111", "222222222222"],
    "line_item_product_code": ["AmazonDynamoDB", "AWSLambda", "AWSDataTransfer"],
    "product_region_code": ["us-east-2", None],
    "line_item_line_item_type": ["Usage", "Usage", "Credit", "Tax"],
    "line_item_currency_code": ["USD"],
    "bill_billing_period_start_date": ["2026-09-01T00:00:00Z", "2026-10-01T00:00:00Z"],
}
# What a question asks for, as a column of the file.
KEYS = {
    "focus": {
        "provider": "ProviderName", "account": "SubAccountId", "service": "ServiceName", "region": "RegionId",
        "charge_category": "ChargeCategory", "charge_class": "ChargeClass", "month": "substr({BillingPeriodStart}, 1, 7)",
        "day": "substr({ChargePeriodStart}, 1, 10)", "tag:Owner": "tag Owner", "tag:cost$center": "tag cost$center",
    },
    "cur2": {
        "account": "line_item_usage_account_id", "service": "line_item_product_code", "region": "product_region_code",
        "month": "substr({bill_billing_period_start_date}, 1, 7)", "day": "substr({line_item_usage_start_date}, 1, 10)",
        "tag:Owner": "tag user_owner", "tag:cost$center": "tag user_cost$center",
    },
}
AMOUNTS = {
    "focus": {"billed": "BilledCost", "effective": "EffectiveCost", "list": "ListCost"},
    "cur2": {"billed": "line_item_unblended_cost"},
}
QUESTIONS = [
    (["service"], {}), (["account", "month"], {}), (["region", "day"], {}), (["tag:Owner"], {}), (["tag:cost$center", "service"], {}),
    (["service"], {"month": "2026-10"}), (["day"], {"tag:Owner": ""}), (["service"], {"tag:Owner": None}),
    (["provider", "charge_category"], {}), (["charge_class"], {"charge_category": "Usage"}),
]


def rows(kind, dice):
    columns = FOCUS if kind == "focus" else CUR2
    for _ in range(ROWS):
        row = {name: dice.choice(values) for name, values in columns.items()}
        month = row["BillingPeriodStart" if kind == "focus" else "bill_billing_period_start_date"][:8]
        row["ChargePeriodStart" if kind == "focus" else "line_item_usage_start_date"] = f"{month}{dice.randint(1, 30):02}T{dice.randint(0, 23):02}:00:00Z"
        amount = Decimal(dice.randint(-10**6, 10**8)).scaleb(-dice.choice([2, 6, 10]))
        if kind == "focus":
            row |= {"BilledCost": amount, "EffectiveCost": amount / 2, "ListCost": amount * 2}
        else:
            row["line_item_unblended_cost"] = amount
        tags, prefix = {}, "" if kind == "focus" else "user_"
        owner = "Owner" if kind == "focus" else "owner"
        for key, values in ((owner, ["ada", "", "größe", None, None]), ("cost$center", ["$5", "a.b\"c", None])):
            value = dice.choice(values)
            if value is not None:
                tags[prefix + key] = value
        row["Tags" if kind == "focus" else "resource_tags"] = tags
        yield row


def tags_name(kind):
    return "Tags" if kind == "focus" else "resource_tags"


def as_csv(kind, table, path, packed):
    with gzip.open(path, "wt", newline="", encoding="utf-8") if packed else open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table[0])
        for row in table:
            text = {**row, tags_name(kind): json.dumps(row[tags_name(kind)], ensure_ascii=False)}
            writer.writerow(["NULL" if value is None else value for value in text.values()])


def as_parquet(kind, table, path, codec, amounts, tags):
    tags_type = {
        "map": pyarrow.map_(pyarrow.string(), pyarrow.string()),
        "list": pyarrow.list_(pyarrow.struct([("key", pyarrow.string()), ("value", pyarrow.string())])),
        "json": pyarrow.string(),
    }[tags]
    shape = {
        "map": lambda tags: list(tags.items()),
        "list": lambda tags: [{"key": key, "value": value} for key, value in tags.items()],
        "json": lambda tags: json.dumps(tags),
    }[tags]
    amount_type, amount = {
        "decimal": (pyarrow.decimal128(38, 12), lambda amount: amount.quantize(Decimal("1e-12"))),
        "double": (pyarrow.float64(), float),
        "text": (pyarrow.string(), str),
    }[amounts]
    columns, fields = [], []
    for name in table[0]:
        values = [row[name] for row in table]
        if name == tags_name(kind):
            values, of = [shape(value) for value in values], tags_type
        elif isinstance(values[0], Decimal):
            values, of = [amount(value) for value in values], amount_type
        else:
            of = pyarrow.string()
        columns.append(pyarrow.array(values, of))
        fields.append(pyarrow.field(name, of))
    made = pyarrow.Table.from_arrays(columns, schema=pyarrow.schema(fields))
    pyarrow.parquet.write_table(made, path, compression=codec, row_group_size=400)


def answers(kind, path, tags):
    """What DuckDB says of a file to every question."""
    source = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_csv('{path}', all_varchar=true, nullstr='NULL')"

    def column(key):
        found = KEYS[kind][key]
        if found.startswith("tag "):
            name = found.removeprefix("tag ")
            name = {"user_owner": "user_owner"}.get(name, name)
            column = tags_name(kind)
            if tags == "json":
                return f"json_extract_string({column}, '$.\"{name}\"')"
            return f"map_from_entries({column})['{name}']" if tags == "list" else f"{column}['{name}']"
        if "{" in found:
            return found.replace("{", "CAST(").replace("}", " AS VARCHAR)")
        return found

    # A double is the shortest text that means it: cast by itself it would bring digits that nobody wrote.
    for basis, amount in AMOUNTS[kind].items():
        for by, where in QUESTIONS:
            if not all(key in KEYS[kind] for key in [*by, *where]):
                continue
            keys = ["BillingCurrency" if kind == "focus" else "line_item_currency_code", *map(column, by)]
            conditions = [f"{column(key)} IS NULL" if value is None else f"{column(key)} = '{value}'" for key, value in where.items()]
            sql = (
                f"SELECT {', '.join(f'{key} AS k{at}' for at, key in enumerate(keys))}, sum(CAST(CAST({amount} AS VARCHAR) AS DECIMAL(38, 12))) FROM {source} "
                f"{'WHERE ' + ' AND '.join(conditions) if conditions else ''} GROUP BY ALL"
            )
            found = [[*keys, format(total.normalize(), "f")] for *keys, total in duckdb.sql(sql).fetchall()]
            yield {"file": path.name, "by": by, "where": where, "basis": basis, "rows": found}


def main():
    folder, dice, told = pathlib.Path(sys.argv[1]), random.Random(7), []
    for kind in ("focus", "cur2"):
        table = list(rows(kind, dice))
        for packed in (False, True):
            path = folder / f"{kind}.csv{'.gz' if packed else ''}"
            as_csv(kind, table, path, packed)
            told += answers(kind, path, "json")
        for codec, amounts, tags in (
            ("none", "double", "map"), ("snappy", "decimal", "map"), ("zstd", "text", "list"), ("gzip", "double", "json"),
        ):
            path = folder / f"{kind}-{codec}-{amounts}-{tags}.parquet"
            as_parquet(kind, table, path, codec, amounts, tags)
            told += answers(kind, path, tags)
    (folder / "answers.json").write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
