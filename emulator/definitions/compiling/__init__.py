"""compile: Definitions → UFC and bandit models."""
