-- Events and metrics by every field that a list asks for: each index ends in seq, so that a page costs the same however deep it lies. Those by
-- time turn a range of time into one of seq, because clocks jump and seq does not. What is known of each metric is counted as it is recorded.
-- up

CREATE INDEX session_events_by_entity ON session_events (entity_id, seq) WHERE entity_id IS NOT NULL;
CREATE INDEX session_events_by_time ON session_events (created_at, seq);
-- Holds all that a summary reads, in its order.
CREATE INDEX session_events_summary ON session_events (project_seq, event_type, agent_seq, created_at);

CREATE INDEX agent_metrics_by_name ON agent_metrics (name, seq);
CREATE INDEX agent_metrics_by_time ON agent_metrics (name, recorded_at, seq);

CREATE TABLE metric_series (
    seq       INTEGER PRIMARY KEY AUTOINCREMENT,
    agent_seq INTEGER NOT NULL REFERENCES agents (seq) ON DELETE CASCADE,
    name      TEXT NOT NULL,
    count     INTEGER NOT NULL,
    last_seq  INTEGER NOT NULL, -- its newest value in agent_metrics
    UNIQUE (agent_seq, name)
);
CREATE INDEX metric_series_by_name ON metric_series (name, agent_seq);
INSERT INTO metric_series (agent_seq, name, count, last_seq)
SELECT agent_seq, name, count(*), max(seq) FROM agent_metrics GROUP BY agent_seq, name;

-- down

DROP TABLE metric_series;
DROP INDEX agent_metrics_by_time;
DROP INDEX agent_metrics_by_name;
DROP INDEX session_events_summary;
DROP INDEX session_events_by_time;
DROP INDEX session_events_by_entity;
