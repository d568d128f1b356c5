-- Open needs have one index, by their ticket. With two, a planner without statistics (the first minute of a storm on a new
-- database) takes either for a ticket's site_down_at, and by opened_at it reads all open needs for each ticket. Whoever
-- wants all of them reads the whole index that is left.

DROP INDEX correlation.need_open;
