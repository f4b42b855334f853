"""The verbs of rounds."""
