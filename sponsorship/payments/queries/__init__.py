"""What the pages of payments read."""
