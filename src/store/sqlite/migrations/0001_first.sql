-- What a pass knows and leaves behind. Times are milliseconds since 1970 UTC; money is decimal text, since SQLite adds
-- numbers as floats; words are those of the JSON that users see.

CREATE TABLE state (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    generation INTEGER NOT NULL, -- how many passes finished: see store::Generation
    requests   TEXT NOT NULL,    -- JSON, the requests of all passes
    snapshot   TEXT              -- JSON, what /metrics is rendered from
) STRICT;
INSERT INTO state (id, generation, requests) VALUES (1, 0, '{"total":0,"by_action":{},"throttled":0,"retried":0,"paid_usd":"0"}');

CREATE TABLE runs (
    id           TEXT PRIMARY KEY, -- UUID v7: their order is the order in time
    status       TEXT NOT NULL,
    "trigger"    TEXT NOT NULL,
    scope        TEXT NOT NULL,
    started_at   INTEGER NOT NULL,
    finished_at  INTEGER,
    version      TEXT NOT NULL,
    rules_digest TEXT NOT NULL,
    error        TEXT,
    coverage     TEXT NOT NULL,
    summary      TEXT NOT NULL,
    requests     TEXT NOT NULL
) STRICT;
CREATE INDEX runs_unfinished ON runs (status) WHERE status IN ('queued', 'running');

CREATE TABLE findings (
    fingerprint         TEXT PRIMARY KEY,
    rule                TEXT NOT NULL,
    title               TEXT NOT NULL,
    pillar              TEXT NOT NULL,
    severity            TEXT NOT NULL,
    status              TEXT NOT NULL,
    resource            TEXT NOT NULL,
    resource_type       TEXT NOT NULL,
    resource_name       TEXT NOT NULL,
    account             TEXT NOT NULL,
    region              TEXT NOT NULL,
    sub_key             TEXT NOT NULL, -- empty where the resource is judged as a whole, so that keys compare
    message             TEXT NOT NULL,
    owner               TEXT,
    first_seen          INTEGER NOT NULL,
    last_seen           INTEGER NOT NULL,
    stale_since         INTEGER,
    resolved_at         INTEGER,
    resolution          TEXT,
    reopened            INTEGER NOT NULL,
    waiver              TEXT,
    monthly_savings_usd TEXT,
    details             TEXT -- JSON, the last and largest column: lists of known findings never read it
) STRICT;
CREATE INDEX findings_in_order ON findings (account, region, resource_type, resource, rule, sub_key, fingerprint);
CREATE INDEX findings_unresolved ON findings (account, pillar, severity, status, first_seen) WHERE status <> 'resolved';
CREATE INDEX findings_resolved ON findings (resolved_at) WHERE status = 'resolved';

CREATE TABLE history (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL REFERENCES findings (fingerprint) ON DELETE CASCADE,
    run         TEXT NOT NULL, -- kept when the pass itself is forgotten
    at          INTEGER NOT NULL,
    kind        TEXT NOT NULL,
    status      TEXT NOT NULL,
    resolution  TEXT,
    message     TEXT NOT NULL
) STRICT;
CREATE INDEX history_of_finding ON history (fingerprint, id);
CREATE INDEX history_by_age ON history (at);

CREATE TABLE counters (
    kind     TEXT NOT NULL, -- opened, resolved, reopened
    pillar   TEXT NOT NULL,
    severity TEXT NOT NULL,
    count    INTEGER NOT NULL,
    PRIMARY KEY (kind, pillar, severity)
) STRICT, WITHOUT ROWID;

CREATE TABLE costs (
    account     TEXT NOT NULL,
    service     TEXT NOT NULL,
    day         TEXT NOT NULL, -- 2026-11-23
    basis       TEXT NOT NULL,
    amount      TEXT NOT NULL,
    estimated   INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (account, service, day, basis)
) STRICT, WITHOUT ROWID;
CREATE INDEX costs_by_day ON costs (day);

CREATE TABLE paid (
    id     INTEGER PRIMARY KEY,
    month  TEXT NOT NULL, -- 2026-11
    amount TEXT NOT NULL  -- set aside, then what it did cost
) STRICT;
CREATE INDEX paid_by_month ON paid (month);

CREATE TABLE cache (
    account TEXT NOT NULL,
    call    TEXT NOT NULL,
    key     TEXT NOT NULL,
    at      INTEGER NOT NULL,
    answer  TEXT NOT NULL,
    PRIMARY KEY (account, call, key)
) STRICT;

CREATE TABLE tasks (
    name     TEXT PRIMARY KEY,
    last_due INTEGER,
    last_run INTEGER
) STRICT;
