-- What every agent's own file has, whatever its type. Rows carry agent_id so that one shared database can hold all agents' tables.
-- up

CREATE TABLE store_info (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
INSERT INTO store_info (key, value) VALUES ('epoch', lower(hex(randomblob(6))));

CREATE TABLE agent_history (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    agent_id     TEXT NOT NULL,
    session_id   TEXT,
    role         TEXT NOT NULL CHECK (role IN ('user', 'assistant', 'tool')),
    content      TEXT NOT NULL,
    tool_calls   TEXT,
    tool_results TEXT,
    usage        TEXT,
    cost         INTEGER NOT NULL DEFAULT 0,
    created_at   TEXT NOT NULL
);
CREATE INDEX agent_history_by_agent ON agent_history (agent_id, seq);

CREATE TABLE session_analysis (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_id      TEXT NOT NULL,
    session_id    TEXT,
    analysis_type TEXT NOT NULL,
    analysis_data TEXT NOT NULL,
    created_at    TEXT NOT NULL
);
CREATE INDEX session_analysis_by_type ON session_analysis (agent_id, analysis_type, seq);

-- The contents of outputs, once for each hash; what they are lies in the central file.
CREATE TABLE output_contents (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    content    TEXT NOT NULL,
    size       INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    UNIQUE (agent_id, checksum)
);

CREATE TABLE idempotency_keys (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id       TEXT NOT NULL,
    key            TEXT NOT NULL,
    arguments_hash TEXT NOT NULL,
    result         TEXT NOT NULL,
    boot_id        TEXT NOT NULL,
    boot_ms        INTEGER NOT NULL,
    expires_at     TEXT NOT NULL,
    UNIQUE (agent_id, key)
);

-- down

DROP TABLE idempotency_keys;
DROP TABLE output_contents;
DROP TABLE session_analysis;
DROP TABLE agent_history;
DROP TABLE store_info;
