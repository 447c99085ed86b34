-- Coordination: who is here, what they say to each other, what happened. Ids are text outside, integers (seq) inside.
-- Times are ISO 8601 UTC text to the millisecond; JSON is text; cost is in billionths of a dollar.
-- up

CREATE TABLE store_info (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
-- The epoch names this life of the store: cursors carry it, a restore renews it.
INSERT INTO store_info (key, value) VALUES ('epoch', lower(hex(randomblob(6))));

CREATE TABLE projects (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL UNIQUE,
    path            TEXT,
    description     TEXT,
    status          TEXT NOT NULL DEFAULT 'created'
                    CHECK (status IN ('created', 'running', 'paused', 'completed', 'failed', 'stopped')),
    prompt_path     TEXT,
    settings        TEXT NOT NULL DEFAULT '{}',
    tokens          INTEGER NOT NULL DEFAULT 0,
    cost            INTEGER NOT NULL DEFAULT 0,
    iteration_count INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    ended_at        TEXT
);

CREATE TABLE agents (
    seq               INTEGER PRIMARY KEY AUTOINCREMENT,
    id                TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL,
    name_key          TEXT NOT NULL UNIQUE, -- the name in lower case: names are unique whatever their case
    project_seq       INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    parent_seq        INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    depth             INTEGER NOT NULL DEFAULT 0,
    type              TEXT NOT NULL,
    instruction       TEXT,
    template_ref      TEXT,
    workspace_path    TEXT,
    status            TEXT NOT NULL
                      CHECK (status IN ('inactive', 'active', 'busy', 'paused', 'completed', 'failed', 'error', 'removed')),
    current_task      TEXT,
    pid               INTEGER,
    mcp_port          INTEGER,
    capabilities      TEXT NOT NULL DEFAULT '[]',
    permissions       TEXT NOT NULL DEFAULT '{}',
    config            TEXT NOT NULL DEFAULT '{}',
    tokens            INTEGER NOT NULL DEFAULT 0,
    cost              INTEGER NOT NULL DEFAULT 0,
    iteration_count   INTEGER NOT NULL DEFAULT 0,
    last_heartbeat_at TEXT,
    created_at        TEXT NOT NULL,
    updated_at        TEXT NOT NULL
);
CREATE INDEX agents_by_project ON agents (project_seq, seq);
CREATE INDEX agents_by_parent ON agents (parent_seq, seq);
CREATE INDEX agents_by_status ON agents (status, last_heartbeat_at);

CREATE TABLE sessions (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT NOT NULL UNIQUE,
    project_seq    INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    status         TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'ended', 'archived')),
    main_agent_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    metadata       TEXT NOT NULL DEFAULT '{}',
    summary        TEXT,
    started_at     TEXT NOT NULL,
    ended_at       TEXT
);
CREATE INDEX sessions_by_project ON sessions (project_seq, status, seq);

CREATE TABLE session_agents (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    session_seq INTEGER NOT NULL REFERENCES sessions (seq) ON DELETE CASCADE,
    agent_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    joined_at   TEXT NOT NULL,
    left_at     TEXT,
    UNIQUE (session_seq, agent_seq)
);
CREATE INDEX session_agents_by_agent ON session_agents (agent_seq, seq);

CREATE TABLE messages (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    session_seq     INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    from_seq        INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    to_seq          INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    conversation    INTEGER NOT NULL, -- the unordered pair of agents: lower seq * 2^32 + higher seq
    thread_id       TEXT NOT NULL,
    message_type    TEXT NOT NULL CHECK (message_type IN ('request', 'response', 'notification', 'error')),
    importance      TEXT NOT NULL CHECK (importance IN ('low', 'normal', 'high', 'urgent')),
    content         TEXT NOT NULL,
    context         TEXT,
    response_to_seq INTEGER REFERENCES messages (seq) ON DELETE SET NULL,
    created_at      TEXT NOT NULL,
    processed_at    TEXT -- when the recipient acknowledged it
);
CREATE INDEX messages_by_conversation ON messages (conversation, seq);
CREATE INDEX messages_by_thread ON messages (thread_id, seq);
CREATE INDEX messages_by_session ON messages (session_seq, seq);
CREATE INDEX messages_by_response ON messages (response_to_seq) WHERE response_to_seq IS NOT NULL;
CREATE INDEX messages_unread ON messages (to_seq, seq) WHERE processed_at IS NULL;

-- Counts for each pair of recipient and sender, kept in the transaction that changes them.
CREATE TABLE inbox_counts (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    to_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    from_seq INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    unread   INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    UNIQUE (to_seq, from_seq)
);

CREATE TABLE session_events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    session_seq INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    project_seq INTEGER REFERENCES projects (seq) ON DELETE CASCADE,
    agent_seq   INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    event_type  TEXT NOT NULL,
    entity_type TEXT,
    entity_id   TEXT,
    event_data  TEXT NOT NULL DEFAULT '{}',
    created_at  TEXT NOT NULL
);
CREATE INDEX session_events_by_session ON session_events (session_seq, seq);
CREATE INDEX session_events_by_agent ON session_events (agent_seq, seq);
CREATE INDEX session_events_by_type ON session_events (event_type, seq);

CREATE TABLE agent_metrics (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    agent_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    session_seq INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    name        TEXT NOT NULL,
    value       REAL NOT NULL,
    unit        TEXT,
    recorded_at TEXT NOT NULL
);
CREATE INDEX agent_metrics_by_agent ON agent_metrics (agent_seq, name, seq);
CREATE INDEX agent_metrics_by_session ON agent_metrics (session_seq, seq);

CREATE TABLE idempotency_keys (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id       TEXT NOT NULL,
    key            TEXT NOT NULL,
    arguments_hash TEXT NOT NULL,
    result         TEXT NOT NULL,
    boot_id        TEXT NOT NULL,    -- of the machine start that boot_ms counts from
    boot_ms        INTEGER NOT NULL, -- the end of its life, by the clock that does not jump
    expires_at     TEXT NOT NULL,    -- the end of its life by the wall clock, for other machine starts
    UNIQUE (agent_id, key)
);

-- down

DROP TABLE idempotency_keys;
DROP TABLE agent_metrics;
DROP TABLE session_events;
DROP TABLE inbox_counts;
DROP TABLE messages;
DROP TABLE session_agents;
DROP TABLE sessions;
DROP TABLE agents;
DROP TABLE projects;
DROP TABLE store_info;
