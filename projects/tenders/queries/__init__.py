"""Reading tenders for their pages."""
