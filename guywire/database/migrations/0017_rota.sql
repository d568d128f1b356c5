-- In work.
DO $$ BEGIN END $$;
