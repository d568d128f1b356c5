-- Who works on a ticket in the centre, under which mass ticket it stands, and a priority that a person gave it.

ALTER TABLE correlation.ticket
    ADD COLUMN assignee text NOT NULL DEFAULT '',
    ADD COLUMN assigned_group text NOT NULL DEFAULT '',
    ADD COLUMN parent_id text,
    ADD COLUMN follows_parent boolean NOT NULL DEFAULT false,
    -- who gave it its priority; '' where it goes by impact and urgency
    ADD COLUMN priority_by text NOT NULL DEFAULT '';
CREATE INDEX ticket_parent ON correlation.ticket (parent_id) WHERE parent_id IS NOT NULL;

CREATE OR REPLACE VIEW views.ticket AS
    SELECT t.ticket_id AS id, t.origin, t.incident_id AS incident, nullif(t.site_id, '') AS site, s.name AS site_name,
           s.region, s.time_zone, t.domain, t.state, t.priority, t.title, t.text, t.opened_at, t.opened_by,
           t.in_progress_at, t.resolved_at, t.closed_at, t.duplicate_of, t.hold_reason, t.hold_until,
           t.resolution_proposed_at, t.cause, t.result, t.responsible_party, t.version,
           (SELECT min(n.site_down_at) FROM correlation.need n WHERE n.ticket_id = t.ticket_id AND n.state = 'open')
               AS site_down_at,
           -- every region that it touches: who may see it
           ARRAY(SELECT s.region WHERE s.region IS NOT NULL
                 UNION SELECT p.region
                       FROM (SELECT DISTINCT n.site_id FROM correlation.need n WHERE n.ticket_id = t.ticket_id) d
                       JOIN core.site p USING (site_id) ORDER BY 1) AS regions,
           t.impact, t.urgency, t.customers, t.proposed_party, t.proposed_party_reason,
           nullif(t.assignee, '') AS assignee, nullif(t.assigned_group, '') AS assigned_group, t.parent_id AS parent,
           t.follows_parent, nullif(t.priority_by, '') AS priority_by,
           (SELECT count(*)::integer FROM correlation.ticket c WHERE c.parent_id = t.ticket_id) AS children
    FROM correlation.ticket t LEFT JOIN core.site s ON s.site_id = t.site_id;
