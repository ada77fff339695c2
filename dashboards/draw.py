"""Draws each dashboard as Grafana lays it out, with what a Prometheus answered: `python3 dashboards/draw.py ANSWERS.json`.

The answers come from the test that executes every query (see `tests/it/grafana/panels.rs`); here is nothing but rectangles, lines
and words. The pictures say what the dashboards show, not how Grafana looks: Grafana is no test tool of ours.
"""

import html
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).parent
UNIT, GAP, STEP = 50, 6, 34  # pixels: a column, the space between panels, a row
INK, SOFT, CARD, PAGE, LINE = "#d8d9da", "#8e9297", "#181b1f", "#0b0c0e", "#2c3235"
COLOURS = ["#73bf69", "#f2cc0c", "#5794f2", "#ff9830", "#f2495c", "#b877d9", "#8ab8ff", "#fade2a", "#96d98d", "#ffa6b0"]
NAMED = {"green": "#73bf69", "orange": "#ff9830", "red": "#f2495c"}


def shown(value, unit, decimals):
    if unit == "percentunit":
        return f"{value * 100:.3g} %"
    if unit == "currencyUSD":
        return f"${value:,.{2 if decimals is None else decimals}f}"
    if unit == "s":
        for size, name in ((86400 * 7, "weeks"), (86400, "days"), (3600, "hours"), (60, "min")):
            if abs(value) >= size:
                return f"{value / size:.1f} {name}"
        return f"{value:.3g} s"
    return f"{value:,.0f}" if value == int(value) else f"{value:,.3g}"


def legend(target, metric):
    text = target["legendFormat"]
    for name, value in metric.items():
        text = text.replace("{{" + name + "}}", value)
    return text


def write(x, y, text, size=12, colour=INK, anchor="start", weight="normal", most=None):
    if most and len(text) > most:
        text = text[: most - 1] + "…"
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{colour}" text-anchor="{anchor}" font-weight="{weight}">{html.escape(text)}</text>'


def box(x, y, w, h, fill, more=""):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(w, 0):.1f}" height="{h:.1f}" fill="{fill}"{more}/>'


def colour_of(value, panel):
    found = NAMED["green"]
    for step in panel["fieldConfig"]["defaults"]["thresholds"]["steps"]:
        if step["value"] is None or value >= step["value"]:
            found = NAMED[step["color"]]
    return found


def series(panel, answers):
    """(name, points) of every series of every query, points as (time, value)."""
    for target, found in zip(panel["targets"], answers):
        for one in found:
            points = [(float(at), float(value)) for at, value in one["values"] if value != "NaN"]
            if points:
                yield legend(target, one["metric"]), points


def draw_stat(panel, rows, x, y, w, h, unit, decimals):
    if not rows:
        yield write(x + w / 2, y + h / 2, "no data", 16, SOFT, "middle")
        return
    name, points = rows[0]
    value = points[-1][1]
    yield write(x + w / 2, y + h / 2 + 10, name or shown(value, unit, decimals), 28, colour_of(value, panel), "middle", "bold")


def draw_bars(panel, rows, x, y, w, h, unit, decimals):
    rows = sorted(rows, key=lambda row: -row[1][-1][1])
    top = max((points[-1][1] for _, points in rows), default=0) or 1
    height = min(26, (h - 8) / max(len(rows), 1))
    names = min(w * 0.5, max((len(name) for name, _ in rows), default=0) * 6.6 + 10)
    for number, (name, points) in enumerate(rows):
        value, at = points[-1][1], y + 4 + number * height
        wide = w - names - 84
        yield write(x + names - 6, at + height * 0.68, name, 11, INK, "end", most=int((names - 9) / 6.5))
        yield box(x + names, at + 2, wide, height - 4, LINE)
        yield box(x + names, at + 2, wide * max(value, 0) / top, height - 4, colour_of(value, panel))
        yield write(x + w - 4, at + height * 0.68, shown(value, unit, decimals), 11, INK, "end")


def draw_lines(panel, rows, x, y, w, h, unit, decimals):
    stacked = panel["fieldConfig"]["defaults"]["custom"]["stacking"]["mode"] == "normal"
    times = sorted({at for _, points in rows for at, _ in points})
    base = dict.fromkeys(times, 0.0)
    drawn = []
    for name, points in rows:
        line = [(at, value + (base[at] if stacked else 0)) for at, value in points]
        drawn.append((name, line, [(at, base[at]) for at, _ in points]))
        for at, value in points:
            base[at] += value
    top = max((value for _, line, _ in drawn for _, value in line), default=0) * 1.1 or 1
    left, low = x + 52, y + h - 40
    wide, high = w - 60, h - 48

    def place(at, value):
        share = (at - times[0]) / max(times[-1] - times[0], 1)
        return f"{left + wide * share:.1f},{low - high * max(value, 0) / top:.1f}"

    for part in (0, 0.5, 1):
        yield box(left, low - high * part, wide, 1, LINE)
        yield write(left - 6, low - high * part + 4, shown(top * part, unit, decimals), 10, SOFT, "end")
    for number, (_, line, below) in enumerate(drawn):
        colour = COLOURS[number % len(COLOURS)]
        if stacked:
            area = " ".join([place(*p) for p in line] + [place(*p) for p in reversed(below)])
            yield f'<polygon points="{area}" fill="{colour}" fill-opacity="0.3"/>'
        yield f'<polyline points="{" ".join(place(*p) for p in line)}" fill="none" stroke="{colour}" stroke-width="1.5"/>'
    at = left
    for number, (name, _, _) in enumerate(drawn):
        if at > x + w - 60:
            break
        yield box(at, y + h - 20, 10, 3, COLOURS[number % len(COLOURS)])
        yield write(at + 14, y + h - 14, name, 11, most=24)
        at += 30 + min(len(name), 24) * 6.3


DRAWERS = {"stat": draw_stat, "bargauge": draw_bars, "timeseries": draw_lines}


def draw(dashboard, answers):
    width = 24 * UNIT
    height = max(p["gridPos"]["y"] + p["gridPos"]["h"] for p in dashboard["panels"]) * STEP + 48
    title = html.escape(dashboard["title"])
    yield f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" role="img">'
    yield f"<title>{title}</title><desc>{html.escape(dashboard['description'])}</desc>"
    yield box(0, 0, width, height, PAGE)
    yield write(12, 30, dashboard["title"], 20, weight="bold")
    for panel in dashboard["panels"]:
        spot = panel["gridPos"]
        x, y = spot["x"] * UNIT + GAP / 2, spot["y"] * STEP + 44
        w, h = spot["w"] * UNIT - GAP, spot["h"] * STEP - GAP
        defaults = panel["fieldConfig"]["defaults"]
        yield box(x, y, w, h, CARD, f' stroke="{LINE}" rx="3"')
        yield write(x + 10, y + 20, panel["title"], 13 if len(panel["title"]) * 7.2 < w - 16 else 11, weight="bold")
        rows = list(series(panel, answers[str(panel["id"])]))
        yield from DRAWERS[panel["type"]](panel, rows, x + 6, y + 28, w - 12, h - 32, defaults["unit"], defaults.get("decimals"))
    yield "</svg>"


def main():
    answers = json.loads(pathlib.Path(sys.argv[1]).read_text(encoding="utf-8"))
    for file in sorted(HERE.glob("*.json")):
        dashboard = json.loads(file.read_text(encoding="utf-8"))
        picture = HERE / "pictures" / f"{dashboard['uid']}.svg"
        picture.write_text("\n".join(draw(dashboard, answers[dashboard["uid"]])) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
