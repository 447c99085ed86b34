-- What a code reviewer keeps: reviews and their findings.
-- up

CREATE TABLE reviews (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_id      TEXT NOT NULL,
    session_id    TEXT,
    target        TEXT NOT NULL,
    revision      TEXT,
    verdict       TEXT NOT NULL DEFAULT 'pending' CHECK (verdict IN ('pending', 'approved', 'changes_requested', 'commented')),
    summary       TEXT NOT NULL DEFAULT '',
    files         TEXT NOT NULL DEFAULT '[]',
    created_at    TEXT NOT NULL,
    completed_at  TEXT
);
CREATE INDEX reviews_by_agent ON reviews (agent_id, seq);

CREATE TABLE review_findings (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT NOT NULL UNIQUE,
    agent_id   TEXT NOT NULL,
    review_id  TEXT NOT NULL REFERENCES reviews (id) ON DELETE CASCADE,
    severity   TEXT NOT NULL CHECK (severity IN ('info', 'minor', 'major', 'critical')),
    file_path  TEXT,
    line       INTEGER,
    message    TEXT NOT NULL,
    suggestion TEXT,
    resolved   INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL
);
CREATE INDEX review_findings_by_review ON review_findings (review_id, seq);

-- down

DROP TABLE review_findings;
DROP TABLE reviews;
