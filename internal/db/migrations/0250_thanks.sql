-- +goose Up

CREATE TABLE thanks_value (
	company  BIGINT NOT NULL,
	id       TEXT NOT NULL,
	name     TEXT NOT NULL,
	position BIGINT NOT NULL,
	gone     BOOLEAN NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company) REFERENCES company (company)
);

-- thanks goes to a person or to a node; dictated says that somebody wrote it
-- down for another who has no screen.
CREATE TABLE thanks (
	company   BIGINT NOT NULL,
	id        TEXT NOT NULL,
	giver     TEXT NOT NULL,
	person    TEXT NOT NULL,
	node      TEXT NOT NULL,
	handoff   TEXT NOT NULL,
	reason    TEXT NOT NULL,
	value     TEXT NOT NULL,
	letter    TEXT NOT NULL,
	audience  TEXT NOT NULL CHECK (audience IN ('all', 'team', 'private')),
	dictated  TEXT NOT NULL,
	given_at  BIGINT NOT NULL,
	hidden_at BIGINT,
	hidden_by TEXT NOT NULL,
	hidden_why TEXT NOT NULL,
	PRIMARY KEY (company, id),
	CHECK ((person = '') <> (node = '')),
	FOREIGN KEY (company) REFERENCES company (company)
);
CREATE INDEX thanks_wall ON thanks (company, id) WHERE audience = 'all' AND hidden_at IS NULL;
CREATE INDEX thanks_giver ON thanks (company, giver, id);
CREATE INDEX thanks_person ON thanks (company, person, id) WHERE person <> '';
CREATE INDEX thanks_node ON thanks (company, node, id) WHERE node <> '';
CREATE UNIQUE INDEX thanks_handoff ON thanks (company, handoff, giver) WHERE handoff <> '';

-- thanks_shy are the people who do not want to stand on the wall.
CREATE TABLE thanks_shy (
	company BIGINT NOT NULL,
	person  TEXT NOT NULL,
	PRIMARY KEY (company, person),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
