-- +goose Up

-- week_told is the Monday up to which those who lead were told the figures of
-- the week before.
CREATE TABLE week_told (
	company BIGINT NOT NULL,
	monday  TEXT NOT NULL,
	PRIMARY KEY (company)
);
