"""The verbs of accounts: signing in, roles, areas, verification, own data."""
