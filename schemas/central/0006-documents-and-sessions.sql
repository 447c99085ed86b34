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

CREATE VIRTUAL TABLE search_documents USING fts5 (tokens, content = '', tokenize = 'ascii');

-- Before, because the versions go with the document.
CREATE TRIGGER search_documents_deleted BEFORE DELETE ON documents
WHEN old.version_seq <= (SELECT indexed_seq FROM search_progress WHERE noun = 'documents')
BEGIN
    INSERT INTO search_deleted (noun, row_seq, text)
    SELECT 'documents', v.seq, old.name || ' ' || v.title || ' ' || v.content FROM document_versions v WHERE v.seq = old.version_seq;
END;

-- down

DROP TRIGGER search_documents_deleted;
DROP TABLE search_documents;
DELETE FROM search_progress WHERE noun = 'documents';
DELETE FROM search_deleted WHERE noun = 'documents';
DROP TABLE document_versions;
DROP TABLE documents;
DROP INDEX sessions_ended;
