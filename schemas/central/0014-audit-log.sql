-- The audit log can only grow, and its end is known.
-- up

-- How many rows were ever appended and the hash of the last, so that a tail that is missing shows; and how far they were put away into files.
CREATE TABLE audit_head (
    seq           INTEGER PRIMARY KEY AUTOINCREMENT,
    entries       INTEGER NOT NULL,
    hash          TEXT NOT NULL,
    archived      INTEGER NOT NULL, -- how many of them are in files and no longer in the table
    archived_hash TEXT NOT NULL, -- of the last of those
    archived_seq  INTEGER NOT NULL
);
INSERT INTO audit_head (entries, hash, archived, archived_hash, archived_seq)
SELECT count(*), COALESCE((SELECT hash FROM audit_log ORDER BY seq DESC LIMIT 1), '0000000000000000000000000000000000000000000000000000000000000000'),
       0, '0000000000000000000000000000000000000000000000000000000000000000', 0
FROM audit_log;

-- Nothing can follow the same row twice: the chain has no forks.
CREATE UNIQUE INDEX audit_log_chain ON audit_log (previous_hash);

CREATE TRIGGER audit_log_unchanged BEFORE UPDATE ON audit_log
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only appended to');
END;

CREATE TRIGGER audit_log_kept BEFORE DELETE ON audit_log
WHEN OLD.seq > COALESCE((SELECT max(archived_seq) FROM audit_head), 0)
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only appended to');
END;

CREATE TRIGGER audit_head_kept BEFORE DELETE ON audit_head
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only appended to');
END;

CREATE TRIGGER audit_head_grows BEFORE UPDATE ON audit_head
WHEN NEW.entries < OLD.entries OR NEW.archived < OLD.archived OR NEW.archived > NEW.entries
BEGIN
    SELECT RAISE(ABORT, 'the audit log is only appended to');
END;

-- down

DROP TRIGGER audit_head_grows;
DROP TRIGGER audit_head_kept;
DROP TRIGGER audit_log_kept;
DROP TRIGGER audit_log_unchanged;
DROP INDEX audit_log_chain;
DROP TABLE audit_head;
