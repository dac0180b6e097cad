-- +goose Up

-- pulse_urn holds all locked ballots of a pulse in one text, which is opened,
-- mixed and locked anew with every ballot, so that no ballot has a row, a place
-- or a time of its own. key names the key that opens it, which is not in this
-- database; n is how many ballots were cast, and room is the length to which
-- the text is filled up. The row goes when the pulse closes.
CREATE TABLE pulse_urn (
	company BIGINT NOT NULL,
	pulse   TEXT NOT NULL,
	key     TEXT NOT NULL,
	n       BIGINT NOT NULL,
	room    BIGINT NOT NULL,
	box     BYTEA NOT NULL,
	PRIMARY KEY (company, pulse)
);
DROP TABLE pulse_box;
ALTER TABLE pulse DROP COLUMN lock;
