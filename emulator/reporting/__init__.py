"""
What the command line prints, as pure functions from values to text: problems, the start of a server, its reloads.

Nothing here prints, reads or looks at a terminal.
"""
