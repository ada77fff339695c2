-- What channels are to be told. A change is kept once, whoever is to be told of it; a row of the outbox is one change for one
-- channel. So (run, fingerprint, kind, channel) is there once, and what was sent is not sent again.

CREATE TABLE told_changes (
    id          INTEGER PRIMARY KEY,
    run         TEXT NOT NULL, -- kept when the pass itself is forgotten
    fingerprint TEXT NOT NULL,
    kind        TEXT NOT NULL,
    at          INTEGER NOT NULL,
    finding     TEXT NOT NULL, -- JSON, as it was then, without its details
    UNIQUE (run, fingerprint, kind)
) STRICT;
CREATE INDEX told_changes_by_age ON told_changes (at);

CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY,
    change     INTEGER NOT NULL REFERENCES told_changes (id) ON DELETE CASCADE,
    channel    TEXT NOT NULL,
    state      TEXT NOT NULL, -- waiting, sent, refused, expired
    batch      TEXT,          -- what is sent together; none until it is to be sent
    alone      INTEGER NOT NULL DEFAULT 0, -- 1 where it must not be sent together with others
    settled_at INTEGER,
    reason     TEXT,
    UNIQUE (change, channel)
) STRICT;
CREATE INDEX outbox_waiting ON outbox (channel, batch, id) WHERE state = 'waiting';

CREATE TABLE channels (
    name         TEXT PRIMARY KEY,
    sent         INTEGER NOT NULL DEFAULT 0,
    refused      INTEGER NOT NULL DEFAULT 0,
    expired      INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0, -- since it last worked
    dead_since   INTEGER,
    last_success INTEGER,
    last_failure INTEGER,
    last_reason  TEXT,
    next_attempt INTEGER,
    leased_until INTEGER -- somebody sends to it until then
) STRICT;
