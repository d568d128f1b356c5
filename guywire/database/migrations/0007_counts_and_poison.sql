-- What an event stands for, what was standing when it was first looked at, what can be classified again, and events
-- that broke the correlator. Written by alarm_correlation alone.

ALTER TABLE correlation.alarm_event
    -- how many notifications the event stands for: their sum over an alarm is the alarm's count
    ADD COLUMN count integer NOT NULL DEFAULT 1 CHECK (count > 0),
    -- found standing when its device was first looked at
    ADD COLUMN baseline boolean NOT NULL DEFAULT false,
    -- the datagram of what no profile knew; of each alarm the newest ones are kept
    ADD COLUMN raw bytea;
CREATE INDEX alarm_event_raw ON correlation.alarm_event (alarm_id, received_at) WHERE raw IS NOT NULL;

ALTER TABLE correlation.alarm ADD COLUMN baseline boolean NOT NULL DEFAULT false;

-- An event that broke the correlator by itself, as it came (MessagePack), so that those behind it could be taken in.
CREATE TABLE correlation.poison_event (
    collector text NOT NULL,
    domain text NOT NULL,
    spool text NOT NULL,
    seq bigint NOT NULL,
    set_aside_at timestamptz NOT NULL,
    reason text NOT NULL,
    event bytea NOT NULL,
    PRIMARY KEY (collector, domain, spool, seq)
);
CREATE INDEX poison_event_recent ON correlation.poison_event (set_aside_at);

CREATE OR REPLACE VIEW views.alarm AS
    SELECT a.alarm_id AS id, nullif(a.site_id, '') AS site, s.name AS site_name, s.region, s.time_zone, a.resource,
           a.alarm_type, a.qualifier, a.domain, a.severity, a.text, a.source, a.details,
           CASE WHEN a.cleared_at IS NULL THEN 'active' ELSE 'cleared' END AS state,
           a.raised_at, a.received_at, a.changed_at, a.cleared_at, a.cleared_by, a.count,
           a.incident_id AS incident, a.cause_alarm_id AS cause_alarm, a.cause_reason,
           a.acknowledged_at, a.acknowledged_by, a.shelved_until, a.shelved_by, a.version, a.baseline
    FROM correlation.alarm a LEFT JOIN core.site s ON s.site_id = a.site_id;

-- What can be classified again once somebody says what it means: the datagrams behind the alarms that still stand.
CREATE VIEW views.kept_trap AS
    SELECT a.alarm_id AS alarm, e.collector, e.source, e.received_at, e.raw
    FROM correlation.alarm_event e JOIN correlation.alarm a USING (alarm_id)
    WHERE e.raw IS NOT NULL AND a.cleared_at IS NULL;
