-- +goose Up

-- A bell is read by person, so that is its key, and the key is its index: each
-- notice was written into two, and locked its person while it was. Who may have
-- a notice is read from person in the same transaction, and people stay.
CREATE TABLE notice_kept (
	company    BIGINT NOT NULL,
	person     TEXT NOT NULL,
	id         TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor      TEXT NOT NULL,
	subject    TEXT NOT NULL,
	number     BIGINT NOT NULL,
	noticed_at BIGINT NOT NULL,
	read_at    BIGINT,
	bell       BOOLEAN NOT NULL DEFAULT TRUE,
	instead_of TEXT NOT NULL DEFAULT '',
	post       TEXT NOT NULL DEFAULT 'none',
	mail_at    BIGINT,
	letter     TEXT NOT NULL DEFAULT '',
	PRIMARY KEY (company, person, id)
);
INSERT INTO notice_kept (company, person, id, kind, actor, subject, number, noticed_at, read_at, bell, instead_of, post, mail_at, letter)
SELECT company, person, id, kind, actor, subject, number, noticed_at, read_at, bell, instead_of, post, mail_at, letter FROM notice;
DROP TABLE notice;
ALTER TABLE notice_kept RENAME TO notice;
CREATE INDEX notice_unread ON notice (company, person, id) WHERE read_at IS NULL;
CREATE INDEX notice_new ON notice (company, person) WHERE post = 'new';
CREATE INDEX notice_waits ON notice (company, person, mail_at) WHERE post = 'waits';
CREATE INDEX notice_letter ON notice (company, letter) WHERE letter <> '';
