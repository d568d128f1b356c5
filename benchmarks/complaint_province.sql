-- A province of ten million customers on 100,000 sites with 5,000 open outages, for benchmarks/complaint_context.py.
-- Everything follows from the running number of its row, so that the questions can name what there is.

INSERT INTO core.site (site_id, name, latitude, longitude, region, domain, site_class, tenants, time_zone)
SELECT 'S' || n, substr(:'streets', 1 + (n * 7) % 57, 2) || n || '号站',
       -- three of five stand within 9 km of their city's centre, the others anywhere in its 110 km
       31 + (n % 10) * 1.1 + CASE WHEN n % 5 < 3 THEN 0.16 ELSE 1 END * (((n * 7919::bigint) % 10007) / 10007.0 - 0.5),
       112 + CASE WHEN n % 5 < 3 THEN 0.16 ELSE 1 END * (((n * 104729::bigint) % 10009) / 10009.0 - 0.5),
       format('p/c%s/a%s', n % 10, n % 40), format('p/c%s', n % 10), CASE n % 50 WHEN 0 THEN 'A' ELSE 'C' END,
       '{mobile,unicom,telecom}', 'Asia/Shanghai'
FROM generate_series(1, :sites) n;

INSERT INTO core.resource (site_id, resource, kind, tenant)
SELECT 'S' || n, 'bts-' || tenant, 'base-station', tenant
FROM generate_series(1, :sites) n, unnest('{mobile,unicom}'::text[]) tenant;

-- A hundred switchboards have twenty customers on one number; one in ten customers has two serving sites, one in ten
-- is known by position alone.
INSERT INTO core.customer (customer_id, name, phone, latitude, longitude, serving_sites, vip, tenant, address)
SELECT 'K' || n,
       substr(:'surnames', 1 + (n * 31) % 60, 1) || substr(:'given', 1 + (n * 17) % 77, 1)
           || CASE WHEN n % 3 > 0 THEN substr(:'given', 1 + (n / 7) % 77, 1) ELSE '' END,
       '1' || (CASE WHEN n % 100000 < 20 THEN n - n % 100000 ELSE n END + 3800000000)::text,
       s.latitude + ((n * 31) % 1000 - 500) / 50000.0, s.longitude + ((n * 37) % 1000 - 500) / 50000.0,
       CASE WHEN n % 10 = 0 THEN '{}' WHEN n % 10 = 1 THEN ARRAY[s.site_id, 'S' || (1 + (n + 10) % :sites)]
            ELSE ARRAY[s.site_id] END,
       n % 500 = 0, (ARRAY['mobile', 'unicom', 'telecom'])[1 + n % 3],
       '湖北省' || substr('武汉黄石十堰荆州宜昌襄阳鄂州荆门孝感黄冈', 1 + 2 * (n % 10), 2) || '市' || substr(:'streets', 1 + (n * 13) % 57, 2) || '路' || (n % 3000) || '号'
FROM generate_series(1, :customers) n JOIN core.site s ON s.site_id = 'S' || (1 + n % :sites);

-- Open incidents, and ten times as many that are over: each takes its site down, some only will.
INSERT INTO correlation.incident (incident_id, state, domain, title, severity, opened_at, closed_at, root_kind,
    root_site_id, root_resource, root_alarm_type)
SELECT 'I' || n, CASE WHEN n > :open THEN 'closed' ELSE 'open' END, 'p/c' || (n * 19) % 10, 't', 'major',
       now() - make_interval(mins => n / 25), CASE WHEN n > :open THEN now() - make_interval(mins => n / 50) END,
       'alarm', 'S' || (1 + (n * 19) % :sites), 'rectifier-1', 'mains-failure'
FROM generate_series(1, :open * 11) n;
INSERT INTO correlation.alarm (alarm_id, site_id, resource, alarm_type, qualifier, domain, severity, raised_at,
    received_at, changed_at, cleared_at, incident_id)
SELECT 'A' || row_number() OVER (), i.root_site_id, kind, kind, '', i.domain, 'major', i.opened_at, i.opened_at,
       i.opened_at, i.closed_at, i.incident_id
FROM correlation.incident i, unnest('{mains-failure,battery-discharging,load-disconnect,base-station-down}'::text[]) kind;
INSERT INTO correlation.outage (incident_id, site_id, predicted_at, started_at, ended_at)
SELECT incident_id, root_site_id, opened_at + interval '1 hour',
       CASE WHEN closed_at IS NOT NULL OR substr(incident_id, 2)::int % 2 = 0 THEN opened_at END, closed_at
FROM correlation.incident;
INSERT INTO correlation.ticket (ticket_id, origin, incident_id, site_id, domain, state, priority, title, opened_at,
    opened_by, closed_at)
SELECT 'T' || substr(incident_id, 2), 'incident:' || incident_id, incident_id, root_site_id, domain,
       CASE WHEN closed_at IS NULL THEN 'in_progress' ELSE 'closed' END, 2, 't', opened_at, 'x', closed_at
FROM correlation.incident;
INSERT INTO correlation.need (need_id, ticket_id, site_id, domain, kind, summary, priority, state, opened_at)
SELECT 'N' || substr(ticket_id, 2), ticket_id, site_id, domain, 'repair', 's', 2,
       CASE WHEN state = 'closed' THEN 'met' ELSE 'open' END, opened_at
FROM correlation.ticket;
INSERT INTO dispatch.work_order (work_order_id, technician_id, ticket_id, site_id, domain, need_ids, state, priority,
    summary, offered_at, travel_minutes, distance_km, planned_arrival_at)
SELECT 'W' || substr(ticket_id, 2), 'P1', ticket_id, site_id, domain, ARRAY['N' || substr(ticket_id, 2)],
       CASE WHEN state = 'closed' THEN 'done' ELSE 'en_route' END, 2, 's', opened_at, 20, 9, now() + interval '20 minutes'
FROM correlation.ticket;

-- Two of three are of no signal, one in ten thousand of a mast's noise, none of bills; half of them name a street.
INSERT INTO complaints.complaint (complaint_id, state, channel, text, phone, customer_id, site_id, domain, incident_id,
    category, registered_at, registered_by)
SELECT 'C' || n, CASE WHEN n % 20 = 0 THEN 'open' WHEN n % 20 = 1 THEN 'linked' ELSE 'closed' END, 'phone',
       (ARRAY['没有信号', '打不了电话', '上网很慢', '通话断断续续', '室内没有信号', '视频一直卡'])[1 + n % 6]
           || CASE WHEN n % 2 = 0 THEN '，' || substr(:'streets', 1 + (n * 13) % 57, 2) || '路' || n % 3000 || '号' ELSE '' END,
       '1' || (3800000000 + 1 + n * 41 % :customers), 'K' || (1 + n * 41 % :customers), 'S' || (1 + (n * 41) % :sites),
       'p/c' || n % 10, CASE WHEN n % 20 = 1 THEN 'I' || (1 + n % :open) END,
       CASE WHEN n % 10000 = 7 THEN 'tower_nuisance' WHEN n % 3 < 2 THEN 'no_signal' ELSE 'slow_data' END,
       now() - make_interval(secs => n * 10), 'ann'
FROM generate_series(1, 200000) n;
