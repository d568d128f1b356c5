-- Problems that people open, over several sites, until their cause is gone; and of each situation report what a region
-- may read of it.

DROP VIEW views.problem;
ALTER TABLE dispatch.problem RENAME COLUMN closed_at TO ended_at;
ALTER TABLE dispatch.problem RENAME COLUMN closed_by TO ended_by;
ALTER TABLE dispatch.problem
    ADD COLUMN state text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'known_error', 'resolved', 'closed')),
    ADD COLUMN title text NOT NULL DEFAULT '',
    ADD COLUMN why text NOT NULL DEFAULT '',
    ADD COLUMN site_ids text[] NOT NULL DEFAULT '{}',
    ADD COLUMN incident_ids text[] NOT NULL DEFAULT '{}',
    -- tickets and incidents that somebody took out again: no repeat links them once more
    ADD COLUMN unlinked_ids text[] NOT NULL DEFAULT '{}',
    ADD COLUMN raised_by text NOT NULL DEFAULT 'dispatch',
    -- the report in which somebody saw it
    ADD COLUMN report text NOT NULL DEFAULT '',
    ADD COLUMN responsible text NOT NULL DEFAULT '',
    ADD COLUMN workaround text NOT NULL DEFAULT '',
    ADD COLUMN solution text NOT NULL DEFAULT '',
    ADD COLUMN reason text NOT NULL DEFAULT '';
-- what was closed had its cause found and dealt with
UPDATE dispatch.problem SET site_ids = ARRAY[site_id], state = CASE WHEN ended_at IS NULL THEN 'open' ELSE 'resolved' END;
-- with it go its indexes: one open problem a site and fault, of which dispatch takes care now that a problem has many sites
ALTER TABLE dispatch.problem DROP COLUMN site_id;
ALTER TABLE dispatch.problem
    ALTER COLUMN site_ids DROP DEFAULT,
    ADD CONSTRAINT problem_ended CHECK ((state IN ('open', 'known_error')) = (ended_at IS NULL));
CREATE INDEX problem_sites ON dispatch.problem USING gin (site_ids);

CREATE TABLE dispatch.problem_note (
    number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    problem_id text NOT NULL REFERENCES dispatch.problem,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    text text NOT NULL DEFAULT '',
    -- of the problem, with this
    version integer NOT NULL
);
CREATE INDEX problem_note_problem ON dispatch.problem_note (problem_id, number);

-- which faults a site had: as views.incident names its site
CREATE INDEX incident_site_shown ON correlation.incident ((nullif(root_site_id, '')), opened_at);

CREATE VIEW views.problem AS
    SELECT p.problem_id AS id, p.state, p.title, p.why, CASE WHEN cardinality(p.site_ids) = 1 THEN p.site_ids[1] END AS site,
           s.name AS site_name, s.region, p.domain, p.site_ids AS sites, nullif(split_part(p.shared, ':', 1), '') AS shares,
           nullif(substr(p.shared, strpos(p.shared, ':') + 1), '') AS shared, p.raised_at, p.raised_by, p.last_at,
           nullif(p.report, '') AS report, nullif(p.responsible, '') AS responsible, p.cause, p.workaround, p.solution,
           p.ticket_ids AS tickets, p.incident_ids AS incidents, cardinality(b.faults) AS faults,
           (SELECT count(*) FROM complaints.complaint c WHERE c.incident_id = ANY(b.faults)) AS complaints,
           p.ended_at, nullif(p.ended_by, '') AS ended_by, p.reason,
           ARRAY(SELECT DISTINCT o.region FROM core.site o WHERE o.site_id = ANY(p.site_ids) ORDER BY 1) AS regions,
           p.version
    FROM dispatch.problem p
    LEFT JOIN core.site s ON cardinality(p.site_ids) = 1 AND s.site_id = p.site_ids[1]
    -- a fault is an incident, into whichever it was merged, or a ticket that has none
    CROSS JOIN LATERAL (SELECT ARRAY(
        SELECT coalesce(i.merged_into, t.incident_id, t.ticket_id) FROM correlation.ticket t
        LEFT JOIN correlation.incident i ON i.incident_id = t.incident_id WHERE t.ticket_id = ANY(p.ticket_ids)
        UNION SELECT coalesce(i.merged_into, i.incident_id) FROM correlation.incident i WHERE i.incident_id = ANY(p.incident_ids)
    ) AS faults) b;

CREATE VIEW views.problem_note AS
    SELECT number::text AS id, problem_id AS problem, at, actor, kind, text FROM dispatch.problem_note;

-- every region that it speaks of
ALTER TABLE centre.situation_report ADD COLUMN regions text[];
UPDATE centre.situation_report r SET regions = v.regions FROM views.situation_report v WHERE v.id = r.report_id;
UPDATE centre.situation_report SET regions = '{}' WHERE regions IS NULL;
ALTER TABLE centre.situation_report ALTER COLUMN regions SET NOT NULL;

-- What it said of one of its regions alone, for those who see no more than that.
CREATE TABLE centre.situation_part (
    report_id text NOT NULL REFERENCES centre.situation_report,
    region text NOT NULL,
    title jsonb NOT NULL,
    text jsonb NOT NULL,
    facts jsonb NOT NULL,
    -- the regions of which it is silent
    left_out text[] NOT NULL,
    PRIMARY KEY (report_id, region)
);

-- That one was sent. What it says depends on who asks: views.situation_text.
DROP VIEW views.situation_report;
CREATE VIEW views.situation_report AS
    SELECT r.report_id AS id, coalesce(i.domain, e.domain, '') AS domain, nullif(r.incident_id, '') AS incident,
           nullif(r.emergency_id, '') AS emergency, r.kind, r.number, r.sent_at, r.sent_by, r.regions
    FROM centre.situation_report r
    LEFT JOIN views.incident i ON i.id = r.incident_id
    LEFT JOIN views.emergency e ON e.id = r.emergency_id;

-- Several rows an id: the whole, of no one region, and each part.
CREATE VIEW views.situation_text AS
    SELECT v.id, v.domain, v.incident, v.emergency, v.kind, v.number, w.title, w.text, w.facts, v.sent_at, v.sent_by, v.regions,
           w.of_region, w.left_out
    FROM views.situation_report v
    CROSS JOIN LATERAL (
        SELECT r.title, r.text, r.facts, NULL::text AS of_region, '{}'::text[] AS left_out
        FROM centre.situation_report r WHERE r.report_id = v.id
        UNION ALL
        SELECT p.title, p.text, p.facts, p.region, p.left_out FROM centre.situation_part p WHERE p.report_id = v.id
    ) w;

CREATE VIEW views.site_customers AS SELECT site_id AS id, customers FROM core.site_customers;
