-- Full-text search: tokens made by the program, put in after the rows and apart from their transactions.
-- up

CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    noun        TEXT NOT NULL UNIQUE,
    indexed_seq INTEGER NOT NULL -- every row up to it is in the index, or in search_deleted, or gone
);
INSERT INTO search_progress (noun, indexed_seq) VALUES ('messages', 0);

-- Rows that are not gone, but no longer to be found.
CREATE TABLE search_deleted (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    noun    TEXT NOT NULL,
    row_seq INTEGER NOT NULL,
    text    TEXT NOT NULL
);
CREATE INDEX search_deleted_by_noun ON search_deleted (noun, seq);

CREATE TABLE search_messages (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    row_seq INTEGER NOT NULL REFERENCES messages (seq) ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    tokens  TSVECTOR NOT NULL,
    UNIQUE (row_seq, part)
);
CREATE INDEX search_messages_tokens ON search_messages USING GIN (tokens);

-- down

DROP TABLE search_messages;
DROP TABLE search_deleted;
DROP TABLE search_progress;
