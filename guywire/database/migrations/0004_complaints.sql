-- Written by complaints alone.

CREATE SCHEMA complaints;

CREATE TABLE complaints.complaint (
    complaint_id text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('open', 'linked', 'restored', 'closed')),
    channel text NOT NULL,
    text text NOT NULL,
    phone text NOT NULL DEFAULT '',
    customer_id text NOT NULL DEFAULT '',
    site_id text NOT NULL DEFAULT '',
    domain text NOT NULL DEFAULT '',
    latitude double precision,
    longitude double precision,
    incident_id text,
    link_reason text NOT NULL DEFAULT '',
    registered_at timestamptz NOT NULL,
    registered_by text NOT NULL,
    promised_at timestamptz,
    restored_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX complaint_open ON complaints.complaint (registered_at) WHERE state IN ('open', 'linked');
CREATE INDEX complaint_incident ON complaints.complaint (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX complaint_site ON complaints.complaint (site_id, registered_at);
CREATE INDEX complaint_customer ON complaints.complaint (customer_id) WHERE customer_id <> '';

-- The last number given to a complaint. A row, not a sequence: an aborted batch gives its numbers back.
CREATE TABLE complaints.complaint_counter (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    last bigint NOT NULL DEFAULT 0
);
INSERT INTO complaints.complaint_counter DEFAULT VALUES;
