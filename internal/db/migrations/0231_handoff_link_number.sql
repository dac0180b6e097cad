-- +goose Up

-- The handoffs of one link, the latest first, however rare they are.
CREATE INDEX handoff_link_number ON handoff (company, link, number);
