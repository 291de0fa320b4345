"""The YAML language: text → Document → Definitions → UFC and bandit models. Pure."""
