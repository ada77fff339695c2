-- Lists of a hundred thousand findings: each order has an index that also holds what lists are narrowed by, so that rows are read only
-- once they are shown; and the text that is searched lies beside the key, in small letters.

ALTER TABLE findings ADD COLUMN ended INTEGER GENERATED ALWAYS AS (status = 'resolved') VIRTUAL;
ALTER TABLE findings ADD COLUMN haystack TEXT GENERATED ALWAYS AS
    (lower(message || char(10) || title || char(10) || rule || char(10) || resource || char(10) || resource_name)) VIRTUAL;
DROP INDEX findings_by_severity;
DROP INDEX findings_by_age;
DROP INDEX findings_by_savings;
CREATE INDEX findings_by_severity ON findings
    (ended, severity_rank, first_seen, fingerprint, status, severity, pillar, rule, account, region, resource_type, owner);
CREATE INDEX findings_by_age ON findings
    (ended, first_seen, fingerprint, status, severity, pillar, rule, account, region, resource_type, owner);
CREATE INDEX findings_by_savings ON findings
    (ended, savings_rank, fingerprint, status, severity, pillar, rule, account, region, resource_type, owner);
CREATE INDEX findings_by_text ON findings (haystack, fingerprint);

ALTER TABLE resources ADD COLUMN haystack TEXT GENERATED ALWAYS AS
    (lower(id || char(10) || name || char(10) || coalesce(owner, '') || char(10) || coalesce(tags, ''))) VIRTUAL;
CREATE INDEX resources_by_text ON resources (haystack, key);
