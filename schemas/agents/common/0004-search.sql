-- Full-text search of an agent's own history: tokens made by the program, put in before a search and apart from the rows' transactions.
-- up

CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id    TEXT NOT NULL,
    noun        TEXT NOT NULL,
    indexed_seq INTEGER NOT NULL, -- every row of the agent up to it is in the index, or gone
    UNIQUE (agent_id, noun)
);

-- With the tokens themselves, so that a row can be taken out without its text.
CREATE VIRTUAL TABLE search_history USING fts5 (tokens, tokenize = 'ascii');

CREATE TRIGGER search_history_deleted AFTER DELETE ON agent_history
BEGIN
    DELETE FROM search_history WHERE rowid = old.seq;
END;

-- down

DROP TRIGGER search_history_deleted;
DROP TABLE search_history;
DROP TABLE search_progress;
