-- The order that the API pages by, over an index like the others of 0007: without one, all open findings were sorted for each page.

CREATE INDEX findings_by_account ON findings
    (ended, account, region, resource_type, resource, rule, sub_key, fingerprint, status, severity, pillar, owner);
