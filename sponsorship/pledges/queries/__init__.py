"""Reads for the pages of pledges."""
