"""Pages of rounds, by audience."""
