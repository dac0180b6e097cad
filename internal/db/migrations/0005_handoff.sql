-- +goose Up

-- handoff repeats supplier and customer of its link, so that a queue is read
-- from one index, whatever its filter.
CREATE TABLE handoff (
	company       BIGINT NOT NULL,
	id            TEXT NOT NULL,
	number        BIGINT NOT NULL,
	link          TEXT NOT NULL,
	supplier      TEXT NOT NULL,
	customer      TEXT NOT NULL,
	service       TEXT NOT NULL,
	agreement     TEXT NOT NULL,
	kind          TEXT NOT NULL CHECK (kind IN ('pull', 'push')),
	title         TEXT NOT NULL,
	detail        TEXT NOT NULL,
	answers       TEXT NOT NULL,
	order_ref     TEXT NOT NULL,
	quantity      DOUBLE PRECISION NOT NULL CHECK (quantity >= 0),
	unit          TEXT NOT NULL,
	priority      BIGINT NOT NULL CHECK (priority BETWEEN 0 AND 2),
	tags          TEXT NOT NULL,
	state         TEXT NOT NULL CHECK (state IN ('asked', 'taken', 'delivered', 'accepted',
		'accepted_with_remark', 'returned', 'declined', 'cancelled')),
	version       BIGINT NOT NULL,
	events        BIGINT NOT NULL,
	rounds        BIGINT NOT NULL,
	delivered_qty DOUBLE PRECISION NOT NULL,
	returned_qty  DOUBLE PRECISION NOT NULL,
	reason        TEXT NOT NULL,
	checks        TEXT NOT NULL,
	asked_by      TEXT NOT NULL,
	assignee      TEXT NOT NULL,
	imported      BOOLEAN NOT NULL,
	said_at       BIGINT,
	asked_at      BIGINT NOT NULL,
	need_by       BIGINT,
	take_due_at   BIGINT NOT NULL,
	due_at        BIGINT NOT NULL,
	moved_at      BIGINT NOT NULL,
	moved_by      TEXT NOT NULL,
	taken_at      BIGINT,
	delivered_at  BIGINT,
	closed_at     BIGINT,
	import_key    TEXT NOT NULL,
	PRIMARY KEY (company, id),
	UNIQUE (company, number),
	FOREIGN KEY (company, link) REFERENCES link (company, id),
	FOREIGN KEY (company, service) REFERENCES service (company, id)
);
CREATE INDEX handoff_owe ON handoff (company, supplier, due_at, number) WHERE closed_at IS NULL;
CREATE INDEX handoff_owed ON handoff (company, customer, due_at, number) WHERE closed_at IS NULL;
CREATE INDEX handoff_supplier ON handoff (company, supplier, number, state, service, assignee);
CREATE INDEX handoff_customer ON handoff (company, customer, number, state, service, assignee);
CREATE INDEX handoff_state ON handoff (company, state, number, supplier, service);
CREATE INDEX handoff_service ON handoff (company, service, number, state);
CREATE INDEX handoff_due ON handoff (company, due_at, number) WHERE closed_at IS NULL;
CREATE INDEX handoff_link ON handoff (company, link, asked_at, taken_at, delivered_at, closed_at);
CREATE INDEX handoff_times ON handoff (company, supplier, asked_at, taken_at, delivered_at, closed_at);
CREATE INDEX handoff_assignee ON handoff (company, assignee, number) WHERE assignee <> '';
CREATE INDEX handoff_order ON handoff (company, order_ref, number) WHERE order_ref <> '';
CREATE UNIQUE INDEX handoff_import ON handoff (company, import_key) WHERE import_key <> '';

CREATE TABLE handoff_number (
	company BIGINT NOT NULL,
	last    BIGINT NOT NULL,
	PRIMARY KEY (company)
);

-- handoff_event is the story of one handoff as people read it, with the words
-- that the log must not hold.
CREATE TABLE handoff_event (
	company     BIGINT NOT NULL,
	handoff     TEXT NOT NULL,
	seq         BIGINT NOT NULL,
	kind        TEXT NOT NULL,
	round       BIGINT NOT NULL,
	happened_at BIGINT NOT NULL,
	recorded_at BIGINT NOT NULL,
	actor       TEXT NOT NULL,
	behalf      TEXT NOT NULL,
	behalf_name TEXT NOT NULL,
	quantity    DOUBLE PRECISION NOT NULL,
	reason      TEXT NOT NULL,
	note        TEXT NOT NULL,
	data        TEXT NOT NULL,
	PRIMARY KEY (company, handoff, seq),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id)
);

CREATE TABLE handoff_file (
	company  BIGINT NOT NULL,
	id       TEXT NOT NULL,
	handoff  TEXT NOT NULL,
	seq      BIGINT NOT NULL,
	field    TEXT NOT NULL,
	name     TEXT NOT NULL,
	type     TEXT NOT NULL,
	size     BIGINT NOT NULL,
	sha256   TEXT NOT NULL,
	added_by TEXT NOT NULL,
	added_at BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id)
);
CREATE INDEX handoff_file_handoff ON handoff_file (company, handoff, id);

CREATE TABLE file_content (
	company BIGINT NOT NULL,
	file    TEXT NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (company, file),
	FOREIGN KEY (company, file) REFERENCES handoff_file (company, id)
);

CREATE TABLE handoff_watcher (
	company BIGINT NOT NULL,
	handoff TEXT NOT NULL,
	person  TEXT NOT NULL,
	PRIMARY KEY (company, handoff, person),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);

-- handoff_word finds handoffs by the beginning of any word of theirs.
CREATE TABLE handoff_word (
	company BIGINT NOT NULL,
	word    TEXT NOT NULL,
	number  BIGINT NOT NULL,
	PRIMARY KEY (company, word, number)
);

-- link_stat is a projection of fact: it can be made anew from it. day is the
-- local date of the company.
CREATE TABLE link_stat (
	company    BIGINT NOT NULL,
	link       TEXT NOT NULL,
	service    TEXT NOT NULL,
	day        TEXT NOT NULL,
	asked      BIGINT NOT NULL,
	delivered  BIGINT NOT NULL,
	accepted   BIGINT NOT NULL,
	remarked   BIGINT NOT NULL,
	first_time BIGINT NOT NULL,
	returned   BIGINT NOT NULL,
	declined   BIGINT NOT NULL,
	cancelled  BIGINT NOT NULL,
	PRIMARY KEY (company, link, service, day)
);
CREATE INDEX link_stat_day ON link_stat (company, day, link);

-- link_reason is a projection too: why work came back.
CREATE TABLE link_reason (
	company  BIGINT NOT NULL,
	link     TEXT NOT NULL,
	service  TEXT NOT NULL,
	reason   TEXT NOT NULL,
	day      TEXT NOT NULL,
	returned BIGINT NOT NULL,
	PRIMARY KEY (company, link, service, reason, day)
);
