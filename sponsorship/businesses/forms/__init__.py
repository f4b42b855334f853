"""Forms around businesses."""
