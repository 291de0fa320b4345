"""How all tests run."""

from hypothesis import HealthCheck, settings

# A busy machine generates slowly, and that says nothing about the code.
settings.register_profile("everywhere", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("everywhere")
