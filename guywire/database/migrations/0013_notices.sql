-- Written by dispatch alone: what a person is to be told, decided with the rest of a batch and sent afterwards.

CREATE TABLE dispatch.notice (
    -- says whom, of what and why, so that nobody is told twice of the same thing
    notice_id text PRIMARY KEY,
    person_id text NOT NULL,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    words jsonb NOT NULL,
    urgent boolean NOT NULL DEFAULT false,
    work_order_id text NOT NULL DEFAULT '',
    ticket_id text NOT NULL DEFAULT '',
    site_id text NOT NULL DEFAULT '',
    domain text NOT NULL DEFAULT '',
    -- from then on it is over: what is not sent yet is not sent any more
    void_at timestamptz,
    sent_at timestamptz,
    seen_at timestamptz,
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX notice_person ON dispatch.notice (person_id, at DESC);
CREATE INDEX notice_work_order ON dispatch.notice (work_order_id) WHERE work_order_id <> '';
CREATE INDEX notice_to_send ON dispatch.notice (at) WHERE sent_at IS NULL AND void_at IS NULL;

CREATE VIEW views.notice AS
    SELECT n.notice_id AS id, n.person_id AS person, t.name AS person_name, n.kind, n.at, n.words, n.urgent,
           n.work_order_id AS work_order, n.ticket_id AS ticket, n.site_id AS site, s.name AS site_name, s.region,
           n.domain, n.void_at, n.sent_at, n.seen_at, n.version
    FROM dispatch.notice n
    LEFT JOIN core.technician t ON t.technician_id = n.person_id
    LEFT JOIN core.site s ON s.site_id = n.site_id;
