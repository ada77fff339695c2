-- Waivers that were given through the API. A row never goes: revoking it leaves who took the responsibility, and for how long.

CREATE TABLE waivers (
    id         TEXT PRIMARY KEY,
    waiver     TEXT NOT NULL, -- JSON, as the API shows it
    added_at   INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT;
