"""Reading sponsorship for pages that everybody sees. Nothing here shows what is under vote."""
