"""The shapes of what people type about payments."""
