-- What AWS first told of each settled day, as billed: a later restatement is no spike. Days are told for an account as a whole, so a
-- service without a row of a told day cost nothing then.
CREATE TABLE costs_first_told (
    account TEXT NOT NULL,
    day     TEXT NOT NULL, -- 2026-11-23
    service TEXT NOT NULL,
    amount  TEXT NOT NULL,
    PRIMARY KEY (account, day, service)
) STRICT, WITHOUT ROWID;

-- Of the days before, what is known now is all that is known.
INSERT INTO costs_first_told (account, day, service, amount)
SELECT account, day, service, amount FROM costs
WHERE basis = 'billed' AND julianday(date(observed_at / 1000, 'unixepoch')) - julianday(day) >= 2;
