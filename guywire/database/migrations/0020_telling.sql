-- Written by dispatch alone: how far notices have come on their way to people.

-- When telling looks at a notice next: at once where nobody has yet, and again when it is void; null: nothing more to do.
ALTER TABLE dispatch.notice ADD COLUMN tell_at timestamptz DEFAULT '-infinity';
CREATE INDEX notice_to_tell ON dispatch.notice (tell_at) WHERE tell_at IS NOT NULL;
DROP INDEX dispatch.notice_to_send;

CREATE TABLE dispatch.notice_delivery (
    notice_id text NOT NULL REFERENCES dispatch.notice ON DELETE CASCADE,
    -- push and take_down are Web Push; others are as the operator's contacts name them
    channel text NOT NULL,
    -- host or scheme and a digest: tells addresses apart, and gives none of their secrets away
    target text NOT NULL,
    state text NOT NULL CHECK (state IN ('waiting', 'delivered', 'failed', 'gone')),
    tries integer NOT NULL,
    at timestamptz NOT NULL,
    next_at timestamptz,
    detail text NOT NULL DEFAULT '',
    PRIMARY KEY (notice_id, channel, target)
);

CREATE VIEW views.notice_delivery AS
    SELECT d.notice_id || '/' || d.channel || '/' || d.target AS id, d.notice_id AS notice, n.person_id AS person,
           n.work_order_id AS work_order, n.ticket_id AS ticket, n.domain, d.channel, d.target, d.state, d.tries, d.at,
           d.next_at, d.detail
    FROM dispatch.notice_delivery d JOIN dispatch.notice n USING (notice_id);
