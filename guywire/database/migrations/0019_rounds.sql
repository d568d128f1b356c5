-- Rounds: what is due at which site, the silence that a visit works under, and what visits found. Afterwards: how long
-- work takes, tickets that are inspected, and problems: faults that keep coming back. Written by dispatch alone.

CREATE TABLE dispatch.round_visit (
    -- round:<plan>:<site>:<day>, the origin of its ticket
    visit_id text PRIMARY KEY,
    plan text NOT NULL,
    kind text NOT NULL,
    site_id text NOT NULL,
    domain text NOT NULL,
    -- the day at the site on which it is due, and the tolerance around it
    due_on date NOT NULL,
    release_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    deadline timestamptz NOT NULL,
    asked_at timestamptz NOT NULL,
    -- what is to be checked there: [{"zh", "en"}]
    checklist jsonb NOT NULL DEFAULT '[]',
    ticket_id text NOT NULL DEFAULT '',
    -- when somebody was there, and by which order
    done_at timestamptz,
    work_order_id text NOT NULL DEFAULT '',
    -- since when nothing more is to be done about it; never done: why
    over_at timestamptz,
    reason text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX round_visit_site ON dispatch.round_visit (plan, site_id, due_on DESC);
CREATE UNIQUE INDEX round_visit_open ON dispatch.round_visit (plan, site_id) WHERE over_at IS NULL;
CREATE INDEX round_visit_due ON dispatch.round_visit (due_at DESC);
CREATE INDEX round_visit_ticket ON dispatch.round_visit (ticket_id);

-- When it was last looked who is due, and by which plans: other ones are looked at anew.
CREATE TABLE dispatch.round_look (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    at timestamptz NOT NULL,
    plans text NOT NULL
);
INSERT INTO dispatch.round_look (at, plans) VALUES ('epoch', '');

-- The silence under which somebody works at a site. A visit that lasts longer has several, one after the other.
CREATE TABLE dispatch.visit_silence (
    -- the key under which it was asked for
    silence_key text PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    starts_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    over_at timestamptz
);
CREATE INDEX visit_silence_open ON dispatch.visit_silence (work_order_id) WHERE over_at IS NULL;

CREATE TABLE dispatch.finding (
    finding_id text PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    site_id text NOT NULL,
    domain text NOT NULL,
    -- '': the response centre
    technician_id text NOT NULL DEFAULT '',
    actor text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    text text NOT NULL,
    severity text NOT NULL CHECK (severity IN ('critical', 'major', 'minor', 'warning')),
    skills text[] NOT NULL DEFAULT '{}',
    photo_id text NOT NULL DEFAULT ''
);
CREATE INDEX finding_at ON dispatch.finding (at DESC);
CREATE INDEX finding_order ON dispatch.finding (work_order_id);

-- How long crews are on site: the median of what was done.
CREATE TABLE dispatch.service_time (
    kind text NOT NULL,
    -- the alarm type, or round:<plan>; '': neither
    subject text NOT NULL,
    -- '': all of them
    site_class text NOT NULL,
    minutes double precision NOT NULL CHECK (minutes > 0),
    visits integer NOT NULL CHECK (visits > 0),
    -- as how many visits what is known without them counts
    weight double precision NOT NULL CHECK (weight > 0),
    PRIMARY KEY (kind, subject, site_class)
);

CREATE TABLE dispatch.review_look (
    is_one boolean PRIMARY KEY DEFAULT true CHECK (is_one),
    -- up to when closed tickets were looked at, and when service times were learned
    at timestamptz NOT NULL,
    learned_at timestamptz NOT NULL
);
INSERT INTO dispatch.review_look (at, learned_at) VALUES ('epoch', 'epoch');

CREATE TABLE dispatch.inspection (
    ticket_id text PRIMARY KEY,
    domain text NOT NULL,
    -- drawn by the sample, or somebody wanted to see it
    sampled boolean NOT NULL,
    wanted_at timestamptz NOT NULL,
    closed_by text NOT NULL,
    -- whose work it was
    technicians text[] NOT NULL,
    companies text[] NOT NULL,
    -- item to points of 100
    scores jsonb NOT NULL DEFAULT '{}',
    score double precision,
    passed boolean,
    remark text NOT NULL DEFAULT '',
    inspected_at timestamptz,
    inspected_by text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX inspection_wanted ON dispatch.inspection (wanted_at DESC);

CREATE TABLE dispatch.problem (
    problem_id text PRIMARY KEY,
    site_id text NOT NULL,
    domain text NOT NULL,
    -- what its tickets share: type:<alarm type> or cause:<words>
    shared text NOT NULL,
    raised_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    ticket_ids text[] NOT NULL,
    closed_at timestamptz,
    closed_by text NOT NULL DEFAULT '',
    cause text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX problem_open ON dispatch.problem (site_id, shared) WHERE closed_at IS NULL;
CREATE INDEX problem_site ON dispatch.problem (site_id);
CREATE INDEX problem_raised ON dispatch.problem (raised_at DESC);
CREATE INDEX ticket_closed ON correlation.ticket (closed_at) WHERE state = 'closed';
CREATE INDEX ticket_closed_opened ON correlation.ticket (opened_at) WHERE state = 'closed';

CREATE VIEW views.round_visit AS
    SELECT v.visit_id AS id, v.plan, v.kind, v.site_id AS site, s.name AS site_name, s.region, v.domain, v.due_on,
           v.release_at, v.due_at, v.deadline, v.asked_at, v.checklist, nullif(v.ticket_id, '') AS ticket, v.done_at,
           nullif(v.work_order_id, '') AS work_order, v.over_at, v.reason,
           CASE WHEN v.done_at IS NOT NULL THEN 'done' WHEN v.over_at IS NOT NULL THEN 'dropped' ELSE 'open' END AS state,
           v.version
    FROM dispatch.round_visit v LEFT JOIN core.site s ON s.site_id = v.site_id;

CREATE VIEW views.finding AS
    SELECT f.finding_id AS id, f.work_order_id AS work_order, f.site_id AS site, s.name AS site_name, s.region, f.domain,
           nullif(f.technician_id, '') AS technician, t.name AS technician_name, f.actor, f.at, f.recorded_at, f.text,
           f.severity, f.skills, f.photo_id AS photo, 'finding:' || f.finding_id AS origin,
           k.ticket_id AS ticket, k.state AS ticket_state
    FROM dispatch.finding f
    LEFT JOIN core.site s ON s.site_id = f.site_id
    LEFT JOIN core.technician t ON t.technician_id = f.technician_id
    LEFT JOIN correlation.ticket k ON k.origin = 'finding:' || f.finding_id;

CREATE VIEW views.service_time AS
    SELECT concat_ws('/', kind, subject, site_class) AS id, kind, subject, site_class, minutes, visits
    FROM dispatch.service_time;

-- How long a need will take: from the wider to the narrower group of visits alike, each median counts as its visits, and
-- what is known before it as `weight` of them (shrinkage, as in empirical Bayes estimation; Robbins 1956).
CREATE VIEW views.need_minutes AS
    SELECT w.need_id AS id,
           coalesce((t.visits * t.minutes + t.weight * w.minutes) / (t.visits + t.weight), w.minutes) AS minutes
    FROM (
        SELECT n.need_id, n.kind, k.subject, k.site_class,
               coalesce((t.visits * t.minutes + t.weight * n.service_minutes) / (t.visits + t.weight), n.service_minutes)
                   AS minutes
        FROM correlation.need n
        LEFT JOIN core.site s ON s.site_id = n.site_id
        LEFT JOIN dispatch.round_visit v ON v.ticket_id = n.ticket_id
        CROSS JOIN LATERAL (SELECT coalesce(nullif(n.alarm_type, ''), 'round:' || v.plan, '') AS subject,
                                   coalesce(nullif(s.site_class, ''), 'none') AS site_class) k
        LEFT JOIN dispatch.service_time t ON (t.kind, t.subject, t.site_class) = (n.kind, k.subject, '')
    ) w
    LEFT JOIN dispatch.service_time t ON (t.kind, t.subject, t.site_class) = (w.kind, w.subject, w.site_class);

CREATE VIEW views.inspection AS
    SELECT i.ticket_id AS id, t.title, t.site, t.site_name, t.region, i.domain, t.closed_at, i.closed_by, t.cause,
           t.result, t.responsible_party, i.sampled, i.wanted_at, i.technicians, i.companies, i.scores, i.score, i.passed,
           i.remark, i.inspected_at, nullif(i.inspected_by, '') AS inspected_by,
           CASE WHEN i.inspected_at IS NULL THEN 'wanted' WHEN i.passed THEN 'passed' ELSE 'failed' END AS state,
           i.version
    FROM dispatch.inspection i LEFT JOIN views.ticket t ON t.id = i.ticket_id;

-- What inspection says of whose work, by the month in which it was inspected (UTC).
CREATE VIEW views.inspection_result AS
    SELECT concat_ws('/', to_char(i.inspected_at AT TIME ZONE 'UTC', 'YYYY-MM'), w.subject, w.name, s.region) AS id,
           to_char(i.inspected_at AT TIME ZONE 'UTC', 'YYYY-MM') AS month, w.subject, w.name, s.region, count(*) AS inspected,
           count(*) FILTER (WHERE i.passed) AS passed, round(avg(i.score)::numeric, 1)::float8 AS score
    FROM dispatch.inspection i
    LEFT JOIN views.ticket t ON t.id = i.ticket_id LEFT JOIN core.site s ON s.site_id = t.site
    CROSS JOIN LATERAL (SELECT 'technician' AS subject, unnest(i.technicians) AS name
                        UNION ALL SELECT 'company', unnest(i.companies)) w
    WHERE i.inspected_at IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5;

CREATE VIEW views.problem AS
    SELECT p.problem_id AS id, p.site_id AS site, s.name AS site_name, s.region, p.domain,
           split_part(p.shared, ':', 1) AS shares, substr(p.shared, strpos(p.shared, ':') + 1) AS shared, p.raised_at,
           p.last_at, p.ticket_ids AS tickets, p.closed_at, nullif(p.closed_by, '') AS closed_by, p.cause,
           CASE WHEN p.closed_at IS NULL THEN 'open' ELSE 'closed' END AS state, p.version
    FROM dispatch.problem p LEFT JOIN core.site s ON s.site_id = p.site_id;
