"""Writes the dashboards: `python3 dashboards/make.py [FOLDER]`, into this folder unless told otherwise.

Sixty panels differ in a title, a query and a unit; the rest of their JSON is the same and is kept in one place here. A test runs this
and compares, and another executes every query. Change a panel here, never in the JSON.
"""

import json
import pathlib
import sys

SOURCE = {"type": "prometheus", "uid": "${datasource}"}
# What every selector carries, so that the variables of the dashboard choose.
MINE = 'job=~"$job", instance=~"$instance"'


def m(name, more=""):
    """A selector of one family."""
    return f"{name}{{{MINE}{', ' + more if more else ''}}}"


def gained(name, more=""):
    """What a counter gained between two points of the graph."""
    return f"increase({m(name, more)}[$__rate_interval])"


# What Grafana's types put into every variable.
COMMON = {
    "regex": "",
    "hide": 0,
    "skipUrlSync": False,
    "options": [],
    "auto": False,
    "auto_count": 30,
    "auto_min": "10s",
    "id": "00000000-0000-0000-0000-000000000000",
}


def variable(name, label, query):
    return {
        "type": "query",
        "name": name,
        "label": label,
        "datasource": SOURCE,
        "query": {"query": query, "refId": "StandardVariableQuery"},
        "refresh": 2,
        "sort": 1,
        "multi": True,
        "includeAll": True,
        "allValue": ".+",
        "current": {"selected": True, "text": ["All"], "value": ["$__all"]},
        **COMMON,
    }


VARIABLES = [
    {
        "type": "datasource",
        "name": "datasource",
        "label": "Data source",
        "query": "prometheus",
        "refresh": 1,
        "multi": False,
        "includeAll": False,
        "current": {"text": "", "value": ""},
        **COMMON,
    },
    variable("job", "Job", "label_values(ledgerline_build_info, job)"),
    variable("instance", "Instance", 'label_values(ledgerline_build_info{job=~"$job"}, instance)'),
]

GREEN, ORANGE, RED = "green", "orange", "red"


def steps(*pairs):
    """Thresholds: the first colour holds from below, each further one from its value."""
    first, *rest = pairs
    return [{"color": first, "value": None}] + [{"color": colour, "value": value} for value, colour in rest]


def panel(kind, title, description, unit, queries, width, height, limits, options, custom=None, instant=False, decimals=None):
    defaults = {"unit": unit, "thresholds": {"mode": "absolute", "steps": limits}}
    defaults["color"] = {"mode": "palette-classic" if kind == "timeseries" else "thresholds"}
    if custom:
        defaults["custom"] = custom
    if decimals is not None:
        defaults["decimals"] = decimals
    targets = []
    for letter, (query, legend) in zip("ABCDEF", queries):
        target = {"datasource": SOURCE, "expr": query, "legendFormat": legend, "refId": letter, "range": not instant}
        if instant:
            target["instant"] = True
        targets.append(target)
    return {
        "type": kind,
        "title": title,
        "description": description,
        "datasource": SOURCE,
        "gridPos": {"w": width, "h": height},
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "targets": targets,
        "options": options,
        "transparent": False,
        "transformations": [],
        "repeatDirection": "h",
    }


REDUCE = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def stat(title, description, unit, query, limits=None, width=4, legend="", decimals=None):
    options = {"colorMode": "value", "graphMode": "none", "justifyMode": "auto", "orientation": "auto", "textMode": "auto"}
    options["reduceOptions"] = REDUCE
    limits = steps(GREEN, *(limits or []))
    return panel("stat", title, description, unit, [(query, legend)], width, 4, limits, options, instant=True, decimals=decimals)


def bars(title, description, unit, query, legend, width=8, limits=None, height=8, decimals=None):
    options = {
        "displayMode": "basic",
        "orientation": "horizontal",
        "showUnfilled": True,
        "reduceOptions": REDUCE,
        "valueMode": "color",
        "minVizHeight": 10,
        "minVizWidth": 0,
    }
    limits = steps(GREEN, *(limits or []))
    return panel("bargauge", title, description, unit, [(query, legend)], width, height, limits, options, instant=True, decimals=decimals)


