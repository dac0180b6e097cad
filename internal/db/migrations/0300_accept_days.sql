-- +goose Up

-- Working days of the customer to answer a delivery; 0 for what the company
-- says.
ALTER TABLE agreement ADD COLUMN accept_days BIGINT NOT NULL DEFAULT 0;
