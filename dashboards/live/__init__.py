"""The live feed: one reader of the change feeds for all pages (hub), one bounded buffer a page (client), the socket."""
