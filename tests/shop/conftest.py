"""The example is a project of its own: its tests run in processes of their own, as a user's do."""

collect_ignore = ["example"]
