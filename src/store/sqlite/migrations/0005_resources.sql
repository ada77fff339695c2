-- What the last passes saw, one row a resource; and what lists of findings are sorted by.

CREATE TABLE resources (
    key            TEXT PRIMARY KEY,
    id             TEXT NOT NULL,
    resource_type  TEXT NOT NULL,
    name           TEXT NOT NULL,
    account        TEXT NOT NULL,
    region         TEXT NOT NULL,
    owner          TEXT,
    failing        INTEGER NOT NULL, -- results that fail, waived ones included: what lists are narrowed by
    first_seen     INTEGER NOT NULL,
    last_seen      INTEGER NOT NULL,
    stale_since    INTEGER,
    run            TEXT NOT NULL,
    results        TEXT, -- JSON by status; none where no pass evaluated every rule
    tags           TEXT, -- JSON; none where they are not known
    untold         TEXT NOT NULL -- JSON
) STRICT;
CREATE INDEX resources_in_order ON resources (account, region, resource_type, id, key);
CREATE INDEX resources_stale ON resources (stale_since) WHERE stale_since IS NOT NULL;

-- Words sort by letter; severities have an order of their own, the worst first.
ALTER TABLE findings ADD COLUMN severity_rank INTEGER GENERATED ALWAYS AS
    (CASE severity WHEN 'critical' THEN 0 WHEN 'high' THEN 1 WHEN 'medium' THEN 2 WHEN 'low' THEN 3 ELSE 4 END) VIRTUAL;
-- Money is text; only its order is made of floats, never an amount. Millionths, the largest first, nothing last.
ALTER TABLE findings ADD COLUMN savings_rank INTEGER GENERATED ALWAYS AS
    (CASE WHEN monthly_savings_usd IS NULL THEN 0 ELSE -CAST(round(CAST(monthly_savings_usd AS REAL) * 1000000) AS INTEGER) END) VIRTUAL;
CREATE INDEX findings_by_severity ON findings (severity_rank, first_seen, fingerprint) WHERE status <> 'resolved';
CREATE INDEX findings_by_age ON findings (first_seen, fingerprint) WHERE status <> 'resolved';
CREATE INDEX findings_by_savings ON findings (savings_rank, fingerprint) WHERE status <> 'resolved';
CREATE INDEX findings_of_resource ON findings (resource, account);
CREATE INDEX findings_of_rule ON findings (rule) WHERE status <> 'resolved';