def lines(title, description, unit, queries, width=12, stacked=False):
    legend = {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []}
    options = {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
    stacking = {"mode": "normal" if stacked else "none", "group": "A"}
    custom = {"lineWidth": 1, "fillOpacity": 30 if stacked else 10, "showPoints": "never", "stacking": stacking}
    return panel("timeseries", title, description, unit, queries, width, 8, steps(GREEN), options, custom=custom)


def dashboard(name, title, description, panels):
    x = y = tallest = 0
    for number, one in enumerate(panels, 1):
        size = one["gridPos"]
        if x + size["w"] > 24:
            x, y, tallest = 0, y + tallest, 0
        one["id"] = number
        size["x"], size["y"] = x, y
        x, tallest = x + size["w"], max(tallest, size["h"])
    return {
        "uid": f"ledgerline-{name}",
        "title": f"Ledgerline / {title}",
        "description": description,
        "tags": ["ledgerline", "aws"],
        "schemaVersion": 39,
        "version": 1,
        "editable": False,
        "graphTooltip": 1,
        "style": "dark",
        "timezone": "utc",
        "refresh": "5m",
        "time": {"from": "now-7d", "to": "now"},
        "annotations": {"list": []},
        "links": [],
        "fiscalYearStartMonth": 0,
        "liveNow": False,
        "weekStart": "",
        "templating": {"list": VARIABLES},
        "panels": panels,
    }


SOON_BAD, BAD = [(1, ORANGE)], [(1, RED)]
DAY = 86400
AGE = [(1.5 * DAY, ORANGE), (2 * DAY, RED)]
SEEN = [(0.95, ORANGE), (1, GREEN)]

# What the queries choose by.
CRITICAL = 'severity="critical", status="open"'
HIGH = 'severity="high", status="open"'
UNKNOWN = 'status="unknown"'
BY_BILL = 'basis="billed"'
WHOLE = 'component="Total", bound="high"'
COSTLY_OPEN = 'pillar="cost", status="open"'
UPPER = 'bound="high"'
COSTLY = 'pillar="cost"'
TAGGING_OPEN = 'pillar="tagging", status="open"'
OF_TAGS = 'pillar="tagging"'
WAIVED = 'status="waived"'
FAULTS = 'outcome=~"denied|throttled|unreachable|broken"'
GUARDED = 'pillar=~"security|reliability|operations"'
GUARDED_OPEN = f'{GUARDED}, status="open"'
GUARDED_WORSE = f'{GUARDED}, severity=~"critical|high|medium", status="open"'

# The rules that find, with their pillar, which the rule's own series lacks.
FINDING_RULES = (
    f"sum by (rule) ({m('ledgerline_rule_findings')}) * on (rule) group_left (pillar) group by (rule, pillar) ({m('ledgerline_rule_info', '%s')})"
)

OVERVIEW = dashboard(
    "overview",
    "Overview",
    "What Ledgerline found in the audited AWS accounts, how much of them it could see, and what they cost.",
    [
        stat("Open critical findings", "Failures that somebody should mend now. Waived ones are not counted.", "short",
             f"sum({m('ledgerline_findings', CRITICAL)})", BAD),
        stat("Open high findings", "Failures that somebody should mend today. Waived ones are not counted.", "short",
             f"sum({m('ledgerline_findings', HIGH)})", SOON_BAD),
        stat("Coverage", "The least share of the needed AWS calls that was answered in full, over the accounts. What was not is unknown.", "percentunit",
             f"min({m('ledgerline_coverage_ratio')})", [(0.9, ORANGE), (1, GREEN)]),
        stat("Last good audit", "How old everything here is.", "s",
             f"time() - max({m('ledgerline_audit_last_success_timestamp_seconds')})", AGE),
        stat("Resources", "Resources that the last whole audit saw.", "short", f"sum({m('ledgerline_resources')})"),
        stat("Unknown results", "Verdicts that could not be reached: neither pass nor fail.", "short",
             f"sum({m('ledgerline_results', UNKNOWN)})", SOON_BAD),
        lines("Findings by severity", "Findings that are not resolved: open, stale and waived.", "short",
              [(f"sum by (severity) ({m('ledgerline_findings')})", "{{severity}}")], stacked=True),
        lines("Findings opened and resolved", "Findings that came, came back and went between two points.", "short",
              [(f"sum({gained('ledgerline_findings_opened_total')})", "opened"),
               (f"sum({gained('ledgerline_findings_reopened_total')})", "reopened"),
               (f"sum({gained('ledgerline_findings_resolved_total')})", "resolved")]),
        bars("Rules that find most", "The ten rules with the most findings that are not resolved.", "short",
             f"topk(10, sum by (rule, severity) ({m('ledgerline_rule_findings')}) > 0)", "{{rule}} ({{severity}})", 12, SOON_BAD, 9),
        bars("Findings by pillar", "What the findings that are not resolved put at risk.", "short",
             f"sum by (pillar) ({m('ledgerline_findings')})", "{{pillar}}", 6, SOON_BAD, 9),
        bars("Age of the oldest finding", "How long the oldest finding of each severity has waited.", "s",
             f"time() - min by (severity) ({m('ledgerline_finding_oldest_timestamp_seconds')})", "{{severity}}", 6, [(7 * DAY, ORANGE), (30 * DAY, RED)], 9),
        bars("Results by verdict", "Verdicts of the last whole audit, one for each rule and resource.", "short",
             f"sum by (status) ({m('ledgerline_results')})", "{{status}}"),
        bars("Resources by type", "The fifteen types with the most resources.", "short",
             f"topk(15, sum by (resource_type) ({m('ledgerline_resources')}))", "{{resource_type}}"),
        bars("Cost of the month so far", "What AWS billed this month, by service.", "currencyUSD",
             f"sum by (aws_service) ({m('ledgerline_cost_month_to_date_usd', BY_BILL)})", "{{aws_service}}", decimals=2),
    ],
)

# Services as the bill names them → components as estimates name them.
COMPONENT = 'label_replace(%s, "component", "$1", "aws_service", "(?:Amazon|AWS) ?(.*)")'
BILLED = m("ledgerline_cost_month_to_date_usd", BY_BILL)

COST = dashboard(
    "cost",
    "Cost",
    "What the audited accounts cost, against what was estimated, and what could be saved.",
    [
        stat("This month so far", "What AWS billed this month, all services and accounts. An estimate until AWS closes the month.", "currencyUSD",
             f"sum({BILLED})", decimals=2),
        stat("Estimated for a month", "The upper end of what the operator expects a whole month to cost.", "currencyUSD",
             f"max({m('ledgerline_cost_estimate_usd', WHOLE)})", decimals=2),
        stat("Share of the estimate used", "This month so far, over the upper estimate for the whole month.", "percentunit",
             f"sum({BILLED}) / max({m('ledgerline_cost_estimate_usd', WHOLE)})", [(0.8, ORANGE), (1, RED)]),
        stat("Cost of the last day", "What the last day cost that AWS has figures for.", "currencyUSD",
             f"sum({m('ledgerline_cost_daily_usd', BY_BILL)})", decimals=2),
        stat("Age of the figures", "Time since the end of the last day that AWS has figures for. One to two days are usual.", "s",
             f"time() - min({m('ledgerline_cost_data_day_timestamp_seconds')}) - {DAY}", [(3 * DAY, ORANGE)]),
        stat("Cost findings", "Findings of the cost pillar that are open.", "short",
             f"sum({m('ledgerline_findings', COSTLY_OPEN)})", SOON_BAD),
        lines("Month so far by service", "How the month's bill grows. It falls to zero when a month begins.", "currencyUSD",
              [(f"sum by (aws_service) ({BILLED})", "{{aws_service}}")], stacked=True),
        lines("Cost of a day by service", "The last day that AWS has figures for, as it stood at each time.", "currencyUSD",
              [(f"sum by (aws_service) ({m('ledgerline_cost_daily_usd', BY_BILL)})", "{{aws_service}}")], stacked=True),
        bars("Components over their estimate", "This month so far, over the upper estimate of the component. More than 100 % is a finding.", "percentunit",
             f"sum by (component) ({COMPONENT % BILLED}) / on (component) max by (component) ({m('ledgerline_cost_estimate_usd', UPPER)})",
             "{{component}}", limits=[(0.8, ORANGE), (1, RED)]),
        bars("Upper estimates", "What each component may cost in a month.", "currencyUSD",
             f"max by (component) ({m('ledgerline_cost_estimate_usd', UPPER)})", "{{component}}", decimals=2),
        bars("Month so far by account", "What AWS billed each account this month.", "currencyUSD",
             f"sum by (account_id) ({BILLED})", "{{account_id}}", decimals=2),
        bars("Billed, effective and net", "The same month by three counts: as billed, with commitments spread over their use, and after discounts.", "currencyUSD",
             f"sum by (basis) ({m('ledgerline_cost_month_to_date_usd')})", "{{basis}}", decimals=2),
        bars("Where the month will end", "AWS's forecast of the whole month, with the ends of its 80 % interval.", "currencyUSD",
             f"sum by (bound) ({m('ledgerline_cost_forecast_month_end_usd')})", "{{bound}}", decimals=2),
        bars("Projected by component", "The settled days, and the mean of the last seven for each day that is left.", "currencyUSD",
             f"sum by (component) ({m('ledgerline_cost_projected_usd')})", "{{component}}", decimals=2),
        bars("Untagged share", "What was used this month without a value of the key, over all that can be tagged.", "percentunit",
             f"sum by (tag_key) ({m('ledgerline_cost_untagged_usd')}) / sum by (tag_key) ({m('ledgerline_cost_taggable_usd')})",
             "{{tag_key}}", limits=[(0.05, ORANGE), (0.2, RED)]),
        bars("Days that cost too much", "Anomalies of the last weeks, found in the ledger or told by AWS.", "short",
             f"sum by (state) ({m('ledgerline_cost_anomalies')})", "{{state}}"),
        bars("What could be saved", "What mending the findings would save in a month, by the kind of advice.", "currencyUSD",
             f"sum by (kind) ({m('ledgerline_savings_opportunity_usd')})", "{{kind}}", decimals=2),
        bars("Cost rules that find", "Rules of the cost pillar with findings that are not resolved.", "short",
             f"topk(10, ({FINDING_RULES % COSTLY}) > 0)", "{{rule}}", limits=SOON_BAD),
        bars("What the auditor itself costs", "What paid requests (Cost Explorer) have cost this month, over the cap in the config.", "percentunit",
             f"{m('ledgerline_aws_paid_month_usd')} / {m('ledgerline_aws_paid_cap_usd')}", "{{instance}}", limits=[(0.8, ORANGE), (1, RED)]),
    ],
)

REQUIRED, TAGGED = m("ledgerline_tag_required_resources"), m("ledgerline_tag_compliant_resources")

TAGGING = dashboard(
    "tagging",
    "Tagging",
    "Whether resources carry the tags that they must, and which rules find otherwise.",
    [
        stat("Tags in place", "Required tags that are there, over all that must be.", "percentunit", f"sum({TAGGED}) / sum({REQUIRED})", SEEN),
        stat("Worst key", "Of the required keys, the one that is missing most often.", "percentunit",
             f"min(sum by (tag_key) ({TAGGED}) / sum by (tag_key) ({REQUIRED}))", SEEN),
        stat("Tags missing", "Required tags that are not there, one for each resource and key.", "short", f"sum({REQUIRED}) - sum({TAGGED})", SOON_BAD),
        stat("Required keys", "Tag keys that some rule requires.", "short", f"count(count by (tag_key) ({REQUIRED}))"),
        stat("Open tagging findings", "Findings of the tagging pillar that are open.", "short",
             f"sum({m('ledgerline_findings', TAGGING_OPEN)})", SOON_BAD),
        stat("Oldest tagging finding", "How long the oldest of them has waited.", "s",
             f"time() - min({m('ledgerline_finding_oldest_timestamp_seconds', OF_TAGS)})", [(30 * DAY, ORANGE)]),
        bars("By key", "Share of the resources that must have a key and have it.", "percentunit",
             f"sum by (tag_key) ({TAGGED}) / sum by (tag_key) ({REQUIRED})", "{{tag_key}}", 12, SEEN),
        bars("By account", "Share of an account's required tags that are there.", "percentunit",
             f"sum by (account_id) ({TAGGED}) / sum by (account_id) ({REQUIRED})", "{{account_id}}", 12, SEEN),
        lines("By key over time", "Share of the resources that must have a key and have it.", "percentunit",
              [(f"sum by (tag_key) ({TAGGED}) / sum by (tag_key) ({REQUIRED})", "{{tag_key}}")]),
        lines("Resources that must have a key", "How many resources each key is required of.", "short", [(f"sum by (tag_key) ({REQUIRED})", "{{tag_key}}")]),
        bars("Tagging rules that find", "Rules of the tagging pillar with findings that are not resolved.", "short",
             f"topk(15, ({FINDING_RULES % OF_TAGS}) > 0)", "{{rule}}", 12, SOON_BAD),
        lines("Tagging findings opened and resolved", "Findings of the tagging pillar that came and went between two points.", "short",
              [(f"sum({gained('ledgerline_findings_opened_total', OF_TAGS)})", "opened"),
               (f"sum({gained('ledgerline_findings_resolved_total', OF_TAGS)})", "resolved")]),
    ],
)

COMPLIANCE = dashboard(
    "compliance",
    "Compliance",
    "Security, reliability and operations: what fails, what is waived, and how much could be judged at all.",
    [
        stat("Open findings", "Findings of security, reliability and operations that are open.", "short",
             f"sum({m('ledgerline_findings', GUARDED_OPEN)})", SOON_BAD),
        stat("Rules that find nothing", "Share of all loaded rules without a finding that is not resolved.", "percentunit",
             f"count(sum by (rule) ({m('ledgerline_rule_findings')}) == 0) / count(sum by (rule) ({m('ledgerline_rule_findings')}))", [(0.9, ORANGE), (1, GREEN)]),
        stat("Coverage", "The least share of the needed AWS calls that was answered in full, over the accounts.", "percentunit",
             f"min({m('ledgerline_coverage_ratio')})", [(0.9, ORANGE), (1, GREEN)]),
        stat("Unknown results", "Verdicts that could not be reached: neither pass nor fail.", "short",
             f"sum({m('ledgerline_results', UNKNOWN)})", SOON_BAD),
        stat("Waived findings", "Failures that somebody took the responsibility for.", "short", f"sum({m('ledgerline_findings', WAIVED)})"),
        stat("Next waiver ends", "What it covers is then open again.", "s",
             f"min({m('ledgerline_waiver_next_expiry_timestamp_seconds')}) - time()"),
        lines("Findings by pillar", "Findings that are not resolved.", "short",
              [(f"sum by (pillar) ({m('ledgerline_findings', GUARDED)})", "{{pillar}}")], stacked=True),
        lines("Findings by where they stand", "Open, stale (could not be seen again) and waived.", "short",
              [(f"sum by (status) ({m('ledgerline_findings', GUARDED)})", "{{status}}")], stacked=True),
        bars("By pillar and severity", "Open findings; zero where there is none.", "short",
             f"sum by (pillar, severity) ({m('ledgerline_findings', GUARDED_WORSE)})",
             "{{pillar}} {{severity}}", limits=SOON_BAD),
        bars("Age of the oldest finding", "Critical ones are due within 7 days, high ones within 30.", "s",
             f"time() - min by (pillar, severity) ({m('ledgerline_finding_oldest_timestamp_seconds', GUARDED)})", "{{pillar}} {{severity}}",
             limits=[(7 * DAY, ORANGE), (30 * DAY, RED)]),
        bars("Rules that find most", "Rules of these pillars with findings that are not resolved.", "short",
             f"topk(12, ({FINDING_RULES % GUARDED}) > 0)", "{{rule}}", limits=SOON_BAD),
        bars("Waivers", "By where they stand; an unused one covers nothing that fails.", "short", f"sum by (state) ({m('ledgerline_waivers')})", "{{state}}", 6),
        bars("Results by verdict", "Verdicts of the last whole audit.", "short", f"sum by (status) ({m('ledgerline_results')})", "{{status}}", 6),
        bars("Coverage by account", "Share of an account's needed AWS calls that was answered in full.", "percentunit",
             f"min by (account_id) ({m('ledgerline_coverage_ratio')})", "{{account_id}}", 6, [(0.9, ORANGE), (1, GREEN)]),
        bars("Coverage by outcome", "AWS calls that the rules need, by what became of them.", "short",
             f"sum by (outcome) ({m('ledgerline_coverage_scopes')})", "{{outcome}}", 6),
    ],
)

AUDITOR = dashboard(
    "auditor",
    "The auditor itself",
    "Whether Ledgerline runs, what it asks of AWS, what that costs, and how large its metrics are.",
    [
        stat("Scraped", "Instances that Prometheus can scrape.", "short", f"sum({m('up')})", width=3),
        stat("Version", "What was built.", "short", f"count by (version) ({m('ledgerline_build_info')})", width=3, legend="{{version}}"),
        stat("Leaders", "Instances that run audits. One is right.", "short", f"sum({m('ledgerline_leader')})", width=3),
        stat("Last good audit", "How long ago the last audit ended well.", "s",
             f"time() - max({m('ledgerline_audit_last_success_timestamp_seconds')})", AGE, 3),
        stat("Last attempt", "How long ago the last audit began, however it ended.", "s",
             f"time() - max({m('ledgerline_audit_last_attempt_timestamp_seconds')})", AGE, 3),
        stat("Config in use", "1 where the last reload of config and rules was good, 0 where the old ones are still in use.", "short",
             f"min({m('ledgerline_config_reload_successful')})", width=3),
        stat("Rules", "Loaded rules.", "short", f"count(count by (rule) ({m('ledgerline_rule_info')}))", width=3),
        stat("Series", "Series on the metrics page, of a budget of 20,000.", "short", f"sum({m('ledgerline_series')})", [(15000, ORANGE), (20000, RED)], 3),
        lines("Length of audits", "The mean length of the audits that ended between two points, and the time that 90 % stayed under.", "s",
              [(f"sum({gained('ledgerline_audit_duration_seconds_sum')}) / sum({gained('ledgerline_audit_duration_seconds_count')})", "mean"),
               (f"histogram_quantile(0.9, sum by (le) ({gained('ledgerline_audit_duration_seconds_bucket')}))", "90 %")]),
        lines("Requests to AWS", "Requests that AWS answered, or did not, by what became of them.", "short",
              [(f"sum by (outcome) ({gained('ledgerline_aws_requests_total')})", "{{outcome}}")], stacked=True),
        lines("Requests by service", "The same by the service that was asked.", "short",
              [(f"topk(10, sum by (aws_service) ({gained('ledgerline_aws_requests_total')}))", "{{aws_service}}")], stacked=True),
        lines("Throttled", "Requests that AWS answered by asking to slow down.", "short",
              [(f"sum by (aws_service) ({gained('ledgerline_aws_throttles_total')})", "{{aws_service}}")]),
        bars("What could not be read", "AWS calls of the last whole audit that were denied, throttled, not reached or not understood.", "short",
             f"sum by (outcome) ({m('ledgerline_coverage_scopes', FAULTS)})", "{{outcome}}", limits=BAD),
        bars("Series by family", "The ten families with the most series.", "short", f"topk(10, sum by (family) ({m('ledgerline_series')}))", "{{family}}"),
        bars("Series folded together", "Series over the budget, summed under __other__, between two points.", "short",
             f"topk(10, sum by (family) ({gained('ledgerline_series_folded_total')}))", "{{family}}", limits=SOON_BAD),
        lines("Paid requests", "What AWS charged for the auditor's own requests between two points.", "currencyUSD",
              [(f"sum({gained('ledgerline_aws_paid_requests_usd_total')})", "USD")]),
        lines("Messages", "Changes by channel and what became of them: sent, refused, expired; failed counts attempts.", "short",
              [(f"sum by (channel, outcome) ({gained('ledgerline_notifications_total')})", "{{channel}} {{outcome}}")]),
        bars("Changes that wait", "Changes that a channel was not told yet.", "short",
             f"sum by (channel) ({m('ledgerline_notification_backlog')})", "{{channel}}", 6, SOON_BAD),
        bars("Channels that take nothing", "1 where a channel refuses and somebody must mend it.", "short",
             f"max by (channel) ({m('ledgerline_notification_channel_dead')})", "{{channel}}", 6, BAD),
        lines("Length of a scrape", "How long Prometheus waits for the metrics page. It is rendered when an audit ends, so it is short.", "s",
              [(f"max by (instance) ({m('scrape_duration_seconds')})", "{{instance}}")]),
    ],
)


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    for made in (OVERVIEW, COST, TAGGING, COMPLIANCE, AUDITOR):
        text = json.dumps(made, indent=2, ensure_ascii=False) + "\n"
        (folder / f"{made['uid']}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
