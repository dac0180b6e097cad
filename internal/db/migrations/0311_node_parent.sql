-- +goose Up

-- What lies below what somebody leads is asked for at every request.
CREATE INDEX node_below ON node (company, parent);
