"""The list of an environment's flags, and how each of them stands there. Pure."""
