CREATE TABLE _migrations (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    set_name   TEXT NOT NULL,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    UNIQUE (set_name, name)
);
CREATE TABLE store_info (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
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
CREATE TABLE session_analysis (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_id      TEXT NOT NULL,
    session_id    TEXT,
    analysis_type TEXT NOT NULL,
    analysis_data TEXT NOT NULL,
    created_at    TEXT NOT NULL
);
CREATE TABLE output_contents (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    content    TEXT NOT NULL,
    size       INTEGER NOT NULL,
    created_at TEXT NOT NULL, is_text INTEGER NOT NULL DEFAULT 1,
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
CREATE TABLE history_totals (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    session_id TEXT NOT NULL,
    role       TEXT NOT NULL,
    entries    INTEGER NOT NULL,
    cost       INTEGER NOT NULL,
    first_at   TEXT NOT NULL,
    last_at    TEXT NOT NULL,
    UNIQUE (agent_id, session_id, role)
);
CREATE TABLE history_usage (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    session_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    tokens     INTEGER NOT NULL,
    UNIQUE (agent_id, session_id, name)
);
INSERT INTO _migrations VALUES (1, 'agents/common', '0001-common', '68ba894eab92e6a8707caf9692a199e47eba6d8c8358c2edd1290293774d6463', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (2, 'agents/common', '0002-history', '631aa636b156fb3d12087b0c17d2e64659e644bcac2e6a7cae033ce81a1a13d9', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (3, 'agents/common', '0003-outputs', 'e860ff903ec1bc004d090d1cb0d0dfd9c58927df4b0bd3b1685b4be45e335719', '2026-03-01T12:00:00.000Z');
INSERT INTO store_info VALUES (1, 'epoch', '0123456789ab');
INSERT INTO store_info VALUES (2, 'migrated_by', '0.1.0');
INSERT INTO agent_history VALUES (1, 'agent_history-id-1', 'agent_history-agent_id-1', 'agent_history-session_id-1', 'user', 'agent_history-content-1', 'agent_history-tool_calls-1', 'agent_history-tool_results-1', 'agent_history-usage-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO agent_history VALUES (2, 'agent_history-id-2', 'agent_history-agent_id-2', 'agent_history-session_id-2', 'user', 'agent_history-content-2', 'agent_history-tool_calls-2', 'agent_history-tool_results-2', 'agent_history-usage-2', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO session_analysis VALUES (1, 'session_analysis-id-1', 'session_analysis-agent_id-1', 'session_analysis-session_id-1', 'session_analysis-analysis_type-1', '{"a":1}', '2026-01-01T00:00:00.000Z');
INSERT INTO session_analysis VALUES (2, 'session_analysis-id-2', 'session_analysis-agent_id-2', 'session_analysis-session_id-2', 'session_analysis-analysis_type-2', '{"a":2}', '2026-01-02T00:00:00.000Z');
INSERT INTO output_contents VALUES (1, 'output_contents-agent_id-1', 'output_contents-checksum-1', 'output_contents-content-1', 1, '2026-01-01T00:00:00.000Z', 1);
INSERT INTO output_contents VALUES (2, 'output_contents-agent_id-2', 'output_contents-checksum-2', 'output_contents-content-2', 2, '2026-01-02T00:00:00.000Z', 2);
INSERT INTO idempotency_keys VALUES (1, 'idempotency_keys-agent_id-1', 'idempotency_keys-key-1', 'idempotency_keys-arguments_hash-1', 'idempotency_keys-result-1', 'idempotency_keys-boot_id-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO idempotency_keys VALUES (2, 'idempotency_keys-agent_id-2', 'idempotency_keys-key-2', 'idempotency_keys-arguments_hash-2', 'idempotency_keys-result-2', 'idempotency_keys-boot_id-2', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO history_totals VALUES (1, 'history_totals-agent_id-1', 'history_totals-session_id-1', 'history_totals-role-1', 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO history_totals VALUES (2, 'history_totals-agent_id-2', 'history_totals-session_id-2', 'history_totals-role-2', 2, 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO history_usage VALUES (1, 'history_usage-agent_id-1', 'history_usage-session_id-1', 'history_usage-name-1', 1);
INSERT INTO history_usage VALUES (2, 'history_usage-agent_id-2', 'history_usage-session_id-2', 'history_usage-name-2', 2);
CREATE INDEX agent_history_by_agent ON agent_history (agent_id, seq);
CREATE INDEX session_analysis_by_type ON session_analysis (agent_id, analysis_type, seq);
CREATE INDEX agent_history_by_session ON agent_history (agent_id, session_id, seq);
CREATE INDEX agent_history_by_time ON agent_history (agent_id, created_at, seq);
CREATE INDEX history_totals_by_role ON history_totals (agent_id, role, seq);
