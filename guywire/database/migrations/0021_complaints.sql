-- Complaints as a closed loop: what becomes of each, what was promised, said and sent. Written by complaints alone.

ALTER TABLE complaints.complaint
    ADD COLUMN category text NOT NULL DEFAULT 'other',
    ADD COLUMN queue text NOT NULL DEFAULT 'desk',
    ADD COLUMN heat text NOT NULL DEFAULT 'calm' CHECK (heat IN ('calm', 'annoyed', 'heated')),
    ADD COLUMN owner text NOT NULL DEFAULT '',
    ADD COLUMN email text NOT NULL DEFAULT '',
    ADD COLUMN language text NOT NULL DEFAULT 'zh',
    ADD COLUMN tell boolean NOT NULL DEFAULT true,
    -- nobody proved that the number is theirs: what customers are known by it must not show
    ADD COLUMN unproven boolean NOT NULL DEFAULT false,
    -- whose fault report it is: the tenant of the account that made it, as it was then
    ADD COLUMN tenant text NOT NULL DEFAULT '',
    ADD COLUMN answers jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN parent_id text REFERENCES complaints.complaint,
    ADD COLUMN respond_due_at timestamptz,
    ADD COLUMN solve_due_at timestamptz,
    ADD COLUMN answered_at timestamptz,
    ADD COLUMN climbed text[] NOT NULL DEFAULT '{}',
    ADD COLUMN leader_at timestamptz,
    ADD COLUMN leader_reason text NOT NULL DEFAULT '',
    ADD COLUMN earlier_incidents text[] NOT NULL DEFAULT '{}',
    ADD COLUMN ticket_id text,
    ADD COLUMN ticket_round integer NOT NULL DEFAULT 0,
    ADD COLUMN ticket_key text,
    ADD COLUMN call_back_at timestamptz,
    ADD COLUMN asked_at timestamptz,
    ADD COLUMN silent_at timestamptz,
    ADD COLUMN still_out_at timestamptz,
    ADD COLUMN still_out_times integer NOT NULL DEFAULT 0,
    ADD COLUMN satisfaction smallint CHECK (satisfaction BETWEEN 1 AND 5),
    ADD COLUMN satisfaction_text text NOT NULL DEFAULT '',
    ADD COLUMN satisfied_at timestamptz,
    ADD COLUMN closed_at timestamptz,
    ADD COLUMN closed_by text NOT NULL DEFAULT '',
    ADD COLUMN closed_reason text NOT NULL DEFAULT '',
    ADD COLUMN closed_text text NOT NULL DEFAULT '',
    -- opens the customer's own page: unguessable
    ADD COLUMN token text NOT NULL DEFAULT replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''),
    ADD COLUMN phone_digits text GENERATED ALWAYS AS (right(regexp_replace(phone, '[^0-9]', '', 'g'), 11)) STORED,
    -- when what happens by itself is to be looked at again; null: never
    ADD COLUMN look_at timestamptz;
