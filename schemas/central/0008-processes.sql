-- Processes: how a kind of work is done. Steps and inputs are JSON, read as a whole; establishing one makes tasks of the steps.
-- up

CREATE TABLE processes (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL,
    name_key        TEXT NOT NULL UNIQUE, -- in lower case
    description     TEXT,
    triggers        TEXT NOT NULL DEFAULT '[]',
    required_inputs TEXT NOT NULL DEFAULT '[]',
    steps           TEXT NOT NULL,
    step_count      INTEGER NOT NULL,
    version         INTEGER NOT NULL DEFAULT 1,
    defined_by_seq  INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL
);
CREATE INDEX processes_by_definer ON processes (defined_by_seq) WHERE defined_by_seq IS NOT NULL;

-- The triggers of a process as rows, in lower case: it is found whatever their case.
CREATE TABLE process_triggers (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    process_seq INTEGER NOT NULL REFERENCES processes (seq) ON DELETE CASCADE,
    trigger_key TEXT NOT NULL,
    UNIQUE (process_seq, trigger_key)
);
CREATE INDEX process_triggers_by_key ON process_triggers (trigger_key, process_seq);

-- down

DROP TABLE process_triggers;
DROP TABLE processes;
