-- Reports, for good: each names the one before. Their parts are kept as they were made, since a later version may write them
-- in another way and their digests must still fit. And the counts that each pass over everything left, for reports of the past.

CREATE TABLE reports (
    number          INTEGER PRIMARY KEY, -- from 1, without a gap
    id              TEXT NOT NULL UNIQUE,
    as_of           INTEGER NOT NULL,
    made_at         INTEGER NOT NULL,
    manifest        TEXT NOT NULL, -- the bytes that were signed
    manifest_sha256 TEXT NOT NULL,
    signature       TEXT NOT NULL,
    headline        TEXT NOT NULL  -- JSON
) STRICT;

CREATE TABLE report_parts (
    report     INTEGER NOT NULL REFERENCES reports (number),
    position   INTEGER NOT NULL,
    name       TEXT NOT NULL,
    media_type TEXT NOT NULL,
    bytes      INTEGER NOT NULL,
    sha256     TEXT NOT NULL,
    content    BLOB NOT NULL, -- zstd
    PRIMARY KEY (report, position),
    UNIQUE (report, name)
) STRICT;

CREATE TABLE run_snapshots (
    run      TEXT PRIMARY KEY REFERENCES runs (id) ON DELETE CASCADE,
    snapshot BLOB NOT NULL -- JSON, zstd; without costs and requests, which have tables of their own
) STRICT;
