-- An agent of a type without a schema of its own keeps notes.
-- up

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
CREATE INDEX notes_by_agent ON notes (agent_id, seq);

-- down

DROP TABLE notes;
