"""Rules that look for what is odd in the books. Odd is not wrong: each says how it may err."""
