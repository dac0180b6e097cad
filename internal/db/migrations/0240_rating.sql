-- +goose Up

-- rating is what one end of a handoff says of the other: the customer of the
-- delivery, the supplier of how it was asked. letters is JSON by letter.
CREATE TABLE rating (
	company     BIGINT NOT NULL,
	handoff     TEXT NOT NULL,
	side        TEXT NOT NULL CHECK (side IN ('customer', 'supplier')),
	link        TEXT NOT NULL,
	person      TEXT NOT NULL,
	score       BIGINT NOT NULL CHECK (score BETWEEN 1 AND 5),
	letters     TEXT NOT NULL,
	note        TEXT NOT NULL,
	via         TEXT NOT NULL CHECK (via IN ('page', 'mail', 'program')),
	rated_at    BIGINT NOT NULL,
	answer      TEXT NOT NULL,
	answered_by TEXT NOT NULL,
	answered_at BIGINT,
	helped      TEXT NOT NULL CHECK (helped IN ('', 'yes', 'no')),
	PRIMARY KEY (company, handoff, side),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id),
	FOREIGN KEY (company, link) REFERENCES link (company, id)
);
CREATE INDEX rating_link ON rating (company, link, side, rated_at);
CREATE INDEX rating_unanswered ON rating (company, rated_at, handoff) WHERE score <= 2 AND answered_at IS NULL;

-- rating_ask is a question that waits for a person: few a day, chosen when
-- something was accepted. hash is the digest of the link in a mail.
CREATE TABLE rating_ask (
	company   BIGINT NOT NULL,
	handoff   TEXT NOT NULL,
	side      TEXT NOT NULL CHECK (side IN ('customer', 'supplier')),
	person    TEXT NOT NULL,
	day       TEXT NOT NULL,
	asked_at  BIGINT NOT NULL,
	hash      TEXT NOT NULL,
	mailed    BOOLEAN NOT NULL,
	done      BOOLEAN NOT NULL,
	PRIMARY KEY (company, handoff, side),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
CREATE INDEX rating_ask_person ON rating_ask (company, person, day);
CREATE INDEX rating_ask_waiting ON rating_ask (company, person, asked_at) WHERE NOT done;
CREATE INDEX rating_ask_hash ON rating_ask (company, hash) WHERE hash <> '';
CREATE INDEX rating_ask_unmailed ON rating_ask (company, asked_at) WHERE NOT mailed AND NOT done;

CREATE TABLE rating_setting (
	company     BIGINT NOT NULL,
	per_day     BIGINT NOT NULL CHECK (per_day BETWEEN 0 AND 20),
	answer_days BIGINT NOT NULL CHECK (answer_days BETWEEN 1 AND 60),
	PRIMARY KEY (company),
	FOREIGN KEY (company) REFERENCES company (company)
);
