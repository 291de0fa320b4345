"""The pages of the sandboxes: who is alive, what each changes, in sentences, and what can be changed by hand. Pure."""
