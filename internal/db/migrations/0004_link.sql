-- +goose Up

-- form, requirements and reasons are JSON: lists that are always read whole.
CREATE TABLE service (
	company      BIGINT NOT NULL,
	id           TEXT NOT NULL,
	node         TEXT NOT NULL,
	kind         TEXT NOT NULL CHECK (kind IN ('product', 'information', 'document', 'material', 'support', 'decision')),
	name         TEXT NOT NULL,
	folded       TEXT NOT NULL,
	detail       TEXT NOT NULL,
	unit         TEXT NOT NULL,
	form         TEXT NOT NULL,
	requirements TEXT NOT NULL,
	reasons      TEXT NOT NULL,
	take_secs    BIGINT NOT NULL CHECK (take_secs > 0),
	deliver_secs BIGINT NOT NULL CHECK (deliver_secs > 0),
	target       BIGINT NOT NULL CHECK (target BETWEEN 0 AND 100),
	version      BIGINT NOT NULL,
	offered_at   BIGINT NOT NULL,
	archived_at  BIGINT,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, node) REFERENCES node (company, id)
);
CREATE INDEX service_node ON service (company, node, id);

CREATE TABLE link (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	supplier    TEXT NOT NULL,
	customer    TEXT NOT NULL,
	relation    TEXT NOT NULL,
	related_by  TEXT NOT NULL,
	related_why TEXT NOT NULL,
	declared_at BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	UNIQUE (company, supplier, customer),
	CHECK (supplier <> customer),
	FOREIGN KEY (company, supplier) REFERENCES node (company, id),
	FOREIGN KEY (company, customer) REFERENCES node (company, id)
);
CREATE INDEX link_customer ON link (company, customer, id);

CREATE TABLE agreement (
	company      BIGINT NOT NULL,
	id           TEXT NOT NULL,
	link         TEXT NOT NULL,
	service      TEXT NOT NULL,
	version      BIGINT NOT NULL,
	state        TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected', 'withdrawn', 'replaced')),
	take_secs    BIGINT NOT NULL CHECK (take_secs > 0),
	deliver_secs BIGINT NOT NULL CHECK (deliver_secs > 0),
	target       BIGINT NOT NULL CHECK (target BETWEEN 0 AND 100),
	requirements TEXT NOT NULL,
	note         TEXT NOT NULL,
	review_on    TEXT NOT NULL,
	side         TEXT NOT NULL CHECK (side IN ('supplier', 'customer')),
	proposed_by  TEXT NOT NULL,
	proposed_at  BIGINT NOT NULL,
	decided_by   TEXT NOT NULL,
	decided_at   BIGINT,
	PRIMARY KEY (company, id),
	UNIQUE (company, link, service, version),
	FOREIGN KEY (company, link) REFERENCES link (company, id),
	FOREIGN KEY (company, service) REFERENCES service (company, id)
);
CREATE UNIQUE INDEX agreement_in_force ON agreement (company, link, service) WHERE state = 'accepted';
CREATE UNIQUE INDEX agreement_pending ON agreement (company, link, service) WHERE state = 'proposed';
