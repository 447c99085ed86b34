CREATE TABLE _migrations (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    set_name   TEXT NOT NULL,
    name       TEXT NOT NULL,
    checksum   TEXT NOT NULL,
    applied_at TEXT NOT NULL,
    UNIQUE (set_name, name)
);
CREATE TABLE store_info (
    seq   INTEGER PRIMARY KEY AUTOINCREMENT,
    key   TEXT NOT NULL UNIQUE,
    value TEXT NOT NULL
);
CREATE TABLE projects (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    name            TEXT NOT NULL UNIQUE,
    path            TEXT,
    description     TEXT,
    status          TEXT NOT NULL DEFAULT 'created'
                    CHECK (status IN ('created', 'running', 'paused', 'completed', 'failed', 'stopped')),
    prompt_path     TEXT,
    settings        TEXT NOT NULL DEFAULT '{}',
    tokens          INTEGER NOT NULL DEFAULT 0,
    cost            INTEGER NOT NULL DEFAULT 0,
    iteration_count INTEGER NOT NULL DEFAULT 0,
    created_at      TEXT NOT NULL,
    updated_at      TEXT NOT NULL,
    ended_at        TEXT
, created_by TEXT);
CREATE TABLE agents (
    seq               INTEGER PRIMARY KEY AUTOINCREMENT,
    id                TEXT NOT NULL UNIQUE,
    name              TEXT NOT NULL,
    name_key          TEXT NOT NULL UNIQUE, -- the name in lower case: names are unique whatever their case
    project_seq       INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    parent_seq        INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    depth             INTEGER NOT NULL DEFAULT 0,
    type              TEXT NOT NULL,
    instruction       TEXT,
    template_ref      TEXT,
    workspace_path    TEXT,
    status            TEXT NOT NULL
                      CHECK (status IN ('inactive', 'active', 'busy', 'paused', 'completed', 'failed', 'error', 'removed')),
    current_task      TEXT,
    pid               INTEGER,
    mcp_port          INTEGER,
    capabilities      TEXT NOT NULL DEFAULT '[]',
    permissions       TEXT NOT NULL DEFAULT '{}',
    config            TEXT NOT NULL DEFAULT '{}',
    tokens            INTEGER NOT NULL DEFAULT 0,
    cost              INTEGER NOT NULL DEFAULT 0,
    iteration_count   INTEGER NOT NULL DEFAULT 0,
    last_heartbeat_at TEXT,
    created_at        TEXT NOT NULL,
    updated_at        TEXT NOT NULL
);
CREATE TABLE sessions (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT NOT NULL UNIQUE,
    project_seq    INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    status         TEXT NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'ended', 'archived')),
    main_agent_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    metadata       TEXT NOT NULL DEFAULT '{}',
    summary        TEXT,
    started_at     TEXT NOT NULL,
    ended_at       TEXT
);
CREATE TABLE session_agents (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    session_seq INTEGER NOT NULL REFERENCES sessions (seq) ON DELETE CASCADE,
    agent_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    joined_at   TEXT NOT NULL,
    left_at     TEXT,
    UNIQUE (session_seq, agent_seq)
);
CREATE TABLE messages (
    seq             INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    session_seq     INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    from_seq        INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    to_seq          INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    conversation    INTEGER NOT NULL, -- the unordered pair of agents: lower seq * 2^32 + higher seq
    thread_id       TEXT NOT NULL,
    message_type    TEXT NOT NULL CHECK (message_type IN ('request', 'response', 'notification', 'error')),
    importance      TEXT NOT NULL CHECK (importance IN ('low', 'normal', 'high', 'urgent')),
    content         TEXT NOT NULL,
    context         TEXT,
    response_to_seq INTEGER REFERENCES messages (seq) ON DELETE SET NULL,
    created_at      TEXT NOT NULL,
    processed_at    TEXT -- when the recipient acknowledged it
);
CREATE TABLE inbox_counts (
    seq      INTEGER PRIMARY KEY AUTOINCREMENT,
    to_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    from_seq INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    unread   INTEGER NOT NULL,
    total    INTEGER NOT NULL,
    UNIQUE (to_seq, from_seq)
);
CREATE TABLE session_events (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    session_seq INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    project_seq INTEGER REFERENCES projects (seq) ON DELETE CASCADE,
    agent_seq   INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    event_type  TEXT NOT NULL,
    entity_type TEXT,
    entity_id   TEXT,
    event_data  TEXT NOT NULL DEFAULT '{}',
    created_at  TEXT NOT NULL
);
CREATE TABLE agent_metrics (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    agent_seq   INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    session_seq INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    name        TEXT NOT NULL,
    value       REAL NOT NULL,
    unit        TEXT,
    recorded_at TEXT NOT NULL
);
CREATE TABLE idempotency_keys (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_id       TEXT NOT NULL,
    key            TEXT NOT NULL,
    arguments_hash TEXT NOT NULL,
    result         TEXT NOT NULL,
    boot_id        TEXT NOT NULL,    -- of the machine start that boot_ms counts from
    boot_ms        INTEGER NOT NULL, -- the end of its life, by the clock that does not jump
    expires_at     TEXT NOT NULL,    -- the end of its life by the wall clock, for other machine starts
    UNIQUE (agent_id, key)
);
CREATE TABLE tasks (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    id             TEXT NOT NULL UNIQUE,
    project_seq    INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    parent_seq     INTEGER REFERENCES tasks (seq) ON DELETE CASCADE,
    depth          INTEGER NOT NULL DEFAULT 0,
    agent_seq      INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    status         TEXT NOT NULL DEFAULT 'queued'
                   CHECK (status IN ('queued', 'running', 'blocked', 'completed', 'failed', 'cancelled')),
    priority       INTEGER NOT NULL DEFAULT 0,
    instruction    TEXT NOT NULL,
    metadata       TEXT NOT NULL DEFAULT '{}',
    result         TEXT,
    lease_boot_id  TEXT,
    lease_boot_ms  INTEGER,
    lease_until    TEXT,
    created_at     TEXT NOT NULL,
    updated_at     TEXT NOT NULL,
    ended_at       TEXT
, created_by_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL, process TEXT, lease_seconds INTEGER, started_at TEXT);
CREATE TABLE task_dependencies (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    task_seq       INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    depends_on_seq INTEGER NOT NULL REFERENCES tasks (seq) ON DELETE CASCADE,
    UNIQUE (task_seq, depends_on_seq)
);
CREATE TABLE claims (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    agent_seq     INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    session_seq   INTEGER REFERENCES sessions (seq) ON DELETE SET NULL,
    pattern       TEXT NOT NULL,
    exclusive     INTEGER NOT NULL DEFAULT 1,
    reason        TEXT,
    lease_boot_id TEXT NOT NULL,
    lease_boot_ms INTEGER NOT NULL,
    lease_until   TEXT NOT NULL,
    created_at    TEXT NOT NULL,
    released_at   TEXT
);
CREATE TABLE agent_capabilities (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq      INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    capability     TEXT NOT NULL,
    capability_key TEXT NOT NULL, -- in lower case: it is found whatever its case
    UNIQUE (agent_seq, capability_key)
);
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
CREATE TABLE agent_tools (
    seq            INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq      INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    tool_seq       INTEGER NOT NULL REFERENCES tool_definitions (seq) ON DELETE CASCADE,
    limits         TEXT NOT NULL DEFAULT '{}',
    granted_by_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    granted_at     TEXT NOT NULL,
    UNIQUE (agent_seq, tool_seq)
);
CREATE TABLE search_progress (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    noun        TEXT NOT NULL UNIQUE,
    indexed_seq INTEGER NOT NULL -- every row up to it is in the index, or in search_deleted, or gone
);
CREATE TABLE search_deleted (
    seq     INTEGER PRIMARY KEY AUTOINCREMENT,
    noun    TEXT NOT NULL,
    row_seq INTEGER NOT NULL,
    text    TEXT NOT NULL -- as it was indexed: the index keeps none
);
CREATE VIRTUAL TABLE search_messages USING fts5 (tokens, content = '', tokenize = 'ascii');
CREATE TABLE documents (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    id          TEXT NOT NULL UNIQUE,
    name        TEXT NOT NULL,
    name_key    TEXT NOT NULL UNIQUE, -- the name in lower case
    category    TEXT NOT NULL,
    version_seq INTEGER NOT NULL,     -- the newest of document_versions
    created_at  TEXT NOT NULL
);
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
CREATE VIRTUAL TABLE search_documents USING fts5 (tokens, content = '', tokenize = 'ascii');
CREATE TABLE metric_series (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    count     INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL, -- its newest value in agent_metrics
    UNIQUE (agent_seq, name)
);
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
CREATE TABLE process_triggers (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    process_seq INTEGER NOT NULL REFERENCES processes (seq) ON DELETE CASCADE,
    trigger_key TEXT NOT NULL,
    UNIQUE (process_seq, trigger_key)
);
CREATE TABLE output_paths (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    project_seq INTEGER NOT NULL REFERENCES projects (seq) ON DELETE CASCADE,
    path        TEXT NOT NULL,
    versions    INTEGER NOT NULL,
    UNIQUE (project_seq, path)
);
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
CREATE VIRTUAL TABLE search_outputs USING fts5 (tokens, content = '', tokenize = 'ascii');
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
CREATE TABLE tokens (
    seq          INTEGER PRIMARY KEY AUTOINCREMENT,
    id           TEXT NOT NULL UNIQUE,
    agent_seq    INTEGER REFERENCES agents (seq) ON DELETE SET NULL,
    scope        TEXT NOT NULL CHECK (scope IN ('read', 'agent', 'admin')),
    hash         TEXT NOT NULL UNIQUE, -- SHA-256 of the token, hexadecimal
    prefix       TEXT NOT NULL, -- how it begins
    last_four    TEXT NOT NULL, -- how it ends
    created_at   TEXT NOT NULL,
    expires_at   TEXT,
    last_used_at TEXT,
    revoked_at   TEXT
);
CREATE TABLE audit_log (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT NOT NULL UNIQUE,
    at            TEXT NOT NULL,
    principal     TEXT, -- how it was known who called: a token's id, an issuer's subject
    agent         TEXT, -- the name of the agent that it stands for
    action        TEXT NOT NULL, -- a tool, or what was done otherwise
    target        TEXT,
    outcome       TEXT NOT NULL CHECK (outcome IN ('done', 'refused')),
    remote        TEXT, -- the address it came from
    detail        TEXT,
    previous_hash TEXT NOT NULL,
    hash          TEXT NOT NULL
);
CREATE TABLE monitor_servers (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    server      TEXT NOT NULL UNIQUE, -- a name of this life of the process
    pid         INTEGER NOT NULL,
    machine     TEXT NOT NULL,
    started_at  TEXT NOT NULL,
    measured_at TEXT NOT NULL,
    load        TEXT NOT NULL -- JSON: what it did in the time before
);
CREATE TABLE monitor_queries (
    seq         INTEGER PRIMARY KEY AUTOINCREMENT,
    fingerprint TEXT NOT NULL UNIQUE, -- SHA-256 of the text, hexadecimal
    statement   TEXT NOT NULL,
    query_plan  TEXT,
    calls       INTEGER NOT NULL,
    total_ms    REAL NOT NULL,
    max_ms      REAL NOT NULL,
    first_at    TEXT NOT NULL,
    last_at     TEXT NOT NULL
);
CREATE TABLE monitor_alerts (
    seq        INTEGER PRIMARY KEY AUTOINCREMENT,
    name       TEXT NOT NULL UNIQUE,
    raised     INTEGER NOT NULL, -- 0 or 1
    value      REAL NOT NULL,
    threshold  REAL NOT NULL,
    raised_at  TEXT NOT NULL,
    over_at    TEXT NOT NULL, -- when a server last saw it crossed, or nearly so
    cleared_at TEXT,
    crossings  INTEGER NOT NULL
);
INSERT INTO _migrations VALUES (1, 'central', '0001-coordination', '5c30a41b53ddb12833a357d5c6dd19fe017614bf04d52982bfb66bf5ca027f6e', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (2, 'central', '0002-tasks-and-claims', 'eecaadd606b594f91c3a974674b9a4522b17bed10b90871b2e095154da0a92fa', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (3, 'central', '0003-projects-and-toolbox', 'df45b94d2679c7b10736b8ef9c388b6f9ce6f7efb58a53aa2896c4a720851d1f', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (4, 'central', '0004-tasks', 'ae10e39a5ff777fa7e5708dc83871be3429a994693acce42ce13ea862a37f91d', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (5, 'central', '0005-search', '12ffbc4a96e883f24928c887fdbda5325936cc3ac7efeacad2e272a18667370e', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (6, 'central', '0006-documents-and-sessions', 'd9af96043cc2e971148292c86c9e84c18f57bb347a5e9c964c97ba17de4703a7', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (7, 'central', '0007-events-and-metrics', '8f6d28be95eb24c4fb6ad290f0aa5ad2cbd2e09de561b268574f6584dd6b5a15', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (8, 'central', '0008-processes', '81af8bd2ed2220b45fbc50be04c8b1bff575e629655944ef0e8cd6313c069ea0', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (9, 'central', '0009-outputs', '25568f1dae09a7c95ea439090533852042cb497a306c13d9134b2931c0adbacf', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (10, 'central', '0010-instances', '9cb1f38da099174d4ca04cf9c37fd3ce20f650a3e752316c167c76364ed3e3a0', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (11, 'central', '0012-tokens', 'fe144582f9b8ca44c0211af44169bd654514b565f4722fe35e7e65d4184eacab', '2026-03-01T12:00:00.000Z');
INSERT INTO _migrations VALUES (12, 'central', '0013-monitoring', '602b1c9c2b55e373d9102206671ce3f782d0887e40ac54f0a8329b4766f3f1c0', '2026-03-01T12:00:00.000Z');
INSERT INTO store_info VALUES (1, 'epoch', '0123456789ab');
INSERT INTO store_info VALUES (2, 'migrated_by', '0.1.0');
INSERT INTO projects VALUES (1, 'projects-id-1', 'projects-name-1', 'projects-path-1', 'projects-description-1', 'created', 'projects-prompt_path-1', '{"a":1}', 1, 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'projects-created_by-1');
INSERT INTO projects VALUES (2, 'projects-id-2', 'projects-name-2', 'projects-path-2', 'projects-description-2', 'created', 'projects-prompt_path-2', '{"a":2}', 2, 2, 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 'projects-created_by-2');
INSERT INTO agents VALUES (1, 'agents-id-1', 'agents-name-1', 'agents-name_key-1', 1, NULL, 1, 'agents-type-1', 'agents-instruction-1', 'agents-template_ref-1', 'agents-workspace_path-1', 'inactive', 'agents-current_task-1', 1, 1, '["Part 1"]', '{"a":1}', '{"a":1}', 1, 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO agents VALUES (2, 'agents-id-2', 'agents-name-2', 'agents-name_key-2', 2, 1, 2, 'agents-type-2', 'agents-instruction-2', 'agents-template_ref-2', 'agents-workspace_path-2', 'inactive', 'agents-current_task-2', 2, 2, '["Part 2"]', '{"a":2}', '{"a":2}', 2, 2, 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO sessions VALUES (1, 'sessions-id-1', 1, 'active', 1, '{"a":1}', 'sessions-summary-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO sessions VALUES (2, 'sessions-id-2', 2, 'active', 2, '{"a":2}', 'sessions-summary-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO session_agents VALUES (1, 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO session_agents VALUES (2, 2, 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO messages VALUES (1, 'messages-id-1', 1, 1, 1, 1, 'messages-thread_id-1', 'request', 'low', 'messages-content-1', 'messages-context-1', NULL, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO messages VALUES (2, 'messages-id-2', 2, 2, 2, 2, 'messages-thread_id-2', 'request', 'low', 'messages-content-2', 'messages-context-2', 1, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO inbox_counts VALUES (1, 1, 1, 1, 1);
INSERT INTO inbox_counts VALUES (2, 2, 2, 2, 2);
INSERT INTO session_events VALUES (1, 'session_events-id-1', 1, 1, 1, 'session_events-event_type-1', 'session_events-entity_type-1', 'session_events-entity_id-1', '{"a":1}', '2026-01-01T00:00:00.000Z');
INSERT INTO session_events VALUES (2, 'session_events-id-2', 2, 2, 2, 'session_events-event_type-2', 'session_events-entity_type-2', 'session_events-entity_id-2', '{"a":2}', '2026-01-02T00:00:00.000Z');
INSERT INTO agent_metrics VALUES (1, 'agent_metrics-id-1', 1, 1, 'agent_metrics-name-1', 0.5, 'agent_metrics-unit-1', '2026-01-01T00:00:00.000Z');
INSERT INTO agent_metrics VALUES (2, 'agent_metrics-id-2', 2, 2, 'agent_metrics-name-2', 0.5, 'agent_metrics-unit-2', '2026-01-02T00:00:00.000Z');
INSERT INTO idempotency_keys VALUES (1, 'idempotency_keys-agent_id-1', 'idempotency_keys-key-1', 'idempotency_keys-arguments_hash-1', 'idempotency_keys-result-1', 'idempotency_keys-boot_id-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO idempotency_keys VALUES (2, 'idempotency_keys-agent_id-2', 'idempotency_keys-key-2', 'idempotency_keys-arguments_hash-2', 'idempotency_keys-result-2', 'idempotency_keys-boot_id-2', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO tasks VALUES (1, 'tasks-id-1', 1, NULL, 1, 1, 'queued', 1, 'tasks-instruction-1', '{"a":1}', 'tasks-result-1', 'tasks-lease_boot_id-1', 1, 'tasks-lease_until-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1, 'tasks-process-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO tasks VALUES (2, 'tasks-id-2', 2, 1, 2, 2, 'queued', 2, 'tasks-instruction-2', '{"a":2}', 'tasks-result-2', 'tasks-lease_boot_id-2', 2, 'tasks-lease_until-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 2, 'tasks-process-2', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO task_dependencies VALUES (1, 1, 1);
INSERT INTO task_dependencies VALUES (2, 2, 2);
INSERT INTO claims VALUES (1, 'claims-id-1', 1, 1, 'claims-pattern-1', 1, 'claims-reason-1', 'claims-lease_boot_id-1', 1, 'claims-lease_until-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO claims VALUES (2, 'claims-id-2', 2, 2, 'claims-pattern-2', 2, 'claims-reason-2', 'claims-lease_boot_id-2', 2, 'claims-lease_until-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO agent_capabilities VALUES (1, 1, 'agent_capabilities-capability-1', 'agent_capabilities-capability_key-1');
INSERT INTO agent_capabilities VALUES (2, 2, 'agent_capabilities-capability-2', 'agent_capabilities-capability_key-2');
INSERT INTO tool_definitions VALUES (1, 'tool_definitions-id-1', 'tool_definitions-name-1', 'tool_definitions-name_key-1', 'tool_definitions-description-1', '{"a":1}', 'tool_definitions-category-1', 'tool_definitions-mcp_server-1', 'tool_definitions-mcp_tool-1', 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO tool_definitions VALUES (2, 'tool_definitions-id-2', 'tool_definitions-name-2', 'tool_definitions-name_key-2', 'tool_definitions-description-2', '{"a":2}', 'tool_definitions-category-2', 'tool_definitions-mcp_server-2', 'tool_definitions-mcp_tool-2', 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO agent_tools VALUES (1, 1, 1, '{"a":1}', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO agent_tools VALUES (2, 2, 2, '{"a":2}', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO search_progress VALUES (1, 'messages', 0);
INSERT INTO search_progress VALUES (2, 'documents', 0);
INSERT INTO search_progress VALUES (3, 'outputs', 0);
INSERT INTO documents VALUES (1, 'documents-id-1', 'documents-name-1', 'documents-name_key-1', 'documents-category-1', 1, '2026-01-01T00:00:00.000Z');
INSERT INTO documents VALUES (2, 'documents-id-2', 'documents-name-2', 'documents-name_key-2', 'documents-category-2', 2, '2026-01-02T00:00:00.000Z');
INSERT INTO document_versions VALUES (1, 1, 1, 'document_versions-title-1', 'markdown', 1, 1, '2026-01-01T00:00:00.000Z', 'document_versions-content-1');
INSERT INTO document_versions VALUES (2, 2, 2, 'document_versions-title-2', 'markdown', 2, 2, '2026-01-02T00:00:00.000Z', 'document_versions-content-2');
INSERT INTO metric_series VALUES (1, 1, 'metric_series-name-1', 1, 1);
INSERT INTO metric_series VALUES (2, 2, 'metric_series-name-2', 2, 2);
INSERT INTO processes VALUES (1, 'processes-id-1', 'processes-name-1', 'processes-name_key-1', 'processes-description-1', '["Part 1"]', '["Part 1"]', 'processes-steps-1', 1, 1, 1, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO processes VALUES (2, 'processes-id-2', 'processes-name-2', 'processes-name_key-2', 'processes-description-2', '["Part 2"]', '["Part 2"]', 'processes-steps-2', 2, 2, 2, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO process_triggers VALUES (1, 1, 'process_triggers-trigger_key-1');
INSERT INTO process_triggers VALUES (2, 2, 'process_triggers-trigger_key-2');
INSERT INTO output_paths VALUES (1, 1, 'output_paths-path-1', 1);
INSERT INTO output_paths VALUES (2, 2, 'output_paths-path-2', 2);
INSERT INTO outputs VALUES (1, 'outputs-id-1', 1, 1, 1, 1, 'file', 1, NULL, 'outputs-checksum-1', 1, 1, '2026-01-01T00:00:00.000Z');
INSERT INTO outputs VALUES (2, 'outputs-id-2', 2, 2, 2, 2, 'file', 2, 1, 'outputs-checksum-2', 2, 2, '2026-01-02T00:00:00.000Z');
INSERT INTO instances VALUES (1, 'instances-id-1', 'instances-name-1', 'instances-name_key-1', 'instances-root-1', 'instances-template_ref-1', 'Created', 'instances-launch_mode-1', 1, '2026-01-01T00:00:00.000Z', 1, 'instances-health-1', 'instances-reason-1', 1, 'instances-logged_event-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO instances VALUES (2, 'instances-id-2', 'instances-name-2', 'instances-name_key-2', 'instances-root-2', 'instances-template_ref-2', 'Created', 'instances-launch_mode-2', 2, '2026-01-02T00:00:00.000Z', 2, 'instances-health-2', 'instances-reason-2', 2, 'instances-logged_event-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO tokens VALUES (1, 'tokens-id-1', 1, 'read', 'tokens-hash-1', 'tokens-prefix-1', 'tokens-last_four-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO tokens VALUES (2, 'tokens-id-2', 2, 'read', 'tokens-hash-2', 'tokens-prefix-2', 'tokens-last_four-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO audit_log VALUES (1, 'audit_log-id-1', 'audit_log-at-1', 'audit_log-principal-1', 'audit_log-agent-1', 'audit_log-action-1', 'audit_log-target-1', 'done', 'audit_log-remote-1', 'audit_log-detail-1', 'audit_log-previous_hash-1', 'audit_log-hash-1');
INSERT INTO audit_log VALUES (2, 'audit_log-id-2', 'audit_log-at-2', 'audit_log-principal-2', 'audit_log-agent-2', 'audit_log-action-2', 'audit_log-target-2', 'done', 'audit_log-remote-2', 'audit_log-detail-2', 'audit_log-previous_hash-2', 'audit_log-hash-2');
INSERT INTO monitor_servers VALUES (1, 'monitor_servers-server-1', 1, 'monitor_servers-machine-1', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 'monitor_servers-load-1');
INSERT INTO monitor_servers VALUES (2, 'monitor_servers-server-2', 2, 'monitor_servers-machine-2', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 'monitor_servers-load-2');
INSERT INTO monitor_queries VALUES (1, 'monitor_queries-fingerprint-1', 'monitor_queries-statement-1', 'monitor_queries-query_plan-1', 1, 0.5, 0.5, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z');
INSERT INTO monitor_queries VALUES (2, 'monitor_queries-fingerprint-2', 'monitor_queries-statement-2', 'monitor_queries-query_plan-2', 2, 0.5, 0.5, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z');
INSERT INTO monitor_alerts VALUES (1, 'monitor_alerts-name-1', 1, 0.5, 0.5, '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', '2026-01-01T00:00:00.000Z', 1);
INSERT INTO monitor_alerts VALUES (2, 'monitor_alerts-name-2', 2, 0.5, 0.5, '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', '2026-01-02T00:00:00.000Z', 2);
CREATE INDEX agents_by_project ON agents (project_seq, seq);
CREATE INDEX agents_by_parent ON agents (parent_seq, seq);
CREATE INDEX agents_by_status ON agents (status, last_heartbeat_at);
CREATE INDEX sessions_by_project ON sessions (project_seq, status, seq);
CREATE INDEX session_agents_by_agent ON session_agents (agent_seq, seq);
CREATE INDEX messages_by_conversation ON messages (conversation, seq);
CREATE INDEX messages_by_thread ON messages (thread_id, seq);
CREATE INDEX messages_by_session ON messages (session_seq, seq);
CREATE INDEX messages_by_response ON messages (response_to_seq) WHERE response_to_seq IS NOT NULL;
CREATE INDEX messages_unread ON messages (to_seq, seq) WHERE processed_at IS NULL;
CREATE INDEX session_events_by_session ON session_events (session_seq, seq);
CREATE INDEX session_events_by_agent ON session_events (agent_seq, seq);
CREATE INDEX session_events_by_type ON session_events (event_type, seq);
CREATE INDEX agent_metrics_by_agent ON agent_metrics (agent_seq, name, seq);
CREATE INDEX agent_metrics_by_session ON agent_metrics (session_seq, seq);
CREATE INDEX tasks_by_agent ON tasks (agent_seq, status, seq);
CREATE INDEX tasks_by_project ON tasks (project_seq, status, seq);
CREATE INDEX tasks_by_parent ON tasks (parent_seq, seq);
CREATE INDEX task_dependencies_on ON task_dependencies (depends_on_seq);
CREATE INDEX claims_live ON claims (agent_seq, seq) WHERE released_at IS NULL;
CREATE INDEX projects_by_status ON projects (status, seq);
CREATE INDEX session_events_by_project ON session_events (project_seq, seq);
CREATE INDEX agent_capabilities_by_key ON agent_capabilities (capability_key, agent_seq);
CREATE INDEX tool_definitions_by_category ON tool_definitions (category, seq);
CREATE INDEX tool_definitions_by_server ON tool_definitions (mcp_server, seq);
CREATE INDEX tool_definitions_by_author ON tool_definitions (defined_by_seq);
CREATE INDEX agent_tools_by_tool ON agent_tools (tool_seq, seq);
CREATE INDEX agent_tools_by_granter ON agent_tools (granted_by_seq);
CREATE INDEX tasks_by_creator ON tasks (created_by_seq, seq);
CREATE INDEX tasks_by_process ON tasks (process, seq) WHERE process IS NOT NULL;
CREATE INDEX tasks_open_below ON tasks (parent_seq) WHERE status IN ('queued', 'running', 'blocked');
CREATE INDEX tasks_next ON tasks (project_seq, priority DESC, seq) WHERE status IN ('queued', 'running');
CREATE INDEX search_deleted_by_noun ON search_deleted (noun, seq);
CREATE TRIGGER search_messages_deleted AFTER DELETE ON messages
WHEN old.seq <= (SELECT indexed_seq FROM search_progress WHERE noun = 'messages')
BEGIN
    INSERT INTO search_deleted (noun, row_seq, text) VALUES ('messages', old.seq, old.content);
END;
CREATE INDEX documents_by_category ON documents (category, seq);
CREATE INDEX documents_by_version ON documents (version_seq);
CREATE INDEX document_versions_by_agent ON document_versions (agent_seq, seq);
CREATE INDEX sessions_ended ON sessions (ended_at) WHERE status = 'ended';
CREATE TRIGGER search_documents_deleted BEFORE DELETE ON documents
WHEN old.version_seq <= (SELECT indexed_seq FROM search_progress WHERE noun = 'documents')
BEGIN
    INSERT INTO search_deleted (noun, row_seq, text)
    SELECT 'documents', v.seq, old.name || ' ' || v.title || ' ' || v.content FROM document_versions v WHERE v.seq = old.version_seq;
END;
CREATE INDEX session_events_by_entity ON session_events (entity_id, seq) WHERE entity_id IS NOT NULL;
CREATE INDEX session_events_by_time ON session_events (created_at, seq);
CREATE INDEX session_events_summary ON session_events (project_seq, event_type, agent_seq, created_at);
CREATE INDEX agent_metrics_by_name ON agent_metrics (name, seq);
CREATE INDEX agent_metrics_by_time ON agent_metrics (name, recorded_at, seq);
CREATE INDEX metric_series_by_name ON metric_series (name, agent_seq);
CREATE INDEX processes_by_definer ON processes (defined_by_seq) WHERE defined_by_seq IS NOT NULL;
CREATE INDEX process_triggers_by_key ON process_triggers (trigger_key, process_seq);
CREATE INDEX output_paths_by_project ON output_paths (project_seq, seq);
CREATE INDEX outputs_by_path ON outputs (path_seq, seq);
CREATE INDEX outputs_by_project ON outputs (project_seq, seq);
CREATE INDEX outputs_by_agent ON outputs (agent_seq, seq);
CREATE INDEX outputs_by_session ON outputs (session_seq, seq) WHERE session_seq IS NOT NULL;
CREATE INDEX outputs_by_previous ON outputs (previous_seq) WHERE previous_seq IS NOT NULL;
CREATE INDEX outputs_by_time ON outputs (created_at, seq);
CREATE INDEX instances_by_id ON instances (id);
CREATE INDEX instances_by_state ON instances (state, seq);
CREATE INDEX instances_by_template ON instances (template_ref, seq);
CREATE INDEX tokens_by_agent ON tokens (agent_seq, seq) WHERE agent_seq IS NOT NULL;
CREATE INDEX audit_log_by_time ON audit_log (at, seq);
CREATE INDEX monitor_queries_by_time ON monitor_queries (last_at);
