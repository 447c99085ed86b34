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

CREATE FUNCTION audit_log_guard() RETURNS trigger LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.seq <= (SELECT max(archived_seq) FROM audit_head) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'the audit log is only appended to';
END
$$;

CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.entries >= OLD.entries AND NEW.archived >= OLD.archived AND NEW.archived <= NEW.entries THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'the audit log is only appended to';
END
$$;

CREATE TRIGGER audit_log_guarded BEFORE UPDATE OR DELETE ON audit_log FOR EACH ROW EXECUTE FUNCTION audit_log_guard();
CREATE TRIGGER audit_log_kept BEFORE TRUNCATE ON audit_log FOR EACH STATEMENT EXECUTE FUNCTION audit_log_guard();
CREATE TRIGGER audit_head_guarded BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_guard();
CREATE TRIGGER audit_head_kept BEFORE TRUNCATE ON audit_head FOR EACH STATEMENT EXECUTE FUNCTION audit_head_guard();

-- down

DROP TABLE audit_head;
DROP INDEX audit_log_chain;
DROP TRIGGER audit_log_guarded ON audit_log;
DROP TRIGGER audit_log_kept ON audit_log;
DROP FUNCTION audit_log_guard();
DROP FUNCTION audit_head_guard();
