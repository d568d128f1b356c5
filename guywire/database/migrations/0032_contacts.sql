-- Who called and was only answered is kept too, and what was said is listed beside the complaints.

ALTER TABLE complaints.contact
    -- whom and where an answer was given that came to no complaint
    ADD COLUMN customer_id text NOT NULL DEFAULT '',
    ADD COLUMN site_id text NOT NULL DEFAULT '',
    DROP CONSTRAINT contact_of_somebody,
    ADD CONSTRAINT contact_of_somebody
        CHECK (complaint_id IS NOT NULL OR sender <> '' OR customer_id <> '' OR site_id <> '');
CREATE INDEX contact_newest ON complaints.contact (at, contact_id);
CREATE INDEX contact_actor ON complaints.contact (actor, at, contact_id);
CREATE INDEX contact_sender ON complaints.contact (nullif(sender, '')) WHERE nullif(sender, '') IS NOT NULL;

-- With whom and about where: the contact's own, else its complaint's.
CREATE OR REPLACE VIEW views.contact AS
    SELECT k.contact_id AS id, k.complaint_id AS complaint, k.direction, k.channel, k.at, k.actor AS by, k.text, k.outcome,
           nullif(k.call, '') AS call, nullif(k.sender, '') AS sender,
           coalesce(nullif(k.sender, ''), nullif(c.phone, '')) AS phone,
           p.customer_id AS customer, p.name AS customer_name, coalesce(p.vip, false) AS vip,
           s.site_id AS site, s.name AS site_name, s.region, s.time_zone
    FROM complaints.contact k
    LEFT JOIN complaints.complaint c USING (complaint_id)
    LEFT JOIN core.customer p ON p.customer_id = coalesce(nullif(k.customer_id, ''), c.customer_id)
    LEFT JOIN core.site s ON s.site_id = coalesce(nullif(k.site_id, ''), c.site_id);

ALTER TABLE complaints.contact_inspection ALTER COLUMN complaint_id DROP NOT NULL;
CREATE OR REPLACE VIEW views.contact_inspection AS
    SELECT i.contact_id AS id, i.complaint_id AS complaint, i.agent,
           CASE WHEN i.inspected_at IS NULL THEN 'wanted' WHEN i.passed THEN 'passed' ELSE 'failed' END AS state, i.wanted_at,
           i.scores, i.score, i.remark, i.inspected_at, nullif(i.inspected_by, '') AS inspected_by, i.version, k.region,
           to_jsonb(k) AS contact_of_it
    FROM complaints.contact_inspection i JOIN views.contact k ON k.id = i.contact_id;
