-- Contents that are no text are kept as base64.
-- up

ALTER TABLE output_contents ADD COLUMN is_text INTEGER NOT NULL DEFAULT 1;

-- down

ALTER TABLE output_contents DROP COLUMN is_text;
