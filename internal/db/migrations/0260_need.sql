-- +goose Up

-- need is what somebody lacks to do its work well. handoff is the request to
-- whom can resolve it, if somebody offers that.
CREATE TABLE need (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	node        TEXT NOT NULL,
	category    TEXT NOT NULL,
	severity    BIGINT NOT NULL CHECK (severity BETWEEN 0 AND 3),
	title       TEXT NOT NULL,
	detail      TEXT NOT NULL,
	scope       TEXT NOT NULL CHECK (scope IN ('me', 'post', 'team')),
	asked_by    TEXT NOT NULL,
	asked_at    BIGINT NOT NULL,
	state       TEXT NOT NULL CHECK (state IN ('open', 'planned', 'refused', 'done', 'resolved', 'withdrawn')),
	version     BIGINT NOT NULL,
	service     TEXT NOT NULL,
	handoff     TEXT NOT NULL,
	stopped_at  BIGINT,
	resumed_at  BIGINT,
	resumed_by  TEXT NOT NULL,
	answer_due  BIGINT NOT NULL,
	answer      TEXT NOT NULL,
	answered_by TEXT NOT NULL,
	answered_at BIGINT,
	due_on      TEXT NOT NULL,
	cost        DOUBLE PRECISION NOT NULL CHECK (cost >= 0),
	done        TEXT NOT NULL,
	done_by     TEXT NOT NULL,
	done_at     BIGINT,
	checked     TEXT NOT NULL,
	checked_at  BIGINT,
	reopened    BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, node) REFERENCES node (company, id),
	FOREIGN KEY (company, asked_by) REFERENCES person (company, id)
);
CREATE INDEX need_node ON need (company, node, id);
CREATE INDEX need_state ON need (company, state, id);
CREATE INDEX need_asker ON need (company, asked_by, id);
CREATE INDEX need_handoff ON need (company, handoff) WHERE handoff <> '';
CREATE INDEX need_stopped ON need (company, stopped_at) WHERE stopped_at IS NOT NULL AND resumed_at IS NULL;

CREATE TABLE need_join (
	company   BIGINT NOT NULL,
	need      TEXT NOT NULL,
	person    TEXT NOT NULL,
	joined_at BIGINT NOT NULL,
	PRIMARY KEY (company, need, person),
	FOREIGN KEY (company, need) REFERENCES need (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
