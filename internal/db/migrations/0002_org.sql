-- +goose Up

-- folded columns hold the text without accents and capitals, for search and
-- for telling twins apart: the engines fold differently.
CREATE TABLE person (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	name       TEXT NOT NULL,
	folded     TEXT NOT NULL,
	email      TEXT NOT NULL,
	lang       TEXT NOT NULL,
	owner      BOOLEAN NOT NULL,
	active     BOOLEAN NOT NULL,
	added_at   BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company) REFERENCES company (company)
);
CREATE UNIQUE INDEX person_email ON person (company, email) WHERE email <> '';
CREATE INDEX person_folded ON person (company, folded, id);

CREATE TABLE node (
	company     BIGINT NOT NULL,
	id          TEXT NOT NULL,
	kind        TEXT NOT NULL CHECK (kind IN ('area', 'team', 'post', 'customer', 'supplier')),
	name        TEXT NOT NULL,
	folded      TEXT NOT NULL,
	parent      TEXT,
	position    BIGINT NOT NULL,
	added_at    BIGINT NOT NULL,
	archived_at BIGINT,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, parent) REFERENCES node (company, id),
	FOREIGN KEY (company) REFERENCES company (company)
);

-- place says who works where, and who leads it with all below it.
CREATE TABLE place (
	company BIGINT NOT NULL,
	node    TEXT NOT NULL,
	person  TEXT NOT NULL,
	leads   BOOLEAN NOT NULL,
	PRIMARY KEY (company, node, person),
	FOREIGN KEY (company, node) REFERENCES node (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
CREATE INDEX place_person ON place (company, person, node);
