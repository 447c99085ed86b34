-- History by session and by time, and its sums, kept in the transaction that changes them.
-- up

CREATE INDEX agent_history_by_session ON agent_history (agent_id, session_id, seq);
-- Turns a range of time into one of seq, because clocks jump and seq does not.
CREATE INDEX agent_history_by_time ON agent_history (agent_id, created_at, seq);

-- A row for each role of each session, and for '*', which stands for all of them; an empty session is none.
CREATE TABLE history_totals (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    session_id TEXT NOT NULL,
    role       TEXT NOT NULL,
    entries    INTEGER NOT NULL,
    cost       INTEGER NOT NULL,
    first_at   TEXT NOT NULL,
    last_at    TEXT NOT NULL,
    UNIQUE (agent_id, session_id, role)
);
CREATE INDEX history_totals_by_role ON history_totals (agent_id, role, seq);

-- Tokens by the names that were given to them.
CREATE TABLE history_usage (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id   TEXT NOT NULL,
    session_id TEXT NOT NULL,
    name       TEXT NOT NULL,
    tokens     INTEGER NOT NULL,
    UNIQUE (agent_id, session_id, name)
);

-- down

DROP TABLE history_usage;
DROP TABLE history_totals;
DROP INDEX agent_history_by_time;
DROP INDEX agent_history_by_session;
