-- +goose Up

CREATE INDEX token_person ON token (company, person, id);
CREATE INDEX invitation_person ON invitation (company, person, id);
