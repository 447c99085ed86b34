-- What a documentation checker keeps: analyses of documents and the issues they found.
-- up

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
CREATE INDEX doc_analyses_by_agent ON doc_analyses (agent_id, seq);

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
CREATE INDEX doc_issues_by_analysis ON doc_issues (analysis_id, seq);

-- down

DROP TABLE doc_issues;
DROP TABLE doc_analyses;
