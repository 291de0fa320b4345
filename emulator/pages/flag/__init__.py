"""The page of one flag: its waterfall drawn, what it may serve, and where it is defined. Pure."""
