-- +goose Up

-- Whether somebody was thanked lately is asked of each person that somebody
-- leads: the last times first, however often it was thanked before.
DROP INDEX thanks_person;
DROP INDEX thanks_node;
CREATE INDEX thanks_person ON thanks (company, person, given_at, audience) WHERE person <> '';
CREATE INDEX thanks_node ON thanks (company, node, given_at, audience) WHERE node <> '';
