-- Monitoring: what each server has measured lately, which statements were slow, which thresholds are crossed.
-- up

-- One row a server that has worked lately, so that every server can judge all of them together.
CREATE TABLE monitor_servers (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    server      TEXT NOT NULL UNIQUE, -- a name of this life of the process
    pid         INTEGER NOT NULL,
    machine     TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    measured_at TEXT NOT NULL,
    load        TEXT NOT NULL -- JSON: what it did in the time before
);

-- The text of statements and never a value.
CREATE TABLE monitor_queries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE, -- SHA-256 of the text, hexadecimal
    statement   TEXT NOT NULL,
    query_plan  TEXT,
    calls       INTEGER NOT NULL,
    total_ms    REAL NOT NULL,
    max_ms      REAL NOT NULL,
    first_at    TEXT NOT NULL,
    last_at     TEXT NOT NULL
);
CREATE INDEX monitor_queries_by_time ON monitor_queries (last_at);

-- One row a threshold that was ever crossed: whoever changes it tells of it.
CREATE TABLE monitor_alerts (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    raised     INTEGER NOT NULL, -- 0 or 1
    value      REAL NOT NULL,
    threshold  REAL NOT NULL,
    raised_at  TEXT NOT NULL,
    over_at    TEXT NOT NULL, -- when a server last saw it crossed, or nearly so
    cleared_at TEXT,
    crossings  INTEGER NOT NULL
);

-- down

DROP TABLE monitor_alerts;
DROP TABLE monitor_queries;
DROP TABLE monitor_servers;
