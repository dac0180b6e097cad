-- +goose Up

-- What deserves thanks: the few handoffs rated with five, and the few urgent
-- ones, the latest first.
CREATE INDEX rating_best ON rating (company, rated_at, handoff) WHERE side = 'customer' AND score = 5;
CREATE INDEX handoff_urgent ON handoff (company, closed_at) WHERE priority > 0 AND closed_at IS NOT NULL;