CREATE UNIQUE INDEX complaint_token ON complaints.complaint (token);
CREATE INDEX complaint_look ON complaints.complaint (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX complaint_parent ON complaints.complaint (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX complaint_phone ON complaints.complaint (phone_digits, registered_at) WHERE phone_digits <> '';
-- as the view shows them, by which lists ask
CREATE INDEX complaint_owner ON complaints.complaint (nullif(owner, '')) WHERE state <> 'closed';
CREATE INDEX complaint_phone_shown ON complaints.complaint
    ("right"(regexp_replace(phone, '[^0-9]', '', 'g'), 11), registered_at);
CREATE INDEX complaint_customer_shown ON complaints.complaint (nullif(customer_id, ''), registered_at);
CREATE INDEX complaint_site_shown ON complaints.complaint (nullif(site_id, ''), registered_at);
CREATE INDEX complaint_queue ON complaints.complaint (queue, registered_at) WHERE state <> 'closed';
CREATE INDEX complaint_ticket ON complaints.complaint (ticket_id) WHERE ticket_id IS NOT NULL;
CREATE INDEX complaint_ticket_key ON complaints.complaint (ticket_key) WHERE ticket_key IS NOT NULL;
CREATE INDEX complaint_tenant ON complaints.complaint (tenant, registered_at DESC) WHERE tenant <> '';
CREATE INDEX complaint_leader ON complaints.complaint (leader_at) WHERE leader_at IS NOT NULL;
CREATE INDEX complaint_call_back ON complaints.complaint (call_back_at) WHERE state = 'restored';

-- What was promised to a customer, or granted.
CREATE SEQUENCE complaints.promise_number;
CREATE TABLE complaints.promise (
    promise_id text PRIMARY KEY DEFAULT 'CP' || nextval('complaints.promise_number'),
    complaint_id text NOT NULL REFERENCES complaints.complaint,
    kind text NOT NULL CHECK (kind IN ('promise', 'grant')),
    text text NOT NULL,
    grant_id text NOT NULL DEFAULT '',
    amount double precision,
    due_at timestamptz,
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    state text NOT NULL CHECK (state IN ('wanted', 'standing', 'kept', 'broken', 'refused')),
    warned_at timestamptz,
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    note text NOT NULL DEFAULT ''
);
CREATE INDEX promise_complaint ON complaints.promise (complaint_id);
CREATE INDEX promise_open ON complaints.promise (due_at) WHERE ended_at IS NULL;

-- Everything that was said between a customer and us, kept for good.
CREATE SEQUENCE complaints.contact_number;
CREATE TABLE complaints.contact (
    contact_id text PRIMARY KEY DEFAULT 'CC' || nextval('complaints.contact_number'),
    complaint_id text NOT NULL REFERENCES complaints.complaint,
    direction text NOT NULL CHECK (direction IN ('in', 'out')),
    channel text NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    text text NOT NULL,
    outcome text NOT NULL DEFAULT ''
);
CREATE INDEX contact_complaint ON complaints.contact (complaint_id, at);

-- What a customer is told by message. `value` says what of: the same of the same is told once.
CREATE SEQUENCE complaints.message_number;
CREATE TABLE complaints.message (
    message_id text PRIMARY KEY DEFAULT 'CM' || nextval('complaints.message_number'),
    complaint_id text NOT NULL REFERENCES complaints.complaint,
    kind text NOT NULL,
    value text NOT NULL,
    words jsonb NOT NULL,
    about_at timestamptz,
    state text NOT NULL CHECK (state IN ('waiting', 'sent', 'failed', 'obsolete', 'unaddressed')),
    at timestamptz NOT NULL,
    next_at timestamptz,
    sent_at timestamptz,
    tries integer NOT NULL DEFAULT 0,
    taken text[] NOT NULL DEFAULT '{}',
    UNIQUE (complaint_id, kind, value)
);
CREATE INDEX message_due ON complaints.message (next_at) WHERE state = 'waiting';

-- Whether and when a phone may be sent messages.
CREATE TABLE complaints.wish (
    phone_digits text PRIMARY KEY CHECK (phone_digits <> ''),
    opt_out boolean NOT NULL DEFAULT false,
    at_night boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL,
    actor text NOT NULL
);

-- Contacts that somebody looks at again.
CREATE TABLE complaints.contact_inspection (
    contact_id text PRIMARY KEY REFERENCES complaints.contact,
    complaint_id text NOT NULL REFERENCES complaints.complaint,
    agent text NOT NULL,
    wanted_at timestamptz NOT NULL,
    scores jsonb NOT NULL DEFAULT '{}',
    score double precision,
    passed boolean,
    remark text NOT NULL DEFAULT '',
    inspected_at timestamptz,
    inspected_by text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX contact_inspection_wanted ON complaints.contact_inspection (wanted_at) WHERE inspected_at IS NULL;

CREATE OR REPLACE VIEW views.complaint AS
    SELECT c.complaint_id AS id, c.state, c.channel, c.text, c.phone, nullif(c.customer_id, '') AS customer,
           k.name AS customer_name, coalesce(k.vip, false) AS vip, nullif(c.site_id, '') AS site, s.name AS site_name, s.region,
           s.time_zone, c.domain, c.latitude, c.longitude, c.incident_id AS incident, c.link_reason, c.registered_at,
           c.registered_by, c.promised_at, c.restored_at, c.version,
           c.category, c.queue, c.heat, nullif(c.owner, '') AS owner, c.email, c.language,
           nullif(coalesce(nullif(c.tenant, ''), k.tenant), '') AS tenant,
           c.answers, c.parent_id AS parent,
           (SELECT count(*) FROM complaints.complaint o WHERE o.parent_id = c.complaint_id) AS children,
           c.respond_due_at, c.solve_due_at,
           CASE WHEN c.state IN ('restored', 'closed') THEN NULL WHEN c.answered_at IS NULL THEN c.respond_due_at
                ELSE c.solve_due_at END AS due_at,
           c.answered_at, nullif(c.leader_reason, '') AS leader_reason, c.leader_at, c.earlier_incidents, c.ticket_id AS ticket,
           c.call_back_at, c.asked_at, c.silent_at, c.still_out_at, c.still_out_times, c.satisfaction,
           nullif(c.satisfaction_text, '') AS satisfaction_text, c.satisfied_at, p.promise_due_at,
           coalesce(p.promise_warned, false) AS promise_warned, c.closed_at, nullif(c.closed_by, '') AS closed_by,
           nullif(c.closed_reason, '') AS closed_reason, nullif(c.closed_text, '') AS closed_text
    FROM complaints.complaint c
    LEFT JOIN core.customer k ON k.customer_id = c.customer_id
    LEFT JOIN core.site s ON s.site_id = c.site_id
    LEFT JOIN LATERAL (
        SELECT min(due_at) AS promise_due_at, bool_or(warned_at IS NOT NULL) AS promise_warned
        FROM complaints.promise WHERE complaint_id = c.complaint_id AND ended_at IS NULL AND state IN ('standing', 'broken')
    ) p ON true;

CREATE VIEW views.promise AS
    SELECT p.promise_id AS id, p.complaint_id AS complaint, p.kind, p.text, nullif(p.grant_id, '') AS "grant", p.amount,
           p.due_at, p.made_at, p.made_by, p.state, p.warned_at, p.ended_at, nullif(p.ended_by, '') AS ended_by, p.note,
           s.region
    FROM complaints.promise p JOIN complaints.complaint c USING (complaint_id) LEFT JOIN core.site s ON s.site_id = c.site_id;

CREATE VIEW views.contact AS
    SELECT contact_id AS id, complaint_id AS complaint, direction, channel, at, actor AS by, text, outcome
    FROM complaints.contact;

CREATE VIEW views.customer_message AS
    SELECT message_id AS id, complaint_id AS complaint, kind, words, state, at, next_at, sent_at, tries
    FROM complaints.message;

CREATE VIEW views.customer_wish AS
    SELECT phone_digits AS id, opt_out, at_night, at, actor AS by FROM complaints.wish;

CREATE VIEW views.contact_inspection AS
    SELECT i.contact_id AS id, i.complaint_id AS complaint, i.agent,
           CASE WHEN i.inspected_at IS NULL THEN 'wanted' WHEN i.passed THEN 'passed' ELSE 'failed' END AS state, i.wanted_at,
           i.scores, i.score, i.remark, i.inspected_at, nullif(i.inspected_by, '') AS inspected_by, i.version, s.region,
           jsonb_build_object('id', k.contact_id, 'direction', k.direction, 'channel', k.channel, 'at', k.at, 'by', k.actor,
                              'text', k.text, 'outcome', k.outcome) AS contact_of_it
    FROM complaints.contact_inspection i
    JOIN complaints.contact k USING (contact_id)
    JOIN complaints.complaint c ON c.complaint_id = i.complaint_id
    LEFT JOIN core.site s ON s.site_id = c.site_id;

-- What hangs on an incident at the desk.
CREATE VIEW views.complaint_load AS
    SELECT c.incident_id AS incident, count(*)::integer AS complaints,
           (count(*) FILTER (WHERE k.vip))::integer AS vips,
           (count(*) FILTER (WHERE c.still_out_at IS NOT NULL))::integer AS still_out,
           (count(*) FILTER (WHERE c.heat = 'heated'))::integer AS heated
    FROM complaints.complaint c LEFT JOIN core.customer k ON k.customer_id = c.customer_id
    WHERE c.incident_id IS NOT NULL AND c.state <> 'closed'
    GROUP BY c.incident_id;
