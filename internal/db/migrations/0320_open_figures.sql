-- +goose Up

-- What is open is counted for every page about promises: this one, which lists
-- walk by what is due, says all that is counted (closed_at too, which is always
-- NULL here, or SQLite would look it up in the table).
DROP INDEX handoff_due;
CREATE INDEX handoff_due ON handoff (company, due_at, number, state, asked_at, take_due_at, paused_at, closed_at) WHERE closed_at IS NULL;
