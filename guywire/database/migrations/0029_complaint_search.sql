-- Long lists answer in milliseconds: by a word anywhere in a complaint, by region, and by what few rows have.

-- What a text is found by: each of its signs, each two in a row, and each three of ASCII, of which there are few.
-- Trigrams as pg_trgm makes them find no word of two signs, and in a database of locale C no Chinese at all. The cost keeps
-- the planner to the index, even for a word that all have.
CREATE FUNCTION core.grams(words text) RETURNS text[] LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
DECLARE
    found text[] := '{}';
    sign text;
    before text := '';
    two text := '';
BEGIN
    FOREACH sign IN ARRAY string_to_array(words, NULL) LOOP
        found := found || sign || (before || sign);
        IF length(two) = 2 AND octet_length(two || sign) = 3 THEN
            found := found || (two || sign);
        END IF;
        two := before || sign;
        before := sign;
    END LOOP;
    RETURN found;
END $$;

-- The fewest of them that words are looked for by.
CREATE FUNCTION core.grams_sought(words text[]) RETURNS text[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_agg(DISTINCT gram) FROM unnest(words) word, unnest(core.grams(word)) gram
    WHERE length(gram) = 3 OR length(gram) = least(2, length(word)) AND (octet_length(gram) > 2 OR length(word) < 3)
$$;

-- What a complaint is found by, in small letters, beside the complaint: that is written often, this once.
CREATE TABLE complaints.complaint_words (
    complaint_id text PRIMARY KEY REFERENCES complaints.complaint ON DELETE CASCADE,
    words text NOT NULL
);

CREATE FUNCTION complaints.words_of(c complaints.complaint) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT lower(concat_ws(' ', c.complaint_id, c.text, k.name, c.phone, c.site_id, s.name))
    FROM (SELECT) one
    LEFT JOIN core.customer k ON k.customer_id = c.customer_id
    LEFT JOIN core.site s ON s.site_id = c.site_id
$$;

INSERT INTO complaints.complaint_words (complaint_id, words)
SELECT c.complaint_id, complaints.words_of(c) FROM complaints.complaint c;
CREATE INDEX complaint_words_grams ON complaints.complaint_words USING gin (core.grams(words))
    WITH (gin_pending_list_limit = 256); -- kB of what came last, which each search reads through

-- By triggers, for whoever writes a complaint, a customer's name or a site's.
CREATE FUNCTION complaints.note_words() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO complaints.complaint_words (complaint_id, words) VALUES (NEW.complaint_id, complaints.words_of(NEW))
    ON CONFLICT (complaint_id) DO UPDATE SET words = EXCLUDED.words;
    RETURN NULL;
END $$;
CREATE TRIGGER complaint_words AFTER INSERT ON complaints.complaint
    FOR EACH ROW EXECUTE FUNCTION complaints.note_words();
CREATE TRIGGER complaint_words_changed AFTER UPDATE OF text, phone, customer_id, site_id ON complaints.complaint
    FOR EACH ROW WHEN ((OLD.text, OLD.phone, OLD.customer_id, OLD.site_id)
        IS DISTINCT FROM (NEW.text, NEW.phone, NEW.customer_id, NEW.site_id)) EXECUTE FUNCTION complaints.note_words();

CREATE FUNCTION complaints.note_name_of_customer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE complaints.complaint_words w SET words = complaints.words_of(c)
    FROM complaints.complaint c WHERE c.customer_id = NEW.customer_id AND c.customer_id <> '' AND w.complaint_id = c.complaint_id;
    RETURN NULL;
END $$;
CREATE TRIGGER complaint_words AFTER UPDATE OF name ON core.customer
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION complaints.note_name_of_customer();

CREATE FUNCTION complaints.note_name_of_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE complaints.complaint_words w SET words = complaints.words_of(c)
    FROM complaints.complaint c WHERE c.site_id = NEW.site_id AND w.complaint_id = c.complaint_id;
    RETURN NULL;
END $$;
CREATE TRIGGER complaint_words AFTER UPDATE OF name ON core.site
    FOR EACH ROW WHEN (OLD.name <> NEW.name) EXECUTE FUNCTION complaints.note_name_of_site();

CREATE VIEW views.complaint_words AS
    SELECT complaint_id AS id, words, core.grams(words) AS grams FROM complaints.complaint_words;

-- By what is rare in them.
CREATE INDEX complaint_category ON complaints.complaint (category, registered_at, complaint_id);
DROP INDEX complaints.complaint_owner;
CREATE INDEX complaint_owner ON complaints.complaint (nullif(owner, ''), registered_at, complaint_id);

DROP INDEX correlation.alarm_raised;
CREATE INDEX alarm_raised ON correlation.alarm (raised_at, alarm_id);
CREATE INDEX work_order_offered ON dispatch.work_order (offered_at, work_order_id);

-- What lies in a region, found from its sites: whoever has one of forty areas would walk through everybody's years.
CREATE INDEX site_region_begins ON core.site (region text_pattern_ops);
CREATE INDEX incident_root_site ON correlation.incident (root_site_id);
CREATE INDEX outage_of_site ON correlation.outage (site_id, incident_id);
CREATE INDEX ticket_site ON correlation.ticket (nullif(site_id, ''), opened_at);

CREATE VIEW views.incident_region AS
    SELECT i.incident_id AS incident, s.region FROM correlation.incident i JOIN core.site s ON s.site_id = i.root_site_id
    UNION ALL
    SELECT o.incident_id, s.region FROM correlation.outage o JOIN core.site s ON s.site_id = o.site_id;

CREATE VIEW views.ticket_region AS
    SELECT t.ticket_id AS ticket, s.region FROM correlation.ticket t JOIN core.site s ON s.site_id = nullif(t.site_id, '')
    UNION ALL
    SELECT n.ticket_id, s.region FROM correlation.need n JOIN core.site s ON s.site_id = n.site_id;

-- Found by the index of what an alarm is; the view's own `site` is null where that is '', which no index of all alarms has.
CREATE VIEW views.alarm_site AS
    SELECT alarm_id AS id, site_id AS site FROM correlation.alarm;
