-- Tokens: who may call over HTTP, and the audit log of who did what from where.
-- up

-- Never the token itself: only its SHA-256. A row stays when its agent goes, and is of no use to anybody then.
CREATE TABLE tokens (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    agent_seq    INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    scope        TEXT NOT NULL CHECK (scope IN ('read', 'agent', 'admin')),
    hash         TEXT NOT NULL UNIQUE, -- SHA-256 of the token, hexadecimal
    prefix       TEXT NOT NULL, -- how it begins
    last_four    TEXT NOT NULL, -- how it ends
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
);
CREATE INDEX tokens_by_agent ON tokens (agent_seq, seq) WHERE agent_seq IS NOT NULL;

-- Only ever appended to. Each row's hash covers what it says and the hash of the row before, so that a change shows.
CREATE TABLE audit_log (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    at            TEXT NOT NULL,
    principal     TEXT, -- how it was known who called: a token's id, an issuer's subject
    agent         TEXT, -- the name of the agent that it stands for
    action        TEXT NOT NULL, -- a tool, or what was done otherwise
    target        TEXT,
    outcome       TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    remote        TEXT, -- the address it came from
    detail        TEXT,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL
);
CREATE INDEX audit_log_by_time ON audit_log (at, seq);

-- down

DROP TABLE audit_log;
DROP TABLE tokens;
