-- +goose Up

-- dataset is an event log that somebody brought in. Its file lies in parts,
-- so that nobody has to hold all of it.
CREATE TABLE dataset (
	company   BIGINT NOT NULL,
	id        TEXT NOT NULL,
	name      TEXT NOT NULL,
	file      TEXT NOT NULL,
	size      BIGINT NOT NULL,
	sha256    TEXT NOT NULL,
	parts     BIGINT NOT NULL,
	state     TEXT NOT NULL CHECK (state IN ('arriving', 'waiting', 'asking', 'queued', 'ready', 'failed')),
	version   BIGINT NOT NULL,
	done      BIGINT NOT NULL,
	problem   TEXT NOT NULL,
	preview   TEXT NOT NULL,
	mapping   TEXT NOT NULL,
	cases     BIGINT NOT NULL,
	events    BIGINT NOT NULL,
	everybody BOOLEAN NOT NULL,
	added_by  TEXT NOT NULL,
	added_at  BIGINT NOT NULL,
	mapped_by TEXT NOT NULL,
	ready_at  BIGINT,
	PRIMARY KEY (company, id)
);
CREATE INDEX dataset_added ON dataset (company, added_at, id);

CREATE TABLE dataset_part (
	company BIGINT NOT NULL,
	dataset TEXT NOT NULL,
	part    BIGINT NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (company, dataset, part),
	FOREIGN KEY (company, dataset) REFERENCES dataset (company, id)
);

CREATE TABLE dataset_reader (
	company BIGINT NOT NULL,
	dataset TEXT NOT NULL,
	person  TEXT NOT NULL,
	PRIMARY KEY (company, dataset, person),
	FOREIGN KEY (company, dataset) REFERENCES dataset (company, id),
	FOREIGN KEY (company, person) REFERENCES person (company, id)
);

-- dataset_result is the whole analysis, and dataset_chain what the pages show
-- of one dimension; both are JSON, packed, and can be made anew from the file.
CREATE TABLE dataset_result (
	company BIGINT NOT NULL,
	dataset TEXT NOT NULL,
	content BYTEA NOT NULL,
	PRIMARY KEY (company, dataset),
	FOREIGN KEY (company, dataset) REFERENCES dataset (company, id)
);

CREATE TABLE dataset_chain (
	company   BIGINT NOT NULL,
	dataset   TEXT NOT NULL,
	dimension TEXT NOT NULL,
	content   BYTEA NOT NULL,
	PRIMARY KEY (company, dataset, dimension),
	FOREIGN KEY (company, dataset) REFERENCES dataset (company, id)
);

-- mapping is how somebody understood a kind of file, to be used again.
CREATE TABLE mapping (
	company  BIGINT NOT NULL,
	id       TEXT NOT NULL,
	name     TEXT NOT NULL,
	folded   TEXT NOT NULL,
	content  TEXT NOT NULL,
	saved_by TEXT NOT NULL,
	saved_at BIGINT NOT NULL,
	PRIMARY KEY (company, id),
	UNIQUE (company, folded)
);
