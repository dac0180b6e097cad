-- +goose Up

-- link_flow is a projection of what was accepted: how long it had waited until
-- it was taken (kind 'wait', bucket of stat.Bucket) and how many deliveries it
-- took (kind 'rounds', bucket is that number). week is its Monday, in UTC.
CREATE TABLE link_flow (
	company BIGINT NOT NULL,
	link    TEXT NOT NULL,
	service TEXT NOT NULL,
	week    TEXT NOT NULL,
	kind    TEXT NOT NULL CHECK (kind IN ('wait', 'rounds')),
	bucket  BIGINT NOT NULL,
	n       BIGINT NOT NULL,
	PRIMARY KEY (company, link, service, week, kind, bucket)
);
CREATE INDEX link_flow_week ON link_flow (company, week, link, kind, bucket, n);
