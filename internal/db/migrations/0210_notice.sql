-- +goose Up

-- absence says who is away, and who stands in. first_day and last_day are whole
-- days of the person's calendar; until_at is when the person is back at work.
CREATE TABLE absence (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	person     TEXT NOT NULL,
	substitute TEXT NOT NULL,
	first_day  TEXT NOT NULL,
	last_day   TEXT NOT NULL,
	from_at    BIGINT NOT NULL,
	until_at   BIGINT NOT NULL CHECK (until_at >= from_at),
	said_by    TEXT NOT NULL,
	said_at    BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
CREATE INDEX absence_person ON absence (company, person, until_at);
CREATE INDEX absence_until ON absence (company, until_at);
CREATE INDEX absence_substitute ON absence (company, substitute, until_at) WHERE substitute <> '';

-- bell: the line is on the bell. instead_of: the absent person for whom a
-- substitute hears of it. post: where its mail is: none, new (nobody has looked
-- yet), waits (until mail_at), taken (by letter), read (on the bell, before it
-- was mailed).
ALTER TABLE notice ADD COLUMN bell BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE notice ADD COLUMN instead_of TEXT NOT NULL DEFAULT '';
ALTER TABLE notice ADD COLUMN post TEXT NOT NULL DEFAULT 'none';
ALTER TABLE notice ADD COLUMN mail_at BIGINT;
ALTER TABLE notice ADD COLUMN letter TEXT NOT NULL DEFAULT '';
CREATE INDEX notice_new ON notice (company, person) WHERE post = 'new';
CREATE INDEX notice_waits ON notice (company, person, mail_at) WHERE post = 'waits';
CREATE INDEX notice_letter ON notice (company, letter) WHERE letter <> '';

-- notice_setting is what somebody decided about notices; who has no row takes
-- what is usual. choices is JSON: by channel and kind, only what is not usual.
CREATE TABLE notice_setting (
	company    BIGINT NOT NULL,
	person     TEXT NOT NULL,
	rhythm     TEXT NOT NULL CHECK (rhythm IN ('soon', 'daily', 'never')),
	daily_mins BIGINT NOT NULL CHECK (daily_mins BETWEEN 0 AND 1439),
	choices    TEXT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (company, person),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);

-- letter is one mail with one notice or several. state: claimed (nothing has
-- left), sending (it may have left), sent, failed, unsure (nobody can tell).
CREATE TABLE letter (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	person     TEXT NOT NULL,
	state      TEXT NOT NULL CHECK (state IN ('claimed', 'sending', 'sent', 'failed', 'unsure')),
	notices    BIGINT NOT NULL,
	tries      BIGINT NOT NULL,
	why        TEXT NOT NULL,
	claimed_at BIGINT NOT NULL,
	tried_at   BIGINT,
	done_at    BIGINT,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
CREATE INDEX letter_claimed ON letter (company, id) WHERE state = 'claimed';
CREATE INDEX letter_sending ON letter (company, tried_at) WHERE state = 'sending';
CREATE INDEX letter_done ON letter (company, done_at, state);
CREATE INDEX letter_state ON letter (company, state, id);
