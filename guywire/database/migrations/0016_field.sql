-- What people in the field record, ask and say. Schema dispatch is written by dispatch alone, schema field (the bytes of
-- photos, which no batch should carry) by field_app_api alone.

CREATE SCHEMA field;

CREATE TABLE field.photo (
    -- the phone's own: the same bytes under the same id again are the same photo
    photo_id uuid PRIMARY KEY,
    sha256 bytea NOT NULL,
    bytes bytea NOT NULL,
    content_type text NOT NULL,
    work_order_id text NOT NULL,
    site_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL DEFAULT '',
    taken_at timestamptz NOT NULL,
    uploaded_by text NOT NULL,
    uploaded_at timestamptz NOT NULL
);
-- pictures do not get smaller by being compressed again
ALTER TABLE field.photo ALTER COLUMN bytes SET STORAGE EXTERNAL;
CREATE INDEX photo_work_order ON field.photo (work_order_id);
CREATE INDEX photo_uploaded ON field.photo (uploaded_at);
-- the views speak of photos by their id as text
CREATE INDEX photo_as_text ON field.photo ((photo_id::text));

CREATE TABLE dispatch.record (
    record_id uuid PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    technician_id text NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    kind text NOT NULL,
    name text NOT NULL DEFAULT '',
    value jsonb NOT NULL DEFAULT 'null',
    unit text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    photo_id uuid,
    -- a reading that is hardly plausible: kept, but to be looked at
    outside boolean NOT NULL DEFAULT false,
    -- taken in after the order had ended
    late boolean NOT NULL DEFAULT false
);
CREATE INDEX record_work_order ON dispatch.record (work_order_id, at);

