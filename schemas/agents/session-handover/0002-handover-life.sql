-- What a hand-over's life needs: where the work stood when it was written, who took it or sent it back, and which check a result is of.
-- up

ALTER TABLE handover_documents ADD COLUMN branch TEXT;
ALTER TABLE handover_documents ADD COLUMN commit_id TEXT;
ALTER TABLE handover_documents ADD COLUMN cited_files TEXT NOT NULL DEFAULT '{}'; -- path to fingerprint, as they were when it was written
ALTER TABLE handover_documents ADD COLUMN decided_by_id TEXT;
ALTER TABLE handover_documents ADD COLUMN decided_by TEXT; -- the successor, or who sent it back
ALTER TABLE handover_documents ADD COLUMN decided_at TEXT;
ALTER TABLE handover_documents ADD COLUMN decision_note TEXT; -- the successor's corrections, or why it was sent back
CREATE INDEX handover_documents_by_agent ON handover_documents (agent_id, seq);
CREATE INDEX handover_documents_by_status ON handover_documents (agent_id, status, seq);

ALTER TABLE validation_results ADD COLUMN run INTEGER NOT NULL DEFAULT 1;

-- down

ALTER TABLE validation_results DROP COLUMN run;
DROP INDEX handover_documents_by_status;
DROP INDEX handover_documents_by_agent;
ALTER TABLE handover_documents DROP COLUMN decision_note;
ALTER TABLE handover_documents DROP COLUMN decided_at;
ALTER TABLE handover_documents DROP COLUMN decided_by;
ALTER TABLE handover_documents DROP COLUMN decided_by_id;
ALTER TABLE handover_documents DROP COLUMN cited_files;
ALTER TABLE handover_documents DROP COLUMN commit_id;
ALTER TABLE handover_documents DROP COLUMN branch;
