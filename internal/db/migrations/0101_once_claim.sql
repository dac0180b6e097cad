-- +goose Up

-- claim is the one request that may write under a key, so that its second
-- transaction is not taken for a repetition.
ALTER TABLE once ADD COLUMN claim TEXT NOT NULL DEFAULT '';
