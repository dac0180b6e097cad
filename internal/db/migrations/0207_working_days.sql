-- +goose Up

-- A promise counts working time, or working days if its days are above zero;
-- its seconds are then a usual day for each, which only older programs read.
ALTER TABLE service ADD COLUMN take_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE service ADD COLUMN deliver_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agreement ADD COLUMN take_days BIGINT NOT NULL DEFAULT 0;
ALTER TABLE agreement ADD COLUMN deliver_days BIGINT NOT NULL DEFAULT 0;
