-- What keeps a batch's cost apart from how much stands elsewhere, and from how long something has been flapping. Found by
-- reading the plans of publishing in a storm.

-- as views.outage writes its id: without it each published outage reads all outages there ever were. Unique, so that
-- the planner knows without statistics that one row comes of it
CREATE UNIQUE INDEX outage_id ON correlation.outage ((incident_id || '/' || site_id));

-- a ticket's site_down_at: without it all open needs are read to find those of one ticket
CREATE INDEX need_open_of_ticket ON correlation.need (ticket_id) INCLUDE (site_down_at) WHERE state = 'open';

-- a ticket's regions: from the index alone, and each site looked up once, however many needs it has had
DROP INDEX correlation.need_ticket;
CREATE INDEX need_ticket ON correlation.need (ticket_id, site_id);

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
                       JOIN core.site p USING (site_id) ORDER BY 1) AS regions
    FROM correlation.ticket t LEFT JOIN core.site s ON s.site_id = t.site_id;
