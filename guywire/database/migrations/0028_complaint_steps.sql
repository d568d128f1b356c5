-- Work on many complaints goes on in slices: what is left of it stands here, so that a kill loses nothing. Contacts and
-- messages of whoever has no complaint. Written by complaints alone.

-- Complaints near which something happened: each is explained anew in its turn, whoever has waited longest first.
CREATE TABLE complaints.to_explain (
    complaint_id text PRIMARY KEY REFERENCES complaints.complaint,
    since timestamptz NOT NULL,
    registered_at timestamptz NOT NULL
);
CREATE INDEX to_explain_turn ON complaints.to_explain (since, registered_at DESC);

-- Incidents of which some complaints are still to be moved or restored.
CREATE TABLE complaints.to_follow (
    incident_id text PRIMARY KEY
);

-- Answers to many: the children that are still to have one.
CREATE TABLE complaints.mass_answer (
    answer_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    answer jsonb NOT NULL,
    actor text NOT NULL,
    waiting text[] NOT NULL
);

ALTER TABLE complaints.contact
    ALTER COLUMN complaint_id DROP NOT NULL,
    -- digits or address of whoever wrote while no complaint was theirs
    ADD COLUMN sender text NOT NULL DEFAULT '',
    -- the call at the call centre's telephone system
    ADD COLUMN call text NOT NULL DEFAULT '',
    -- channel and the gateway's own id of what was written: the same is never heard twice
    ADD COLUMN heard text,
    ADD CONSTRAINT contact_of_somebody CHECK (complaint_id IS NOT NULL OR sender <> '');
CREATE UNIQUE INDEX contact_heard ON complaints.contact (heard) WHERE heard IS NOT NULL;

ALTER TABLE complaints.message
    ALTER COLUMN complaint_id DROP NOT NULL,
    ADD COLUMN sender text NOT NULL DEFAULT '',
    -- to a number or address that nobody proved: it counts against the budget of such
    ADD COLUMN stranger boolean NOT NULL DEFAULT false,
    DROP CONSTRAINT message_state_check,
    ADD CONSTRAINT message_state_check
        CHECK (state IN ('waiting', 'sent', 'failed', 'obsolete', 'unaddressed', 'withheld')),
    ADD CONSTRAINT message_to_somebody CHECK (complaint_id IS NOT NULL OR sender <> '');
CREATE INDEX message_stranger ON complaints.message (at) WHERE stranger;
-- whoever has no complaint is told each thing once
CREATE UNIQUE INDEX message_sender ON complaints.message (sender, kind) WHERE complaint_id IS NULL;

CREATE INDEX complaint_email ON complaints.complaint (lower(email)) WHERE email <> '';

CREATE OR REPLACE VIEW views.contact AS
    SELECT contact_id AS id, complaint_id AS complaint, direction, channel, at, actor AS by, text, outcome,
           nullif(call, '') AS call, nullif(sender, '') AS sender
    FROM complaints.contact;
