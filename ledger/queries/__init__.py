"""What pages read of the ledger."""
