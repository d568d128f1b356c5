-- Traps that somebody said what they mean, from the console or the command line. Written by guywire.inventory; collectors
-- read them with the rest of the inventory, and put them behind what their profiles say.

CREATE TABLE core.adopted_trap (
    trap_oid text PRIMARY KEY CHECK (trap_oid ~ '^[0-2](\.[0-9]+){2,127}$'),
    clear_oid text NOT NULL DEFAULT '' CHECK (clear_oid = '' OR clear_oid ~ '^[0-2](\.[0-9]+){2,127}$'),
    alarm_type text NOT NULL,
    severity text NOT NULL DEFAULT '',
    adopted_by text NOT NULL,
    adopted_at timestamptz NOT NULL,
    CHECK (trap_oid <> clear_oid)
);

CREATE VIEW views.adopted_trap AS
    SELECT trap_oid AS id, clear_oid, alarm_type, severity, adopted_by, adopted_at FROM core.adopted_trap;
