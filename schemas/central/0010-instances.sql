-- Instances: an index of the directories .agents/NAME that hold .agentcraft.json, which is the truth. It can be emptied and is made again from them.
-- up

CREATE TABLE instances (
    seq                INTEGER PRIMARY KEY AUTOINCREMENT,
    id                 TEXT NOT NULL,
    name               TEXT NOT NULL,
    name_key           TEXT NOT NULL UNIQUE, -- in lower case
    root               TEXT NOT NULL, -- below which directory it lies
    template_ref       TEXT NOT NULL,
    state              TEXT NOT NULL CHECK (state IN ('Created', 'Initializing', 'Ready', 'Running', 'Stopping', 'Stopped', 'Failed', 'Crashed', 'Restarting')),
    launch_mode        TEXT,
    pid                INTEGER,
    process_started_at TEXT,
    port               INTEGER,
    health             TEXT,
    reason             TEXT,
    revision           INTEGER NOT NULL, -- of the file that the row was made from
    logged_event       TEXT NOT NULL, -- the id of the event of its last step
    created_at         TEXT NOT NULL,
    state_changed_at   TEXT NOT NULL,
    updated_at         TEXT NOT NULL
);
CREATE INDEX instances_by_id ON instances (id);
CREATE INDEX instances_by_state ON instances (state, seq);
CREATE INDEX instances_by_template ON instances (template_ref, seq);

-- down

DROP TABLE instances;
