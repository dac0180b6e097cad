-- +goose Up

-- calendar is a working time with a name: a shift, a branch in another zone.
-- stamp is a new one at each change, so that what was read before is known to
-- be old.
CREATE TABLE calendar (
	company  BIGINT NOT NULL,
	id       TEXT NOT NULL,
	name     TEXT NOT NULL,
	folded   TEXT NOT NULL,
	spec     TEXT NOT NULL,
	stamp    TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	UNIQUE (company, folded),
	FOREIGN KEY (company) REFERENCES company (company)
);

-- node_calendar gives a node, and what is below it, a calendar other than that
-- of the company.
CREATE TABLE node_calendar (
	company  BIGINT NOT NULL,
	node     TEXT NOT NULL,
	calendar TEXT NOT NULL,
	PRIMARY KEY (company, node),
	FOREIGN KEY (company, node) REFERENCES node (company, id),
	FOREIGN KEY (company, calendar) REFERENCES calendar (company, id)
);
CREATE INDEX node_calendar_calendar ON node_calendar (company, calendar, node);
