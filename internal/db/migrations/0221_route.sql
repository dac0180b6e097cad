-- +goose Up

-- route is a named sequence of services; each change of its steps is a version
-- of its own, so that what is on its way goes on as it began.
CREATE TABLE route (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	name        TEXT NOT NULL,
	folded      TEXT NOT NULL,
	detail      TEXT NOT NULL,
	version     BIGINT NOT NULL,
	made_by     TEXT NOT NULL,
	made_at     BIGINT NOT NULL,
	archived_at BIGINT,
	PRIMARY KEY (company, id)
);
CREATE UNIQUE INDEX route_name ON route (company, folded) WHERE archived_at IS NULL;

CREATE TABLE route_step (
	company BIGINT NOT NULL,
	route   TEXT NOT NULL,
	version BIGINT NOT NULL,
	step    BIGINT NOT NULL CHECK (step > 0),
	service TEXT NOT NULL,
	PRIMARY KEY (company, route, version, step),
	FOREIGN KEY (company, route) REFERENCES route (company, id),
	FOREIGN KEY (company, service) REFERENCES service (company, id)
);

-- piece is one piece of work on its way along one version of a route. asker is
-- the node that began it, customer the one that gets the last step.
CREATE TABLE piece (
	company   BIGINT NOT NULL,
	id        TEXT NOT NULL,
	number    BIGINT NOT NULL,
	route     TEXT NOT NULL,
	version   BIGINT NOT NULL,
	title     TEXT NOT NULL,
	detail    TEXT NOT NULL,
	order_ref TEXT NOT NULL,
	quantity  DOUBLE PRECISION NOT NULL CHECK (quantity >= 0),
	unit      TEXT NOT NULL,
	priority  BIGINT NOT NULL CHECK (priority BETWEEN 0 AND 2),
	need_by   BIGINT,
	asker     TEXT NOT NULL,
	customer  TEXT NOT NULL,
	state     TEXT NOT NULL CHECK (state IN ('running', 'done', 'cancelled')),
	changes   BIGINT NOT NULL,
	begun_by  TEXT NOT NULL,
	begun_at  BIGINT NOT NULL,
	ended_at  BIGINT,
	PRIMARY KEY (company, id),
	UNIQUE (company, number),
	FOREIGN KEY (company, route) REFERENCES route (company, id)
);
CREATE INDEX piece_state ON piece (company, state, number);
CREATE INDEX piece_route ON piece (company, route, number);
CREATE INDEX piece_order ON piece (company, order_ref, number) WHERE order_ref <> '';

CREATE TABLE piece_number (
	company BIGINT NOT NULL,
	last    BIGINT NOT NULL,
	PRIMARY KEY (company)
);

-- lot is a part of a piece: number 1 is the whole, the others came out of a
-- split and wait for each other before joins_at.
CREATE TABLE lot (
	company  BIGINT NOT NULL,
	piece    TEXT NOT NULL,
	lot      BIGINT NOT NULL,
	parent   BIGINT NOT NULL,
	quantity DOUBLE PRECISION NOT NULL,
	joins_at BIGINT NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('running', 'stopped', 'split', 'waiting', 'joined', 'done', 'cancelled')),
	step     BIGINT NOT NULL,
	why      TEXT NOT NULL,
	PRIMARY KEY (company, piece, lot),
	FOREIGN KEY (company, piece) REFERENCES piece (company, id)
);

-- passage is one handoff that a lot makes for a step, or the note that the step
-- was skipped. round grows when the step is done again.
CREATE TABLE passage (
	company   BIGINT NOT NULL,
	piece     TEXT NOT NULL,
	lot       BIGINT NOT NULL,
	step      BIGINT NOT NULL,
	round     BIGINT NOT NULL,
	handoff   TEXT NOT NULL,
	rework    BOOLEAN NOT NULL,
	state     TEXT NOT NULL CHECK (state IN ('open', 'passed', 'skipped', 'stopped', 'cancelled')),
	sent_back BIGINT NOT NULL,
	why       TEXT NOT NULL,
	by_whom   TEXT NOT NULL,
	opened_at BIGINT NOT NULL,
	closed_at BIGINT,
	PRIMARY KEY (company, piece, lot, step, round),
	FOREIGN KEY (company, piece) REFERENCES piece (company, id)
);
CREATE UNIQUE INDEX passage_handoff ON passage (company, handoff) WHERE handoff <> '';
