-- What the tenant was asked; who of the centre asked is not its business.
SELECT id, ticket, site, site_name, time_zone, text, asked_at, answer_by, state, answered_at, answered_by, answer_text, version
FROM views.consent
WHERE tenant = %(tenant)s AND (%(region)s = '' OR region = %(region)s OR starts_with(region, %(region)s || '/'))
    AND (%(consent)s::text IS NULL OR id = %(consent)s)
ORDER BY state = 'asked' DESC, asked_at DESC, id LIMIT 300
