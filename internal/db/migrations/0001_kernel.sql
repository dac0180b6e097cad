-- +goose Up

-- Every engine reads this text as it stands. Words that work in all of them:
-- TEXT, BIGINT, DOUBLE PRECISION, BOOLEAN, BYTEA, CHECK, partial indexes.
-- Every key begins with company, and every reference stays inside it, so that
-- rows of one company can live together on one machine of many.

CREATE TABLE company (
	company    BIGINT NOT NULL,
	name       TEXT NOT NULL,
	lang       TEXT NOT NULL,
	country    TEXT NOT NULL,
	zone       TEXT NOT NULL,
	trade      TEXT NOT NULL,
	formal     BOOLEAN NOT NULL,
	calendar   TEXT NOT NULL,
	accept_days BIGINT NOT NULL CHECK (accept_days > 0),
	founded_at BIGINT NOT NULL,
	PRIMARY KEY (company)
);

-- fact is the log: what happened, to what, by whom, when. No names, no prose.
CREATE TABLE fact (
	company     BIGINT NOT NULL,
	seq         BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	happened_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	actor       TEXT NOT NULL,
	subject     TEXT NOT NULL,
	link        TEXT NOT NULL,
	data        TEXT NOT NULL,
	PRIMARY KEY (company, seq)
);
CREATE INDEX fact_subject ON fact (company, subject, seq);

-- fact_head is the last seq of each company. Who updates it holds the log of
-- the company until it commits; that is what keeps seq without gaps.
CREATE TABLE fact_head (
	company BIGINT NOT NULL,
	seq     BIGINT NOT NULL,
	PRIMARY KEY (company)
);

CREATE TABLE fact_cursor (
	company BIGINT NOT NULL,
	name    TEXT NOT NULL,
	seq     BIGINT NOT NULL,
	PRIMARY KEY (company, name)
);

-- once remembers what a program asked under a key of its own, so that asking
-- again after a lost answer does nothing twice.
CREATE TABLE once (
	company  BIGINT NOT NULL,
	person   TEXT NOT NULL,
	key      TEXT NOT NULL,
	request  TEXT NOT NULL,
	status   BIGINT,
	answer   TEXT,
	asked_at BIGINT NOT NULL,
	PRIMARY KEY (company, person, key)
);
CREATE INDEX once_asked ON once (company, asked_at);
