"""Turns the resource schemas of the PyPI package `cfn-lint` into `types.tsv.zst`, the table of public CloudFormation types
that the build embeds.

Run in a virtual environment, then look at what changed with `cargo test --lib collect::aws::registry`:

    python -m venv /tmp/v && /tmp/v/bin/pip install cfn-lint==1.58.0 zstandard==0.25.0
    /tmp/v/bin/python src/collect/aws/registry/generate.py

The package (MIT-0) carries AWS's public registry schemas as AWS publishes them, without its own patches, which stand in
another folder. Facts alone are taken: names of types and properties, identifiers, the permissions of the handlers. The
reader is `mod.rs`; the columns are written down there.
"""

import importlib.metadata
import json
import pathlib

import cfnlint
import zstandard

HERE = pathlib.Path(__file__).parent
SCHEMAS = pathlib.Path(cfnlint.__file__).parent / "data" / "schemas"


def joined(words) -> str:
    words = list(words)
    assert not any(mark in word for word in words for mark in "\t\n,"), words
    return ",".join(words)


def pointers(words) -> str:
    return joined(sorted({word.removeprefix("/properties/") for word in words or []}))


def row(schema: dict) -> str:
    handlers = schema.get("handlers") or {}
    listing, read = handlers.get("list"), handlers.get("read")
    asked = (listing or {}).get("handlerSchema") or {}
    tagging = schema.get("tagging") or {}
    tags = tagging.get("tagProperty") or "/properties/Tags"
    name = tags.removeprefix("/properties/")
    taggable = tagging.get("taggable", True) and name in schema["properties"]
    return "\t".join(
        [
            schema["typeName"],
            ("l" if listing is not None else "") + ("r" if read is not None else ""),
            joined(sorted(set((listing or {}).get("permissions") or []))),
            joined(sorted(set((read or {}).get("permissions") or []))),
            joined(word.removeprefix("/properties/") for word in schema.get("primaryIdentifier") or []),
            name if taggable else "",
            joined(sorted(schema["properties"])),
            pointers(schema.get("writeOnlyProperties")),
            joined(asked.get("required") or []),
        ]
    )


def main() -> None:
    date = json.loads((SCHEMAS / "version.json").read_text())["schema_date"][:10]
    schemas = [json.loads(file.read_text()) for file in (SCHEMAS / "resources").glob("*.json")]
    rows = sorted(row(schema) for schema in schemas if schema["typeName"].startswith("AWS::"))
    text = "\n".join([f"cloudformation-types 1\t{date}\tcfn-lint {importlib.metadata.version('cfn-lint')}", *rows]) + "\n"
    packed = zstandard.ZstdCompressor(level=19, write_content_size=True).compress(text.encode())
    (HERE / "types.tsv.zst").write_bytes(packed)
    print(f"{date}: {len(rows)} types, {len(text)} bytes, {len(packed)} packed")


if __name__ == "__main__":
    main()
