-- +goose Up

-- talk is what the two ends of a link agreed when somebody sat down with them.
CREATE TABLE talk (
	company  BIGINT NOT NULL,
	id       TEXT NOT NULL,
	link     TEXT NOT NULL,
	held_on  TEXT NOT NULL,
	present  TEXT NOT NULL,
	matter   TEXT NOT NULL,
	agreed   TEXT NOT NULL,
	next_on  TEXT NOT NULL,
	noted_by TEXT NOT NULL,
	noted_at BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, link) REFERENCES link (company, id)
);
CREATE INDEX talk_link ON talk (company, link, id);

-- routine is what who leads checked off in a week (the date of its Monday).
CREATE TABLE routine (
	company BIGINT NOT NULL,
	person  TEXT NOT NULL,
	week    TEXT NOT NULL,
	step    TEXT NOT NULL,
	done_at BIGINT NOT NULL,
	PRIMARY KEY (company, person, week, step),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
