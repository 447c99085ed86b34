-- What agents made: who, where, which version. The contents lie in the agents' own files, once for each hash.
-- up

-- The paths of a project; how many versions there ever were, so that no number is given twice.
CREATE TABLE output_paths (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_seq INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    versions    INTEGER NOT NULL,
    UNIQUE (project_seq, path)
);
CREATE INDEX output_paths_by_project ON output_paths (project_seq, seq);

CREATE TABLE outputs (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    project_seq  INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    agent_seq    INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    session_seq  INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    path_seq     INTEGER NOT NULL REFERENCES output_paths (seq) ON DELETE CASCADE,
    type         TEXT NOT NULL CHECK (type IN ('file', 'artifact', 'log')),
    version      INTEGER NOT NULL,
    previous_seq INTEGER REFERENCES outputs (seq) ON DELETE SET NULL,
    checksum     TEXT NOT NULL, -- SHA-256 of the bytes, hexadecimal
    size         INTEGER NOT NULL, -- bytes
    is_text      INTEGER NOT NULL,
    created_at   TEXT NOT NULL
);
CREATE INDEX outputs_by_path ON outputs (path_seq, seq);
CREATE INDEX outputs_by_project ON outputs (project_seq, seq);
CREATE INDEX outputs_by_agent ON outputs (agent_seq, seq);
CREATE INDEX outputs_by_session ON outputs (session_seq, seq) WHERE session_seq IS NOT NULL;
CREATE INDEX outputs_by_previous ON outputs (previous_seq) WHERE previous_seq IS NOT NULL;
CREATE INDEX outputs_by_time ON outputs (created_at, seq);

-- The words of their contents. An output that is deleted stays in the index, which keeps no text, and is no longer found.
CREATE VIRTUAL TABLE search_outputs USING fts5 (tokens, content = '', tokenize = 'ascii');
INSERT INTO search_progress (noun, indexed_seq) VALUES ('outputs', 0);

-- down

DELETE FROM search_progress WHERE noun = 'outputs';
DROP TABLE search_outputs;
DROP TABLE outputs;
DROP TABLE output_paths;
