"""Tests of the public pages of money."""
