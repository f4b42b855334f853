"""Pages of the ledger for officers."""
