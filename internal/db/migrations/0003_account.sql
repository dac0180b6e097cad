-- +goose Up

-- A person may work in several companies and signs in once: these four tables
-- belong to nobody's company. internal/arch names them as the only exceptions.
CREATE TABLE login (
	id         TEXT NOT NULL,
	email      TEXT NOT NULL,
	password   TEXT NOT NULL,
	created_at BIGINT NOT NULL,
	changed_at BIGINT NOT NULL,
	PRIMARY KEY (id),
	UNIQUE (email)
);

CREATE TABLE session (
	hash       TEXT NOT NULL,
	login      TEXT NOT NULL,
	company    BIGINT NOT NULL,
	person     TEXT NOT NULL,
	device     TEXT NOT NULL,
	started_at BIGINT NOT NULL,
	seen_at    BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	PRIMARY KEY (hash),
	FOREIGN KEY (login) REFERENCES login (id)
);
CREATE INDEX session_login ON session (login, started_at);
CREATE INDEX session_ends ON session (ends_at);

CREATE TABLE password_reset (
	hash    TEXT NOT NULL,
	login   TEXT NOT NULL,
	ends_at BIGINT NOT NULL,
	used_at BIGINT,
	PRIMARY KEY (hash),
	FOREIGN KEY (login) REFERENCES login (id)
);
CREATE INDEX password_reset_login ON password_reset (login);

-- seat says which person of which company a login is.
CREATE TABLE seat (
	company BIGINT NOT NULL,
	person  TEXT NOT NULL,
	login   TEXT NOT NULL,
	PRIMARY KEY (company, person),
	UNIQUE (company, login),
	FOREIGN KEY (company, person) REFERENCES person (company, id),
	FOREIGN KEY (login) REFERENCES login (id)
);
CREATE INDEX seat_login ON seat (login, company);

CREATE TABLE invitation (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	hash       TEXT NOT NULL,
	person     TEXT NOT NULL,
	invited_by TEXT NOT NULL,
	invited_at BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	used_at    BIGINT,
	PRIMARY KEY (company, id),
	UNIQUE (company, hash),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);

CREATE TABLE token (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	hash       TEXT NOT NULL,
	person     TEXT NOT NULL,
	name       TEXT NOT NULL,
	scope      TEXT NOT NULL,
	issued_at  BIGINT NOT NULL,
	ends_at    BIGINT NOT NULL,
	used_at    BIGINT,
	revoked_at BIGINT,
	PRIMARY KEY (company, id),
	UNIQUE (company, hash),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);

-- notice is one line of somebody's bell.
CREATE TABLE notice (
	company    BIGINT NOT NULL,
	id         TEXT NOT NULL,
	person     TEXT NOT NULL,
	kind       TEXT NOT NULL,
	actor      TEXT NOT NULL,
	subject    TEXT NOT NULL,
	number     BIGINT NOT NULL,
	noticed_at BIGINT NOT NULL,
	read_at    BIGINT,
	PRIMARY KEY (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);
CREATE INDEX notice_person ON notice (company, person, id);
CREATE INDEX notice_unread ON notice (company, person, id) WHERE read_at IS NULL;
