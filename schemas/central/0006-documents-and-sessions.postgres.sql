-- Documents that agents keep for each other, in versions. A name is unique whatever its case.
-- Ended sessions are found by when they ended.
-- up

CREATE TABLE documents (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE, -- the name in lower case
    category    TEXT NOT NULL,
    version_seq INTEGER NOT NULL,     -- the newest of document_versions
    created_at  TEXT NOT NULL
);
CREATE INDEX documents_by_category ON documents (category, seq);
CREATE INDEX documents_by_version ON documents (version_seq);

CREATE TABLE document_versions (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    document_seq INTEGER NOT NULL REFERENCES documents (seq) ON DELETE CASCADE,
    version      INTEGER NOT NULL,
    title        TEXT NOT NULL,
    format       TEXT NOT NULL CHECK (format IN ('markdown', 'text', 'json', 'yaml')),
    bytes        INTEGER NOT NULL, -- of the content, in UTF-8
    agent_seq    INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    created_at   TEXT NOT NULL,
    content      TEXT NOT NULL,    -- last, so that a list need not read through it
    UNIQUE (document_seq, version)
);
CREATE INDEX document_versions_by_agent ON document_versions (agent_seq, seq);

CREATE INDEX sessions_ended ON sessions (ended_at) WHERE status = 'ended';

INSERT INTO search_progress (noun, indexed_seq) VALUES ('documents', 0);

CREATE TABLE search_documents (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    row_seq INTEGER NOT NULL REFERENCES document_versions (seq) ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    tokens  TSVECTOR NOT NULL,
    UNIQUE (row_seq, part)
);
CREATE INDEX search_documents_tokens ON search_documents USING GIN (tokens);

-- down

DROP TABLE search_documents;
DELETE FROM search_progress WHERE noun = 'documents';
DELETE FROM search_deleted WHERE noun = 'documents';
DROP TABLE document_versions;
DROP TABLE documents;
DROP INDEX sessions_ended;
