-- Full-text search: tokens made by the program, put in after the rows and apart from their transactions.
-- up

CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    noun        TEXT NOT NULL UNIQUE,
    indexed_seq INTEGER NOT NULL -- every row up to it is in the index, or in search_deleted, or gone
);
INSERT INTO search_progress (noun, indexed_seq) VALUES ('messages', 0);

-- Rows that are gone but not yet from the index.
CREATE TABLE search_deleted (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    noun    TEXT NOT NULL,
    row_seq INTEGER NOT NULL,
    text    TEXT NOT NULL -- as it was indexed: the index keeps none
);
CREATE INDEX search_deleted_by_noun ON search_deleted (noun, seq);

CREATE VIRTUAL TABLE search_messages USING fts5 (tokens, content = '', tokenize = 'ascii');

CREATE TRIGGER search_messages_deleted AFTER DELETE ON messages
WHEN old.seq <= (SELECT indexed_seq FROM search_progress WHERE noun = 'messages')
BEGIN
    INSERT INTO search_deleted (noun, row_seq, text) VALUES ('messages', old.seq, old.content);
END;

-- down

DROP TRIGGER search_messages_deleted;
DROP TABLE search_messages;
DROP TABLE search_deleted;
DROP TABLE search_progress;
