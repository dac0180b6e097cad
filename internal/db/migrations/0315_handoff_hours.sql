-- +goose Up

-- The working time by which a handoff is promised now, a handoff_hours: what is
-- left of it is counted by these hours, whatever they are changed to. Empty
-- where nobody kept it; the hours of today are the next best then.
ALTER TABLE handoff ADD COLUMN hours TEXT NOT NULL DEFAULT '';
