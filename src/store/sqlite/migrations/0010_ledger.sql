-- The cost ledger in planes, and paid calls by payer and day. Money is text, as everywhere.

CREATE TABLE planes (
    payer       TEXT NOT NULL,
    plane       TEXT NOT NULL,
    tag         TEXT NOT NULL, -- empty where the plane has none
    from_day    TEXT NOT NULL, -- of the last reading, both included
    to_day      TEXT NOT NULL,
    currency    TEXT,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (payer, plane, tag)
) STRICT, WITHOUT ROWID;

CREATE TABLE plane_cells (
    payer       TEXT NOT NULL,
    plane       TEXT NOT NULL,
    tag         TEXT NOT NULL,
    day         TEXT NOT NULL, -- 2026-11-23
    first       TEXT NOT NULL,
    second      TEXT NOT NULL,
    billed      TEXT NOT NULL,
    effective   TEXT NOT NULL,
    net         TEXT NOT NULL,
    estimated   INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (payer, plane, tag, day, first, second)
) STRICT, WITHOUT ROWID;

CREATE TABLE bill_months (
    payer       TEXT NOT NULL,
    month       TEXT NOT NULL, -- 2026-11
    equal_reads INTEGER NOT NULL,
    last_read   TEXT NOT NULL,
    frozen_at   INTEGER,
    PRIMARY KEY (payer, month)
) STRICT, WITHOUT ROWID;

CREATE TABLE restatements (
    id            INTEGER PRIMARY KEY,
    payer         TEXT NOT NULL,
    month         TEXT NOT NULL,
    observed_at   INTEGER NOT NULL,
    before_amount TEXT NOT NULL,
    after_amount  TEXT NOT NULL,
    cells         INTEGER NOT NULL,
    currency      TEXT NOT NULL
) STRICT;

CREATE TABLE tag_keys (
    payer       TEXT NOT NULL,
    key         TEXT NOT NULL,
    active      INTEGER NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (payer, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE forecasts (
    payer       TEXT NOT NULL,
    month       TEXT NOT NULL,
    low         TEXT NOT NULL,
    mean        TEXT NOT NULL,
    high        TEXT NOT NULL,
    currency    TEXT NOT NULL,
    observed_at INTEGER NOT NULL,
    PRIMARY KEY (payer, month)
) STRICT, WITHOUT ROWID;

ALTER TABLE paid ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE paid ADD COLUMN day TEXT NOT NULL DEFAULT '';
ALTER TABLE paid ADD COLUMN what TEXT NOT NULL DEFAULT '';
ALTER TABLE paid ADD COLUMN requests INTEGER NOT NULL DEFAULT 0; -- set aside, then how many were charged
ALTER TABLE paid ADD COLUMN open_since INTEGER;                  -- while the request is under way
