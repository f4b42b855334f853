"""Measurements, each beside something else run at the same time on the same machine."""
