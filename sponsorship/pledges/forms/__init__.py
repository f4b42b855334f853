"""What people fill in about pledges."""
