-- Who did something is written down as an account; people read names. Known are those of the inventory's technicians and
-- area managers.
CREATE OR REPLACE VIEW views.every_account AS
    SELECT a.name AS id, a.role, a.region, a.disabled_at, nullif(t.name, '') AS person_name
    FROM core.account a LEFT JOIN core.technician t ON t.technician_id = nullif(a.technician_id, '');
