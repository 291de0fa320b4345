"""parse: text → Document, and what to do after a syntax error."""
