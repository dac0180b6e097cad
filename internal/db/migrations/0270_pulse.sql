-- +goose Up

-- pulse is one round of questions. Its rules are fixed when it is launched:
-- manifest is the digest of them, and the log keeps it too.
CREATE TABLE pulse (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	title       TEXT NOT NULL,
	items       TEXT NOT NULL,
	node        TEXT NOT NULL,
	days        BIGINT NOT NULL,
	scores      BIGINT NOT NULL CHECK (scores >= 5),
	comments    BIGINT NOT NULL CHECK (comments >= 10),
	lock        TEXT NOT NULL,
	manifest    TEXT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('open', 'closed', 'cancelled')),
	asked       BIGINT NOT NULL,
	lost        BIGINT NOT NULL,
	launched_by TEXT NOT NULL,
	launched_at BIGINT NOT NULL,
	closes_at   BIGINT NOT NULL,
	closed_at   BIGINT,
	reminded_at BIGINT,
	PRIMARY KEY (company, id)
);
CREATE INDEX pulse_open ON pulse (company, closes_at) WHERE state = 'open';

-- pulse_cell is the tree of those who are asked, as it was at the launch.
CREATE TABLE pulse_cell (
	company  BIGINT NOT NULL,
	pulse    TEXT NOT NULL,
	position BIGINT NOT NULL,
	node     TEXT NOT NULL,
	name     TEXT NOT NULL,
	parent   BIGINT NOT NULL,
	asked    BIGINT NOT NULL,
	PRIMARY KEY (company, pulse, position),
	FOREIGN KEY (company, pulse) REFERENCES pulse (company, id)
);

-- pulse_asked says who is asked and whether that is done, never when and never
-- what. It is emptied when the pulse closes.
CREATE TABLE pulse_asked (
	company  BIGINT NOT NULL,
	pulse    TEXT NOT NULL,
	person   TEXT NOT NULL,
	cell     BIGINT NOT NULL,
	by_code  BOOLEAN NOT NULL,
	hash     TEXT NOT NULL,
	answered BOOLEAN NOT NULL,
	PRIMARY KEY (company, pulse, person),
	FOREIGN KEY (company, pulse) REFERENCES pulse (company, id)
);
CREATE INDEX pulse_asked_person ON pulse_asked (company, person, pulse);
CREATE INDEX pulse_asked_hash ON pulse_asked (company, hash) WHERE hash <> '';

-- pulse_code is a one-time code on paper. It belongs to a cell, to nobody.
CREATE TABLE pulse_code (
	company BIGINT NOT NULL,
	hash    TEXT NOT NULL,
	pulse   TEXT NOT NULL,
	cell    BIGINT NOT NULL,
	used    BOOLEAN NOT NULL,
	PRIMARY KEY (company, hash),
	FOREIGN KEY (company, pulse) REFERENCES pulse (company, id)
);
CREATE INDEX pulse_code_pulse ON pulse_code (company, pulse, used);

-- pulse_box is a locked ballot: who answered, when and from where does not
-- stand in it, and it can be opened with a key that is not in this database.
-- All boxes of a pulse go when it closes.
CREATE TABLE pulse_box (
	company BIGINT NOT NULL,
	pulse   TEXT NOT NULL,
	id      TEXT NOT NULL,
	box     BYTEA NOT NULL,
	PRIMARY KEY (company, pulse, id)
);

-- pulse_result holds what may be shown and nothing else: a hidden cell has its
-- reason and no numbers.
CREATE TABLE pulse_result (
	company  BIGINT NOT NULL,
	pulse    TEXT NOT NULL,
	cell     BIGINT NOT NULL,
	item     TEXT NOT NULL,
	verdict  TEXT NOT NULL CHECK (verdict IN ('hidden', 'band', 'shown')),
	why      TEXT NOT NULL,
	n        BIGINT NOT NULL,
	classes  TEXT NOT NULL,
	PRIMARY KEY (company, pulse, cell, item),
	FOREIGN KEY (company, pulse, cell) REFERENCES pulse_cell (company, pulse, position)
);

CREATE TABLE pulse_comment (
	company BIGINT NOT NULL,
	pulse   TEXT NOT NULL,
	id      TEXT NOT NULL,
	cell    BIGINT NOT NULL,
	item    TEXT NOT NULL,
	note    TEXT NOT NULL,
	PRIMARY KEY (company, pulse, id),
	FOREIGN KEY (company, pulse) REFERENCES pulse (company, id)
);

-- pulse_past is, for each question, who was in what was shown of it before:
-- who was asked, never who answered.
CREATE TABLE pulse_past (
	company  BIGINT NOT NULL,
	question TEXT NOT NULL,
	past     TEXT NOT NULL,
	PRIMARY KEY (company, question)
);

-- pulse_rest is the last day on which somebody was asked, so that nobody is
-- asked twice a week.
CREATE TABLE pulse_rest (
	company BIGINT NOT NULL,
	person  TEXT NOT NULL,
	day     TEXT NOT NULL,
	PRIMARY KEY (company, person)
);

-- pulse_deed is what somebody promised after reading the results.
CREATE TABLE pulse_deed (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	pulse       TEXT NOT NULL,
	item        TEXT NOT NULL,
	heard       TEXT NOT NULL,
	promise     TEXT NOT NULL,
	owner       TEXT NOT NULL,
	due_on      TEXT NOT NULL,
	promised_by TEXT NOT NULL,
	promised_at BIGINT NOT NULL,
	done        TEXT NOT NULL,
	done_at     BIGINT,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, pulse) REFERENCES pulse (company, id)
);
CREATE INDEX pulse_deed_pulse ON pulse_deed (company, pulse, id);
CREATE INDEX pulse_deed_owner ON pulse_deed (company, owner, due_on) WHERE done_at IS NULL;

-- pulse_plan launches a pulse now and then, with questions that take turns.
CREATE TABLE pulse_plan (
	company   BIGINT NOT NULL,
	id        TEXT NOT NULL,
	title     TEXT NOT NULL,
	template  TEXT NOT NULL,
	weeks     BIGINT NOT NULL CHECK (weeks BETWEEN 1 AND 52),
	questions BIGINT NOT NULL CHECK (questions BETWEEN 1 AND 5),
	open_days BIGINT NOT NULL CHECK (open_days BETWEEN 1 AND 31),
	next_on   TEXT NOT NULL,
	turn      BIGINT NOT NULL,
	active    BOOLEAN NOT NULL,
	set_by    TEXT NOT NULL,
	PRIMARY KEY (company, id)
);
