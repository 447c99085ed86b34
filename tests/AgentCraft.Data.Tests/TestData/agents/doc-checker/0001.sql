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
CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id    TEXT NOT NULL,
    noun        TEXT NOT NULL,
    indexed_seq INTEGER NOT NULL, -- every row of the agent up to it is in the index, or gone
    UNIQUE (agent_id, noun)
);
CREATE VIRTUAL TABLE search_history USING fts5 (tokens, tokenize = 'ascii');
CREATE TABLE doc_analyses (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    agent_id     TEXT NOT NULL,
    session_id   TEXT,
    document     TEXT NOT NULL,
    content_hash TEXT,
    score        REAL,
    summary      TEXT NOT NULL DEFAULT '',
    created_at   TEXT NOT NULL
);
CREATE TABLE doc_issues (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    agent_id    TEXT NOT NULL,
    analysis_id TEXT NOT NULL REFERENCES doc_analyses (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('missing', 'outdated', 'broken_link', 'unclear', 'style')),
    severity    TEXT NOT NULL CHECK (severity IN ('info', 'minor', 'major', 'critical')),
    line        INTEGER,
    message     TEXT NOT NULL,
    resolved    INTEGER NOT NULL DEFAULT 0,
    created_at  TEXT NOT NULL
);
INSERT INTO _migrations VALUES (1, 'agents/common', '0001-common', '68ba894eab92e6a8707caf9692a199e47eba6d8c8358c2edd1290293774d6463', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (2, 'agents/common', '0002-history', '631aa636b156fb3d12087b0c17d2e64659e644bcac2e6a7cae033ce81a1a13d9', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (3, 'agents/common', '0003-outputs', 'e860ff903ec1bc004d090d1cb0d0dfd9c58927df4b0bd3b1685b4be45e335719', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (4, 'agents/common', '0004-search', 'a3a78885356fb414925198707ea141f2a1d3d45ba7892a87a9bf97099cc18bbf', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (5, 'agents/doc-checker', '0001-analyses', '188f17927edf6b829a077f2e05beceacbeb314b8db7c6141a2eec0d80271d41c', '2026-03-01T12:00:00.000Z');
INSERT INTO store_info VALUES (1, 'epoch', '0123456789ab');
INSERT INTO store_info VALUES (2, 'migrated_by', '0.1.0');
INSERT INTO doc_analyses VALUES (1, 'doc_analyses-id-1', 'doc_analyses-agent_id-1', 'doc_analyses-session_id-1', 'doc_analyses-document-1', 'doc_analyses-content_hash-1', 0.5, 'doc_analyses-summary-1', '2026-01-01T00:00:00.000Z');
INSERT INTO doc_analyses VALUES (2, 'doc_analyses-id-2', 'doc_analyses-agent_id-2', 'doc_analyses-session_id-2', 'doc_analyses-document-2', 'doc_analyses-content_hash-2', 0.5, 'doc_analyses-summary-2', '2026-01-02T00:00:00.000Z');
INSERT INTO doc_issues VALUES (1, 'doc_issues-id-1', 'doc_issues-agent_id-1', 'doc_analyses-id-1', 'missing', 'info', 1, 'doc_issues-message-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO doc_issues VALUES (2, 'doc_issues-id-2', 'doc_issues-agent_id-2', 'doc_analyses-id-2', 'missing', 'info', 2, 'doc_issues-message-2', 2, '2026-01-02T00:00:00.000Z');
CREATE INDEX agent_history_by_agent ON agent_history (agent_id, seq);
CREATE INDEX session_analysis_by_type ON session_analysis (agent_id, analysis_type, seq);
CREATE INDEX agent_history_by_session ON agent_history (agent_id, session_id, seq);
CREATE INDEX agent_history_by_time ON agent_history (agent_id, created_at, seq);
CREATE INDEX history_totals_by_role ON history_totals (agent_id, role, seq);
CREATE TRIGGER search_history_deleted AFTER DELETE ON agent_history
BEGIN
    DELETE FROM search_history WHERE rowid = old.seq;
END;
CREATE INDEX doc_analyses_by_agent ON doc_analyses (agent_id, seq);
CREATE INDEX doc_issues_by_analysis ON doc_issues (analysis_id, seq);
