-- What the tenant was asked; who of the centre asked is not its business. Where it left, nothing waits for its answer.
SELECT c.id, c.ticket, c.site, c.site_name, c.time_zone, c.text, c.asked_at, c.answer_by, c.state, c.answered_at, c.answered_by,
       c.answer_text, c.version
FROM views.consent c
WHERE c.tenant = %(tenant)s AND (%(region)s = '' OR c.region = %(region)s OR starts_with(c.region, %(region)s || '/'))
    AND (%(consent)s::text IS NULL OR c.id = %(consent)s)
    AND (c.state <> 'asked'
         OR EXISTS (SELECT FROM views.tenancy k WHERE k.site = c.site AND k.tenant = c.tenant AND k.until IS NULL))
ORDER BY c.state = 'asked' DESC, c.asked_at DESC, c.id LIMIT 300
