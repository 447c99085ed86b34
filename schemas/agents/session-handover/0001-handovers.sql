-- The hand-over agent's file holds every hand-over of the project: documents and versions, what the rules said, templates and rules
-- as they were read from files, and what to do next.
-- up

-- One row a version; the id stays, so that a version is found by (id, version).
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
    published_seq          INTEGER, -- the order of publishing, which no clock decides
    UNIQUE (id, version)
);
CREATE INDEX handover_documents_newest ON handover_documents (agent_id, project_id, published_seq) WHERE status IN ('published', 'accepted');
CREATE INDEX handover_documents_by_author ON handover_documents (agent_id, author_id, seq);
CREATE INDEX handover_documents_by_session ON handover_documents (agent_id, session_id, seq);

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
);
CREATE INDEX validation_results_by_handover ON validation_results (handover_seq, seq);

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
CREATE INDEX session_recommendations_by_session ON session_recommendations (agent_id, session_id, seq);

-- down

DROP TABLE session_recommendations;
DROP TABLE user_rules;
DROP TABLE user_templates;
DROP TABLE validation_results;
DROP TABLE handover_documents;
