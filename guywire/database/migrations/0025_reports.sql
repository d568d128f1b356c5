-- What reports count by, and what tenants say: proof of voltage day by day, consents, agreements. Written by dashboards.

-- What each tenant was promised where it has equipment: the narrowest region of its contracts that says anything of it.
CREATE VIEW views.tenant_terms AS
    SELECT p.tenant || '/' || p.region AS id, p.tenant, p.region,
           (SELECT c.availability FROM core.contract c WHERE c.tenant = p.tenant AND c.availability IS NOT NULL
               AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
             ORDER BY length(c.region) DESC, c.availability DESC LIMIT 1) AS availability,
           v.voltage_low, v.voltage_high
    FROM (SELECT DISTINCT t.tenant, s.region FROM core.site s, unnest(s.tenants) AS t (tenant)
          WHERE s.retired_at IS NULL) p
    LEFT JOIN LATERAL (SELECT c.voltage_low, c.voltage_high FROM core.contract c
        WHERE c.tenant = p.tenant AND c.voltage_low IS NOT NULL AND c.voltage_high IS NOT NULL
            AND (c.region IN ('', p.region) OR starts_with(p.region, c.region || '/'))
        ORDER BY length(c.region) DESC, c.voltage_low DESC, c.voltage_high LIMIT 1) v ON true;

-- An outage as each tenant of the site had it. Where all that the incident heard at a site stands on tenants' equipment, it
-- is those tenants' outage alone; a site that is cut off, or whose power goes, is down for all.
CREATE VIEW views.tenant_outage AS
    SELECT o.incident_id || '/' || o.site_id || '/' || t.tenant AS id, t.tenant, o.incident_id AS incident,
           o.site_id AS site, s.name AS site_name, s.region, s.domain, s.time_zone, s.site_class, o.started_at, o.ended_at
    FROM correlation.outage o
    JOIN core.site s USING (site_id)
    CROSS JOIN LATERAL unnest(s.tenants) AS t (tenant)
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT coalesce(r.tenant, '')) AS tenants
        FROM correlation.alarm a LEFT JOIN core.resource r ON (r.site_id, r.resource) = (a.site_id, a.resource)
        WHERE a.incident_id = o.incident_id AND a.site_id = o.site_id) heard ON true
    WHERE o.started_at IS NOT NULL
        AND (heard.tenants IS NULL OR '' = ANY(heard.tenants) OR t.tenant = ANY(heard.tenants));

-- One row for each day of a site's clock and pair of limits that a contract names: of the seconds that were due, how many
-- were measured, and how many of those lay within. What is neither is a gap. Rolled up from samples, which are let go.
CREATE TABLE centre.voltage_day (
    site_id text NOT NULL,
    starts_at timestamptz NOT NULL,
    voltage_low double precision NOT NULL,
    voltage_high double precision NOT NULL,
    due_seconds integer NOT NULL,
    measured_seconds integer NOT NULL,
    within_seconds integer NOT NULL,
    lowest double precision,
    highest double precision,
    -- a day that is not over is rolled up again
    is_whole boolean NOT NULL,
    PRIMARY KEY (site_id, starts_at, voltage_low, voltage_high)
);
CREATE INDEX voltage_day_starts ON centre.voltage_day (starts_at);
CREATE VIEW views.voltage_day AS
    SELECT site_id || '/' || starts_at AS id, site_id AS site, starts_at, voltage_low, voltage_high, due_seconds,
           measured_seconds, within_seconds, lowest, highest, is_whole
    FROM centre.voltage_day;

-- Reports ask by when things began. Alarms come in about that order, so a few pages of BRIN find a month of a million.
CREATE INDEX alarm_raised ON correlation.alarm USING brin (raised_at);
CREATE INDEX alarm_acknowledged ON correlation.alarm (incident_id, acknowledged_at) WHERE acknowledged_at IS NOT NULL;
CREATE INDEX incident_opened ON correlation.incident (opened_at);
CREATE INDEX outage_started ON correlation.outage (started_at) WHERE started_at IS NOT NULL;
CREATE INDEX ticket_opened ON correlation.ticket (opened_at);
CREATE INDEX need_opened ON correlation.need (opened_at);
CREATE INDEX work_order_on_site ON dispatch.work_order (on_site_at) WHERE on_site_at IS NOT NULL;

-- The tenant is asked whether a generator may run for its equipment; the ticket's clock waits for the answer.
CREATE SEQUENCE centre.consent_number;
CREATE TABLE centre.consent (
    consent_id text PRIMARY KEY DEFAULT 'CO' || nextval('centre.consent_number'),
    ticket_id text NOT NULL,
    site_id text NOT NULL,
    tenant text NOT NULL,
    text text NOT NULL DEFAULT '',
    asked_at timestamptz NOT NULL,
    asked_by text NOT NULL,
    -- by when it has to answer: then the clock runs on by itself
    answer_by timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('asked', 'granted', 'refused', 'withdrawn')),
    answered_at timestamptz,
    answered_by text NOT NULL DEFAULT '',
    answer_text text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX consent_asked ON centre.consent (ticket_id, site_id, tenant) WHERE state = 'asked';
CREATE INDEX consent_ticket ON centre.consent (ticket_id);
CREATE INDEX consent_tenant ON centre.consent (tenant, asked_at DESC);
CREATE VIEW views.consent AS
    SELECT c.consent_id AS id, c.ticket_id AS ticket, c.site_id AS site, s.name AS site_name, s.region, s.time_zone,
           s.domain, c.tenant, c.text, c.asked_at, c.asked_by, c.answer_by, c.state, c.answered_at, nullif(c.answered_by, '') AS answered_by,
           c.answer_text, c.version
    FROM centre.consent c LEFT JOIN core.site s USING (site_id);

-- What a tenant says of how a ticket of its sites was ended; the last word of each holds.
CREATE TABLE centre.agreement (
    ticket_id text NOT NULL,
    tenant text NOT NULL,
    agreed boolean NOT NULL,
    reason text NOT NULL DEFAULT '',
    at timestamptz NOT NULL,
    by text NOT NULL,
    version integer NOT NULL DEFAULT 1,
    PRIMARY KEY (ticket_id, tenant)
);
CREATE VIEW views.agreement AS
    SELECT a.ticket_id || '/' || a.tenant AS id, a.ticket_id AS ticket, a.tenant, a.agreed, a.reason, a.at, a.by, t.domain,
           t.regions, a.version
    FROM centre.agreement a LEFT JOIN views.ticket t ON t.id = a.ticket_id;

-- A tenant's fault report as the tenant made it: what the desk makes of it in its own words is not for the tenant.
CREATE VIEW views.fault_report AS
    SELECT c.complaint_id AS id, c.tenant, c.site_id AS site, s.name AS site_name, s.region, s.time_zone, c.category,
           said.text, c.registered_at AS reported_at, c.registered_by AS reported_by
    FROM complaints.complaint c
    JOIN core.site s ON s.site_id = c.site_id AND c.tenant = ANY(s.tenants)
    CROSS JOIN LATERAL (SELECT k.text FROM complaints.contact k WHERE k.complaint_id = c.complaint_id
                        ORDER BY k.at, k.outcome <> 'registered' LIMIT 1) said
    WHERE c.tenant <> '';
