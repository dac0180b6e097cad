-- +goose Up

ALTER TABLE handoff ADD COLUMN paused_at BIGINT;
ALTER TABLE handoff ADD COLUMN paused_on TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN paused_for TEXT NOT NULL DEFAULT '';
ALTER TABLE handoff ADD COLUMN accept_due_at BIGINT;
ALTER TABLE handoff ADD COLUMN auto BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE link_stat ADD COLUMN auto BIGINT NOT NULL DEFAULT 0;

-- what the times of figures are read from, now with whether somebody answered
DROP INDEX handoff_link;
DROP INDEX handoff_times;
CREATE INDEX handoff_link ON handoff (company, link, asked_at, taken_at, delivered_at, closed_at, auto);
CREATE INDEX handoff_times ON handoff (company, supplier, asked_at, taken_at, delivered_at, closed_at, auto);

-- handoff_hours keeps every working time by which something was promised, by
-- what it says: a calendar that changes leaves what was promised as it was.
CREATE TABLE handoff_hours (
	company BIGINT NOT NULL,
	id      TEXT NOT NULL,
	spec    TEXT NOT NULL,
	PRIMARY KEY (company, id)
);

-- handoff_leg is what the history of a handoff tells when it is replayed, kept
-- so that lists and figures need not replay it. told counts the moments of this
-- phase of which people were told; wake_at is the next.
CREATE TABLE handoff_leg (
	company       BIGINT NOT NULL,
	handoff       TEXT NOT NULL,
	leg           BIGINT NOT NULL,
	supplier      TEXT NOT NULL,
	service       TEXT NOT NULL,
	agreement     TEXT NOT NULL,
	rework        BOOLEAN NOT NULL,
	opened_at     BIGINT NOT NULL,
	take_due_at   BIGINT,
	taken_at      BIGINT,
	take_result   TEXT NOT NULL,
	due_at        BIGINT,
	delivered_at  BIGINT,
	result        TEXT NOT NULL,
	provisional   BOOLEAN NOT NULL,
	closed_at     BIGINT,
	ended         TEXT NOT NULL,
	used_us       BIGINT NOT NULL,
	held_us       BIGINT NOT NULL,
	customer_us   BIGINT NOT NULL,
	third_us      BIGINT NOT NULL,
	other_us      BIGINT NOT NULL,
	accept_due_at BIGINT,
	phase         BIGINT NOT NULL,
	told          BIGINT NOT NULL,
	soon_at       BIGINT,
	now_at        BIGINT,
	late_at       BIGINT,
	last_at       BIGINT,
	wake_at       BIGINT,
	PRIMARY KEY (company, handoff, leg),
	FOREIGN KEY (company, handoff) REFERENCES handoff (company, id)
);
CREATE INDEX handoff_leg_wake ON handoff_leg (wake_at, company, handoff) WHERE wake_at IS NOT NULL;
