-- Billing exports, folded to alike charges. Amounts are text: SQLite would add floats.

CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    read_at INTEGER NOT NULL,
    -- 0 while it is read: nobody sees its rows then.
    published INTEGER NOT NULL
) STRICT;

CREATE TABLE export_rows (
    id INTEGER PRIMARY KEY,
    export INTEGER NOT NULL REFERENCES exports (id) ON DELETE CASCADE,
    provider TEXT,
    billing_account TEXT,
    month TEXT NOT NULL,
    service TEXT,
    account TEXT,
    region TEXT,
    charge_category TEXT,
    charge_class TEXT,
    day TEXT,
    currency TEXT,
    tags TEXT,
    charges INTEGER NOT NULL,
    billed TEXT NOT NULL,
    effective TEXT NOT NULL,
    list TEXT NOT NULL,
    billed_missing INTEGER NOT NULL,
    effective_missing INTEGER NOT NULL,
    list_missing INTEGER NOT NULL
) STRICT;

CREATE INDEX export_rows_by_export ON export_rows (export, month, provider, billing_account);
