-- +goose Up

-- repeat asks for the same again and again: on certain days of the week or the
-- month. through is the last local date up to which it has asked.
CREATE TABLE repeat (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	service    TEXT NOT NULL,
	customer   TEXT NOT NULL,
	title      TEXT NOT NULL,
	detail     TEXT NOT NULL,
	answers    TEXT NOT NULL,
	order_ref  TEXT NOT NULL,
	quantity   DOUBLE PRECISION NOT NULL CHECK (quantity >= 0),
	unit       TEXT NOT NULL,
	priority   BIGINT NOT NULL CHECK (priority BETWEEN 0 AND 2),
	kind       TEXT NOT NULL CHECK (kind IN ('weekly', 'monthly', 'nth', 'last_working')),
	weekdays   TEXT NOT NULL,
	month_day  BIGINT NOT NULL,
	nth        BIGINT NOT NULL,
	at_minute  BIGINT NOT NULL CHECK (at_minute BETWEEN 0 AND 1439),
	closed     TEXT NOT NULL CHECK (closed IN ('before', 'after', 'skip')),
	ahead      BIGINT NOT NULL CHECK (ahead BETWEEN 0 AND 60),
	starts_on  TEXT NOT NULL,
	ends_on    TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
	why        TEXT NOT NULL,
	through    TEXT NOT NULL,
	version    BIGINT NOT NULL,
	made_by    TEXT NOT NULL,
	made_at    BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, service) REFERENCES service (company, id),
	FOREIGN KEY (company, customer) REFERENCES node (company, id)
);
CREATE INDEX repeat_state ON repeat (company, state, id);

-- occurrence is one day of a repeat, by the date that its rule names; never two.
CREATE TABLE occurrence (
	company  BIGINT NOT NULL,
	repeat   TEXT NOT NULL,
	day      TEXT NOT NULL,
	falls_on TEXT NOT NULL,
	state    TEXT NOT NULL CHECK (state IN ('asked', 'skipped', 'missed')),
	late     BOOLEAN NOT NULL,
	handoff  TEXT NOT NULL,
	by_whom  TEXT NOT NULL,
	noted_at BIGINT NOT NULL,
	PRIMARY KEY (company, repeat, day),
	FOREIGN KEY (company, repeat) REFERENCES repeat (company, id)
);
CREATE INDEX occurrence_handoff ON occurrence (company, handoff) WHERE handoff <> '';
