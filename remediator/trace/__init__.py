"""From a live resource to state address, source, commits, people and owner."""
