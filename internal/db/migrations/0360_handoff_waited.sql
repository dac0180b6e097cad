-- +goose Up

-- waited counts who has begun to wait for a handoff: whoever ends it meanwhile
-- has not told them, and looks again.
ALTER TABLE handoff ADD COLUMN waited BIGINT NOT NULL DEFAULT 0;
