"""The inbox as people see it: rows, one event's story, counts, time lines and what a query may go on with. Pure."""
