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
CREATE TABLE handover_documents (
    seq                    INTEGER PRIMARY KEY AUTOINCREMENT,
    id                     TEXT NOT NULL,
    version                INTEGER NOT NULL DEFAULT 1,
    agent_id               TEXT NOT NULL,
    author_id              TEXT NOT NULL,
    author_name            TEXT NOT NULL,
    project_id             TEXT NOT NULL,
    session_id             TEXT,
    template_name          TEXT NOT NULL,
    title                  TEXT NOT NULL,
    content                TEXT NOT NULL,
    placeholders_remaining TEXT NOT NULL DEFAULT '[]',
    status                 TEXT NOT NULL DEFAULT 'draft'
                           CHECK (status IN ('draft', 'published', 'superseded', 'accepted', 'rejected')),
    validation_status      TEXT NOT NULL DEFAULT 'pending' CHECK (validation_status IN ('pending', 'passed', 'failed')),
    file_path              TEXT,
    message_seq            INTEGER NOT NULL DEFAULT 0, -- the newest message when it was written: what came later is news
    created_at             TEXT NOT NULL,
    published_at           TEXT,
    published_seq          INTEGER, branch TEXT, commit_id TEXT, cited_files TEXT NOT NULL DEFAULT '{}', decided_by_id TEXT, decided_by TEXT, decided_at TEXT, decision_note TEXT, -- the order of publishing, which no clock decides
    UNIQUE (id, version)
);
CREATE TABLE validation_results (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    agent_id     TEXT NOT NULL,
    handover_seq INTEGER NOT NULL REFERENCES handover_documents (seq) ON DELETE CASCADE,
    rule_name    TEXT NOT NULL,
    rule_type    TEXT NOT NULL CHECK (rule_type IN ('mandatory_section', 'quality_check', 'validation_rule')),
    severity     TEXT NOT NULL CHECK (severity IN ('error', 'warning')),
    status       TEXT NOT NULL CHECK (status IN ('passed', 'failed', 'warning')),
    line         INTEGER,
    message      TEXT NOT NULL,
    created_at   TEXT NOT NULL
, run INTEGER NOT NULL DEFAULT 1);
CREATE TABLE user_templates (
    seq              INTEGER PRIMARY KEY AUTOINCREMENT,
    id               TEXT NOT NULL UNIQUE,
    agent_id         TEXT NOT NULL,
    template_name    TEXT NOT NULL,
    template_content TEXT NOT NULL,
    file_path        TEXT NOT NULL,
    file_hash        TEXT NOT NULL,
    last_modified    TEXT,
    created_at       TEXT NOT NULL,
    UNIQUE (agent_id, template_name)
);
CREATE TABLE user_rules (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_id      TEXT NOT NULL,
    rule_name     TEXT NOT NULL,
    rule_type     TEXT NOT NULL,
    rule_content  TEXT NOT NULL,
    file_path     TEXT NOT NULL,
    file_hash     TEXT NOT NULL,
    last_modified TEXT,
    created_at    TEXT NOT NULL,
    UNIQUE (agent_id, file_path, rule_name)
);
CREATE TABLE session_recommendations (
    seq                 INTEGER PRIMARY KEY AUTOINCREMENT,
    id                  TEXT NOT NULL UNIQUE,
    agent_id            TEXT NOT NULL,
    session_id          TEXT,
    recommendation_type TEXT NOT NULL CHECK (recommendation_type IN ('files_to_read', 'priorities', 'notes')),
    recommendation_data TEXT NOT NULL,
    confidence_score    REAL NOT NULL CHECK (confidence_score BETWEEN 0 AND 1),
    created_at          TEXT NOT NULL
);
INSERT INTO _migrations VALUES (1, 'agents/common', '0001-common', '68ba894eab92e6a8707caf9692a199e47eba6d8c8358c2edd1290293774d6463', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (2, 'agents/common', '0002-history', '631aa636b156fb3d12087b0c17d2e64659e644bcac2e6a7cae033ce81a1a13d9', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (3, 'agents/common', '0003-outputs', 'e860ff903ec1bc004d090d1cb0d0dfd9c58927df4b0bd3b1685b4be45e335719', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (4, 'agents/common', '0004-search', 'a3a78885356fb414925198707ea141f2a1d3d45ba7892a87a9bf97099cc18bbf', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (5, 'agents/session-handover', '0001-handovers', 'e60a6f87f40f96ebfdf9e6d573f8f708498562838f7119c555fb5d0bdd0bf502', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (6, 'agents/session-handover', '0002-handover-life', 'cdab492b8d5a9f30ea3806aee25fc4c6defe021c869f43a29b0f37460e22d8bd', '2026-03-01T12:00:00.000Z');
INSERT INTO store_info VALUES (1, 'epoch', '0123456789ab');
INSERT INTO store_info VALUES (2, 'migrated_by', '0.1.0');
INSERT INTO handover_documents VALUES (1, 'handover_documents-id-1', 1, 'handover_documents-agent_id-1', 'handover_documents-author_id-1', 'handover_documents-author_name-1', 'handover_documents-project_id-1', 'handover_documents-session_id-1', 'handover_documents-template_name-1', 'handover_documents-title-1', 'handover_documents-content-1', '["Part 1"]', 'draft', 'pending', 'handover_documents-file_path-1', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1, 'handover_documents-branch-1', 'handover_documents-commit_id-1', '{"a":1}', 'handover_documents-decided_by_id-1', 'handover_documents-decided_by-1', '2026-01-01T00:00:00.000Z', 'handover_documents-decision_note-1');
INSERT INTO handover_documents VALUES (2, 'handover_documents-id-2', 2, 'handover_documents-agent_id-2', 'handover_documents-author_id-2', 'handover_documents-author_name-2', 'handover_documents-project_id-2', 'handover_documents-session_id-2', 'handover_documents-template_name-2', 'handover_documents-title-2', 'handover_documents-content-2', '["Part 2"]', 'draft', 'pending', 'handover_documents-file_path-2', 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 2, 'handover_documents-branch-2', 'handover_documents-commit_id-2', '{"a":2}', 'handover_documents-decided_by_id-2', 'handover_documents-decided_by-2', '2026-01-02T00:00:00.000Z', 'handover_documents-decision_note-2');
INSERT INTO validation_results VALUES (1, 'validation_results-id-1', 'validation_results-agent_id-1', 1, 'validation_results-rule_name-1', 'mandatory_section', 'error', 'passed', 1, 'validation_results-message-1', '2026-01-01T00:00:00.000Z', 1);
INSERT INTO validation_results VALUES (2, 'validation_results-id-2', 'validation_results-agent_id-2', 2, 'validation_results-rule_name-2', 'mandatory_section', 'error', 'passed', 2, 'validation_results-message-2', '2026-01-02T00:00:00.000Z', 2);
INSERT INTO user_templates VALUES (1, 'user_templates-id-1', 'user_templates-agent_id-1', 'user_templates-template_name-1', 'user_templates-template_content-1', 'user_templates-file_path-1', 'user_templates-file_hash-1', 'user_templates-last_modified-1', '2026-01-01T00:00:00.000Z');
INSERT INTO user_templates VALUES (2, 'user_templates-id-2', 'user_templates-agent_id-2', 'user_templates-template_name-2', 'user_templates-template_content-2', 'user_templates-file_path-2', 'user_templates-file_hash-2', 'user_templates-last_modified-2', '2026-01-02T00:00:00.000Z');
INSERT INTO user_rules VALUES (1, 'user_rules-id-1', 'user_rules-agent_id-1', 'user_rules-rule_name-1', 'user_rules-rule_type-1', 'user_rules-rule_content-1', 'user_rules-file_path-1', 'user_rules-file_hash-1', 'user_rules-last_modified-1', '2026-01-01T00:00:00.000Z');
INSERT INTO user_rules VALUES (2, 'user_rules-id-2', 'user_rules-agent_id-2', 'user_rules-rule_name-2', 'user_rules-rule_type-2', 'user_rules-rule_content-2', 'user_rules-file_path-2', 'user_rules-file_hash-2', 'user_rules-last_modified-2', '2026-01-02T00:00:00.000Z');
INSERT INTO session_recommendations VALUES (1, 'session_recommendations-id-1', 'session_recommendations-agent_id-1', 'session_recommendations-session_id-1', 'files_to_read', '{"a":1}', 0.5, '2026-01-01T00:00:00.000Z');
INSERT INTO session_recommendations VALUES (2, 'session_recommendations-id-2', 'session_recommendations-agent_id-2', 'session_recommendations-session_id-2', 'files_to_read', '{"a":2}', 0.5, '2026-01-02T00:00:00.000Z');
CREATE INDEX agent_history_by_agent ON agent_history (agent_id, seq);
CREATE INDEX session_analysis_by_type ON session_analysis (agent_id, analysis_type, seq);
CREATE INDEX agent_history_by_session ON agent_history (agent_id, session_id, seq);
CREATE INDEX agent_history_by_time ON agent_history (agent_id, created_at, seq);
CREATE INDEX history_totals_by_role ON history_totals (agent_id, role, seq);
CREATE TRIGGER search_history_deleted AFTER DELETE ON agent_history
BEGIN
    DELETE FROM search_history WHERE rowid = old.seq;
END;
CREATE INDEX handover_documents_newest ON handover_documents (agent_id, project_id, published_seq) WHERE status IN ('published', 'accepted');
CREATE INDEX handover_documents_by_author ON handover_documents (agent_id, author_id, seq);
CREATE INDEX handover_documents_by_session ON handover_documents (agent_id, session_id, seq);
CREATE INDEX validation_results_by_handover ON validation_results (handover_seq, seq);
CREATE INDEX session_recommendations_by_session ON session_recommendations (agent_id, session_id, seq);
CREATE INDEX handover_documents_by_agent ON handover_documents (agent_id, seq);
CREATE INDEX handover_documents_by_status ON handover_documents (agent_id, status, seq);
