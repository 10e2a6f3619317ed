-- Which rows the demonstration loaded: kraj demo --remove takes exactly these away, and loading never touches any other.
-- No foreign keys: a row may be gone already, and then there is nothing to remove.
CREATE TABLE kraj.demo_rows (
    relation     text NOT NULL,
    row_id       bigint NOT NULL,
    municipality text NOT NULL,   -- folder of the facts: kranj, koper
    loaded_at    timestamptz NOT NULL DEFAULT transaction_timestamp(),
    PRIMARY KEY (relation, row_id)
);
COMMENT ON TABLE kraj.demo_rows IS 'Rows that kraj demo loaded; not source data, so not logged';
