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
CREATE TABLE notes (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    agent_id   TEXT NOT NULL,
    session_id TEXT,
    title      TEXT NOT NULL,
    body       TEXT NOT NULL DEFAULT '',
    data       TEXT,
    created_at TEXT NOT NULL
);
INSERT INTO _migrations VALUES (1, 'agents/common', '0001-common', '68ba894eab92e6a8707caf9692a199e47eba6d8c8358c2edd1290293774d6463', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (2, 'agents/common', '0002-history', '631aa636b156fb3d12087b0c17d2e64659e644bcac2e6a7cae033ce81a1a13d9', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (3, 'agents/common', '0003-outputs', 'e860ff903ec1bc004d090d1cb0d0dfd9c58927df4b0bd3b1685b4be45e335719', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (4, 'agents/common', '0004-search', 'a3a78885356fb414925198707ea141f2a1d3d45ba7892a87a9bf97099cc18bbf', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (5, 'agents/default', '0001-notes', 'a06e07ee19906021c2281c8d4e3e1103d59456850dbe357e128faf928ed1839a', '2026-03-01T12:00:00.000Z');
INSERT INTO store_info VALUES (1, 'epoch', '0123456789ab');
INSERT INTO store_info VALUES (2, 'migrated_by', '0.1.0');
INSERT INTO notes VALUES (1, 'notes-id-1', 'notes-agent_id-1', 'notes-session_id-1', 'notes-title-1', 'notes-body-1', '{"a":1}', '2026-01-01T00:00:00.000Z');
INSERT INTO notes VALUES (2, 'notes-id-2', 'notes-agent_id-2', 'notes-session_id-2', 'notes-title-2', 'notes-body-2', '{"a":2}', '2026-01-02T00:00:00.000Z');
CREATE INDEX agent_history_by_agent ON agent_history (agent_id, seq);
CREATE INDEX session_analysis_by_type ON session_analysis (agent_id, analysis_type, seq);
CREATE INDEX agent_history_by_session ON agent_history (agent_id, session_id, seq);
CREATE INDEX agent_history_by_time ON agent_history (agent_id, created_at, seq);
CREATE INDEX history_totals_by_role ON history_totals (agent_id, role, seq);
CREATE TRIGGER search_history_deleted AFTER DELETE ON agent_history
BEGIN
    DELETE FROM search_history WHERE rowid = old.seq;
END;
CREATE INDEX notes_by_agent ON notes (agent_id, seq);
