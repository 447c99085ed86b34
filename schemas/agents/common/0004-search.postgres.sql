-- Full-text search of an agent's own history: tokens made by the program, put in before a search and apart from the rows' transactions.
-- up

CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id    TEXT NOT NULL,
    noun        TEXT NOT NULL,
    indexed_seq INTEGER NOT NULL, -- every row of the agent up to it is in the index, or gone
    UNIQUE (agent_id, noun)
);

CREATE TABLE search_history (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    row_seq INTEGER NOT NULL REFERENCES agent_history (seq) ON DELETE CASCADE,
    part    INTEGER NOT NULL,
    tokens  TSVECTOR NOT NULL,
    UNIQUE (row_seq, part)
);
CREATE INDEX search_history_tokens ON search_history USING GIN (tokens);

-- down

DROP TABLE search_history;
DROP TABLE search_progress;
