-- +goose Up

-- handoff_upstream says that a handoff waits for another one: its supplier
-- needs what upstream delivers. There are no cycles.
CREATE TABLE handoff_upstream (
	company  BIGINT NOT NULL,
	handoff  TEXT NOT NULL,
	upstream TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	PRIMARY KEY (company, handoff, upstream),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id),
	FOREIGN KEY (company, upstream) REFERENCES handoff (company, id)
);
CREATE INDEX handoff_upstream_down ON handoff_upstream (company, upstream, handoff);
