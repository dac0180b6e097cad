-- +goose Up

-- What a list of open handoffs is chosen and counted by is all in the index: no
-- row is read for what the list does not show.
DROP INDEX handoff_owe;
DROP INDEX handoff_owed;
CREATE INDEX handoff_owe ON handoff (company, supplier, due_at, number, state, paused_at, closed_at) WHERE closed_at IS NULL;
CREATE INDEX handoff_owed ON handoff (company, customer, due_at, number, state, paused_at, closed_at) WHERE closed_at IS NULL;

-- The times of the last that was accepted of a supplier. It is written once, when
-- something is accepted, and no more at each step.
DROP INDEX handoff_times;
CREATE INDEX handoff_times ON handoff (company, supplier, number, asked_at, taken_at, delivered_at, closed_at, auto, state)
	WHERE state IN ('accepted', 'accepted_with_remark');

-- By service and state, however rare the state.
DROP INDEX handoff_service;
CREATE INDEX handoff_service ON handoff (company, service, state, number);

-- What came back, was refused or called off is little: a team finds its own
-- without reading its whole history.
CREATE INDEX handoff_rare ON handoff (company, supplier, state, number)
	WHERE state IN ('accepted_with_remark', 'returned', 'declined', 'cancelled');
CREATE INDEX handoff_rare_customer ON handoff (company, customer, state, number)
	WHERE state IN ('accepted_with_remark', 'returned', 'declined', 'cancelled');
