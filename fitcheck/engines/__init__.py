"""A plan as text ready to paste, for every runtime; nothing here runs anything."""
