"""read: Document → Definitions, one reader per construct of the language."""