-- Corrections of where a site, its parking or the track to it is. One of each kind is current; one that lies far off
-- waits until the response centre agrees.
CREATE TABLE dispatch.place (
    place_id text PRIMARY KEY,
    site_id text NOT NULL,
    kind text NOT NULL,
    points jsonb NOT NULL,
    note text NOT NULL DEFAULT '',
    technician_id text NOT NULL,
    at timestamptz NOT NULL,
    state text NOT NULL CHECK (state IN ('current', 'waiting', 'refused', 'replaced')),
    away_km double precision NOT NULL,
    decided_at timestamptz,
    decided_by text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    domain text NOT NULL,
    version integer NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX place_current ON dispatch.place (site_id, kind) WHERE state = 'current';
CREATE INDEX place_waiting ON dispatch.place (at) WHERE state = 'waiting';

CREATE TABLE dispatch.question (
    question_id text PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    site_id text NOT NULL,
    asked_by text NOT NULL,
    at timestamptz NOT NULL,
    text text NOT NULL,
    photo_id uuid,
    skill text NOT NULL DEFAULT '',
    -- who was told, the nearest first
    experts text[] NOT NULL,
    domain text NOT NULL
);
CREATE INDEX question_work_order ON dispatch.question (work_order_id);
CREATE INDEX question_site ON dispatch.question (site_id, at DESC);
CREATE INDEX question_experts ON dispatch.question USING gin (experts);

CREATE TABLE dispatch.answer (
    answer_id text PRIMARY KEY,
    question_id text NOT NULL REFERENCES dispatch.question,
    at timestamptz NOT NULL,
    -- a technician's id; empty where the response centre answered
    person_id text NOT NULL DEFAULT '',
    actor text NOT NULL,
    text text NOT NULL
);
CREATE INDEX answer_question ON dispatch.answer (question_id, at);

CREATE TABLE dispatch.sos (
    sos_id text PRIMARY KEY,
    person_id text NOT NULL,
    since timestamptz NOT NULL,
    -- whether the person called, or a watch ran out
    raised_by text NOT NULL CHECK (raised_by IN ('person', 'watch')),
    latitude double precision,
    longitude double precision,
    position_at timestamptz,
    work_order_id text NOT NULL DEFAULT '',
    text text NOT NULL DEFAULT '',
    told text[] NOT NULL DEFAULT '{}',
    answered_at timestamptz,
    answered_by text NOT NULL DEFAULT '',
    ended_at timestamptz,
    ended_by text NOT NULL DEFAULT '',
    end_reason text NOT NULL DEFAULT '',
    region text NOT NULL,
    domain text NOT NULL,
    version integer NOT NULL DEFAULT 1
);
-- one call at a time: calling again is the same call
CREATE UNIQUE INDEX sos_open ON dispatch.sos (person_id) WHERE ended_at IS NULL;

-- Who works alone, and until when a sign of life is waited for.
CREATE TABLE dispatch.watch (
    person_id text PRIMARY KEY,
    work_order_id text NOT NULL DEFAULT '',
    minutes integer NOT NULL,
    until timestamptz NOT NULL,
    -- when the person was reminded that the time was up
    reminded_at timestamptz
);

-- Where push messages for a person go (RFC 8030, keys of RFC 8291).
CREATE TABLE dispatch.push_subscription (
    endpoint text PRIMARY KEY,
    person_id text NOT NULL,
    p256dh text NOT NULL,
    auth text NOT NULL,
    since timestamptz NOT NULL
);
CREATE INDEX push_subscription_person ON dispatch.push_subscription (person_id, since);

-- What was done at a site before: shown to whoever goes there next.
CREATE INDEX work_order_site ON dispatch.work_order (site_id, ended_at DESC);

CREATE VIEW views.photo AS
    SELECT p.photo_id::text AS id, p.work_order_id AS work_order, p.site_id AS site, s.region, p.kind, p.name,
           p.taken_at AS at, p.uploaded_by AS technician, p.uploaded_at, p.content_type, octet_length(p.bytes) AS bytes
    FROM field.photo p LEFT JOIN core.site s ON s.site_id = p.site_id;

-- Beside views.photo: lists must not carry pictures.
CREATE VIEW views.photo_content AS
    SELECT photo_id::text AS id, content_type, bytes AS content FROM field.photo;

CREATE VIEW views.record AS
    SELECT r.record_id::text AS id, r.work_order_id AS work_order, w.site_id AS site, s.region, w.domain,
           r.technician_id AS technician, t.name AS technician_name, r.at, r.recorded_at, r.kind, r.name, r.value, r.unit,
           r.text, coalesce(r.photo_id::text, '') AS photo, r.outside, r.late
    FROM dispatch.record r
    JOIN dispatch.work_order w USING (work_order_id)
    LEFT JOIN core.site s ON s.site_id = w.site_id
    LEFT JOIN core.technician t ON t.technician_id = r.technician_id;

CREATE VIEW views.place AS
    SELECT p.place_id AS id, p.site_id AS site, s.name AS site_name, s.region, p.domain, p.kind, p.points, p.note,
           p.technician_id AS technician, t.name AS technician_name, p.at, p.state, p.away_km, p.decided_at, p.decided_by,
           p.reason, p.version
    FROM dispatch.place p
    LEFT JOIN core.site s ON s.site_id = p.site_id
    LEFT JOIN core.technician t ON t.technician_id = p.technician_id;

CREATE VIEW views.question AS
    SELECT q.question_id AS id, q.work_order_id AS work_order, q.site_id AS site, s.name AS site_name, s.region, q.domain,
           q.asked_by AS technician, t.name AS technician_name, q.at, q.text, coalesce(q.photo_id::text, '') AS photo,
           q.skill, q.experts,
           coalesce((SELECT jsonb_agg(jsonb_build_object('id', a.answer_id, 'at', a.at, 'by', coalesce(e.name, a.actor),
               'person', a.person_id, 'text', a.text) ORDER BY a.at, a.answer_id)
             FROM dispatch.answer a LEFT JOIN core.technician e ON e.technician_id = a.person_id
             WHERE a.question_id = q.question_id), '[]'::jsonb) AS answers
    FROM dispatch.question q
    LEFT JOIN core.site s ON s.site_id = q.site_id
    LEFT JOIN core.technician t ON t.technician_id = q.asked_by;

CREATE VIEW views.sos AS
    SELECT o.sos_id AS id, o.person_id AS person, t.name AS person_name, t.phone, o.since, o.raised_by, o.latitude,
           o.longitude, o.position_at, o.work_order_id AS work_order, o.text, o.told, o.answered_at, o.answered_by,
           o.ended_at, o.ended_by, o.end_reason, o.region, o.domain, o.version
    FROM dispatch.sos o LEFT JOIN core.technician t ON t.technician_id = o.person_id;

CREATE VIEW views.watch AS
    SELECT w.person_id AS id, w.work_order_id AS work_order, w.minutes, w.until, w.reminded_at, t.region,
           array_to_string((string_to_array(t.region, '/'))[1:2], '/') AS domain
    FROM dispatch.watch w LEFT JOIN core.technician t ON t.technician_id = w.person_id;

-- Beside views.technician, which shows the last one to every screen: a person's own track.
CREATE VIEW views.position AS
    SELECT technician_id AS technician, at, latitude, longitude, accuracy FROM dispatch.position;

CREATE VIEW views.push_subscription AS
    SELECT endpoint AS id, person_id AS person, p256dh, auth, since FROM dispatch.push_subscription;

-- The zone in which most sites of a region are: shifts of those who serve it are read in it.
CREATE FUNCTION core.zone_of(path text) RETURNS text LANGUAGE sql STABLE AS $$
    -- as a range, which an index can find: '0' comes next after '/'
    SELECT time_zone FROM core.site
    WHERE retired_at IS NULL AND (region COLLATE "C" = path
        OR (region COLLATE "C" >= path || '/' AND region COLLATE "C" < path || '0'))
    GROUP BY time_zone ORDER BY count(*) DESC, time_zone LIMIT 1
$$;
CREATE INDEX site_region ON core.site (region COLLATE "C");

-- Forgets the days of a series before `before`: whole partitions, or chunks of TimescaleDB.
CREATE FUNCTION core.drop_days(series text, before date) RETURNS void LANGUAGE plpgsql AS $$
DECLARE child regclass;
BEGIN
    IF core.has_timescale() THEN
        EXECUTE format('SELECT drop_chunks(%L::regclass, older_than => %L::timestamptz)', series, before::timestamp AT TIME ZONE 'UTC');
        RETURN;
    END IF;
    FOR child IN
        SELECT i.inhrelid::regclass FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
        WHERE i.inhparent = series::regclass AND c.relname ~ '_[0-9]{8}$' AND to_date(right(c.relname, 8), 'YYYYMMDD') < before
    LOOP
        EXECUTE format('DROP TABLE %s', child);
    END LOOP;
END $$;
