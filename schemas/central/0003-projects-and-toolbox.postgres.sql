-- Who made a project, what an agent can do as rows beside its JSON, and the tools that agents are granted. Limits and schemas are JSON.
-- up

ALTER TABLE projects ADD COLUMN created_by TEXT; -- the agent's name; it may be gone
CREATE INDEX projects_by_status ON projects (status, seq);
CREATE INDEX session_events_by_project ON session_events (project_seq, seq);

CREATE TABLE agent_capabilities (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq      INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    capability     TEXT NOT NULL,
    capability_key TEXT NOT NULL, -- in lower case: it is found whatever its case
    UNIQUE (agent_seq, capability_key)
);
CREATE INDEX agent_capabilities_by_key ON agent_capabilities (capability_key, agent_seq);
INSERT INTO agent_capabilities (agent_seq, capability, capability_key)
SELECT a.seq, c.value, lower(c.value) FROM agents a, json_array_elements_text(CAST(a.capabilities AS json)) WITH ORDINALITY AS c (value, place)
ORDER BY a.seq, c.place
ON CONFLICT (agent_seq, capability_key) DO NOTHING;

CREATE TABLE tool_definitions (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT NOT NULL UNIQUE,
    name           TEXT NOT NULL,
    name_key       TEXT NOT NULL UNIQUE, -- in lower case
    description    TEXT NOT NULL,
    input_schema   TEXT NOT NULL DEFAULT '{}',
    category       TEXT,
    mcp_server     TEXT,
    mcp_tool       TEXT,
    defined_by_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL
);
CREATE INDEX tool_definitions_by_category ON tool_definitions (category, seq);
CREATE INDEX tool_definitions_by_server ON tool_definitions (mcp_server, seq);
CREATE INDEX tool_definitions_by_author ON tool_definitions (defined_by_seq);

CREATE TABLE agent_tools (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq      INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    tool_seq       INTEGER NOT NULL REFERENCES tool_definitions (seq) ON DELETE CASCADE,
    limits         TEXT NOT NULL DEFAULT '{}',
    granted_by_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    granted_at     TEXT NOT NULL,
    UNIQUE (agent_seq, tool_seq)
);
CREATE INDEX agent_tools_by_tool ON agent_tools (tool_seq, seq);
CREATE INDEX agent_tools_by_granter ON agent_tools (granted_by_seq);

-- down

DROP TABLE agent_tools;
DROP TABLE tool_definitions;
DROP TABLE agent_capabilities;
DROP INDEX session_events_by_project;
DROP INDEX projects_by_status;
ALTER TABLE projects DROP COLUMN created_by;
