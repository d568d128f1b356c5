"""How the consoles stand a storm: the list in a browser, the snapshot, the feed (docs/benchmarks-consoles.md)."""
