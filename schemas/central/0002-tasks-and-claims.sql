-- What agents have taken on: tasks (a tree with dependencies) and claims on paths. Both are leases by a clock that does not jump.
-- up

CREATE TABLE tasks (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT NOT NULL UNIQUE,
    project_seq    INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    parent_seq     INTEGER REFERENCES tasks (seq) ON DELETE CASCADE,
    depth          INTEGER NOT NULL DEFAULT 0,
    agent_seq      INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    status         TEXT NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'running', 'blocked', 'completed', 'failed', 'cancelled')),
    priority       INTEGER NOT NULL DEFAULT 0,
    instruction    TEXT NOT NULL,
    metadata       TEXT NOT NULL DEFAULT '{}',
    result         TEXT,
    lease_boot_id  TEXT,
    lease_boot_ms  INTEGER,
    lease_until    TEXT,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    ended_at       TEXT
);
CREATE INDEX tasks_by_agent ON tasks (agent_seq, status, seq);
CREATE INDEX tasks_by_project ON tasks (project_seq, status, seq);
CREATE INDEX tasks_by_parent ON tasks (parent_seq, seq);

CREATE TABLE task_dependencies (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    task_seq       INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    depends_on_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    UNIQUE (task_seq, depends_on_seq)
);
CREATE INDEX task_dependencies_on ON task_dependencies (depends_on_seq);

CREATE TABLE claims (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_seq     INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    session_seq   INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    pattern       TEXT NOT NULL,
    exclusive     INTEGER NOT NULL DEFAULT 1,
    reason        TEXT,
    lease_boot_id TEXT NOT NULL,
    lease_boot_ms INTEGER NOT NULL,
    lease_until   TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    released_at   TEXT
);
CREATE INDEX claims_live ON claims (agent_seq, seq) WHERE released_at IS NULL;

-- down

DROP TABLE claims;
DROP TABLE task_dependencies;
DROP TABLE tasks;
