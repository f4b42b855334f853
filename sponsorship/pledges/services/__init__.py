"""The verbs of pledges, one module per act."""
