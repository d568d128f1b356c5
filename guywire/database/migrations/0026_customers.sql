-- Ten million customers are found in a few milliseconds: by number, name, address and id, each from the beginning.

-- An address without what stands before its street: province, city, county, town. Whoever calls leaves those out.
CREATE FUNCTION core.address_key(address text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT lower(regexp_replace(address,
        '^\s*([^\s0-9省市区县镇乡]{1,6}[^\s0-9省市区县镇乡小园社校景](省|市|区|县|镇|乡|街道))*\s*', ''))
$$;

ALTER TABLE core.customer
    ADD COLUMN address text NOT NULL DEFAULT '',
    ADD COLUMN address_key text GENERATED ALWAYS AS (core.address_key(address)) STORED;

-- text_pattern_ops: the beginning of a text is looked for by the index whatever the database's collation is
DROP INDEX core.customer_phone;
CREATE INDEX customer_phone ON core.customer (phone_digits text_pattern_ops) WHERE phone_digits <> '';
CREATE INDEX customer_name ON core.customer (name text_pattern_ops, vip DESC, customer_id);
CREATE INDEX customer_address ON core.customer (address_key text_pattern_ops) WHERE address_key <> '';
CREATE INDEX site_name ON core.site (name text_pattern_ops);
CREATE INDEX site_id_begins ON core.site (site_id text_pattern_ops);

CREATE OR REPLACE VIEW views.customer AS
    SELECT customer_id AS id, name, phone, phone_digits, latitude, longitude, serving_sites, vip, tenant, type, products, manager,
           address, address_key
    FROM core.customer WHERE retired_at IS NULL;

-- an incident's tickets, those that have ended too: the unique index has only the others
CREATE INDEX ticket_incident ON correlation.ticket (incident_id);

-- How many customers each site is the first to serve, counted when customers are loaded: nobody reads ten million of them.
CREATE TABLE core.site_customers (
    site_id text PRIMARY KEY,
    customers integer NOT NULL
);
INSERT INTO core.site_customers (site_id, customers)
SELECT serving_sites[1], count(*) FROM core.customer WHERE retired_at IS NULL AND serving_sites <> '{}' GROUP BY serving_sites[1];
