-- Who asked, by the name of a credential. Null where there are none, and for what is older.

ALTER TABLE runs ADD COLUMN asked_by TEXT;
ALTER TABLE waivers ADD COLUMN added_by TEXT;
ALTER TABLE waivers ADD COLUMN revoked_by TEXT;
