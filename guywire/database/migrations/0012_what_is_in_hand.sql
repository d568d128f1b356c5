-- What the correlator let go of. A closed incident may be held longer than its memory, where what still stands would be
-- told otherwise without it: so a restart reads back what was in hand, not what closed lately.

ALTER TABLE correlation.incident ADD COLUMN forgotten_at timestamptz;
UPDATE correlation.incident SET forgotten_at = closed_at WHERE state = 'closed' AND closed_at < now() - interval '1 hour';
CREATE INDEX incident_in_hand ON correlation.incident (incident_id) WHERE state = 'closed' AND forgotten_at IS NULL;
