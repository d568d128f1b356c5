-- Written by dispatch alone: where technicians are, and their work orders.

CREATE SCHEMA dispatch;

CREATE TABLE dispatch.technician_state (
    technician_id text PRIMARY KEY,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    accuracy double precision,
    position_at timestamptz NOT NULL,
    version integer NOT NULL DEFAULT 1
);

SELECT core.create_series('dispatch.position', $$
    at timestamptz NOT NULL,
    technician_id text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    accuracy double precision,
    PRIMARY KEY (technician_id, at)
$$);

CREATE TABLE dispatch.work_order (
    work_order_id text PRIMARY KEY,
    technician_id text NOT NULL,
    manager_id text NOT NULL DEFAULT '',
    ticket_id text NOT NULL,
    site_id text NOT NULL,
    domain text NOT NULL,
    need_ids text[] NOT NULL CHECK (cardinality(need_ids) > 0),
    state text NOT NULL,
    priority integer NOT NULL,
    summary text NOT NULL,
    offered_at timestamptz NOT NULL,
    offer_expires_at timestamptz,
    accepted_at timestamptz,
    en_route_at timestamptz,
    on_site_at timestamptz,
    ended_at timestamptz,
    travel_minutes double precision NOT NULL,
    distance_km double precision NOT NULL,
    planned_arrival_at timestamptz NOT NULL,
    -- the need healed while the technician was under way: asked, not withdrawn
    asked_to_return_at timestamptz,
    explanation jsonb NOT NULL DEFAULT '{}',
    given_by text NOT NULL DEFAULT 'dispatch',
    ended_by text NOT NULL DEFAULT '',
    reason text NOT NULL DEFAULT '',
    cause text NOT NULL DEFAULT '',
    result text NOT NULL DEFAULT '',
    version integer NOT NULL DEFAULT 1
);
CREATE INDEX work_order_technician ON dispatch.work_order (technician_id, offered_at DESC);
CREATE INDEX work_order_ticket ON dispatch.work_order (ticket_id);
CREATE INDEX work_order_open ON dispatch.work_order (offered_at) WHERE ended_at IS NULL;
CREATE INDEX work_order_needs ON dispatch.work_order USING gin (need_ids);

-- The last number given to an order. A row, not a sequence: an aborted batch gives its numbers back.
CREATE TABLE dispatch.work_order_counter (
    one boolean PRIMARY KEY DEFAULT true CHECK (one),
    last bigint NOT NULL DEFAULT 0
);
INSERT INTO dispatch.work_order_counter DEFAULT VALUES;

-- Which open order holds a need. The primary key is the guard: never two open orders for one need.
CREATE TABLE dispatch.held_need (
    need_id text PRIMARY KEY,
    work_order_id text NOT NULL REFERENCES dispatch.work_order
);
CREATE INDEX held_need_order ON dispatch.held_need (work_order_id);

CREATE TABLE dispatch.work_order_step (
    work_order_id text NOT NULL REFERENCES dispatch.work_order,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    actor text NOT NULL,
    state text NOT NULL,
    latitude double precision,
    longitude double precision,
    note text NOT NULL DEFAULT '',
    -- the order's version that this step made: what happened since version n is the steps above n
    version integer NOT NULL
);
CREATE INDEX work_order_step_order ON dispatch.work_order_step (work_order_id, recorded_at);

-- Why a need has no holder now, and until when; absent when it has one.
CREATE TABLE dispatch.waiting_need (
    need_id text PRIMARY KEY,
    code text NOT NULL,
    hint text NOT NULL,
    since timestamptz NOT NULL,
    next_try_at timestamptz NOT NULL,
    explanation jsonb NOT NULL DEFAULT '{}'
);
