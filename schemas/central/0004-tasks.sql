-- Who wanted a task, which process it belongs to, how long its lease is; and the indexes that pick the next task and see what is open below one.
-- up

ALTER TABLE tasks ADD COLUMN created_by_seq INTEGER REFERENCES agents (seq) ON DELETE SET NULL;
ALTER TABLE tasks ADD COLUMN process TEXT; -- the name of the process whose establishing made it
ALTER TABLE tasks ADD COLUMN lease_seconds INTEGER;
ALTER TABLE tasks ADD COLUMN started_at TEXT;
CREATE INDEX tasks_by_creator ON tasks (created_by_seq, seq);
CREATE INDEX tasks_by_process ON tasks (process, seq) WHERE process IS NOT NULL;
CREATE INDEX tasks_open_below ON tasks (parent_seq) WHERE status IN ('queued', 'running', 'blocked');
CREATE INDEX tasks_next ON tasks (project_seq, priority DESC, seq) WHERE status IN ('queued', 'running');

-- down

DROP INDEX tasks_next;
DROP INDEX tasks_open_below;
DROP INDEX tasks_by_process;
DROP INDEX tasks_by_creator;
ALTER TABLE tasks DROP COLUMN started_at;
ALTER TABLE tasks DROP COLUMN lease_seconds;
ALTER TABLE tasks DROP COLUMN process;
ALTER TABLE tasks DROP COLUMN created_by_seq;
