"""The pages of projects, one blueprint per audience."""
