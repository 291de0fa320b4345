"""The real OpenFeature SDK for Python with its OFREP provider, and what an application sees through them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from typing import Any

from openfeature import api
from openfeature.client import OpenFeatureClient
from openfeature.contrib.provider.ofrep import OFREPProvider
from openfeature.evaluation_context import EvaluationContext
from openfeature.flag_evaluation import FlagEvaluationDetails, FlagType

# By the type of a flag; an application's default tells the provider nothing.
TYPES: Mapping[str, FlagType] = {
    "BOOLEAN": FlagType.BOOLEAN,
    "INTEGER": FlagType.INTEGER,
    "JSON": FlagType.OBJECT,
    "NUMERIC": FlagType.FLOAT,
    "STRING": FlagType.STRING,
}
DEFAULTS: Mapping[str, Any] = {"BOOLEAN": False, "INTEGER": -1, "JSON": {}, "NUMERIC": -0.5, "STRING": "the default"}
_domains = count()


class Flags:
    """One client of an application."""

    def __init__(self, client: OpenFeatureClient) -> None:
        self._client = client

    def ask(
        self, kind: str, flag: str, subject: str | None = "user-1", attributes: Mapping[str, Any] | None = None
    ) -> FlagEvaluationDetails[Any]:
        """Return what *subject* gets from *flag*, asked for as a value of *kind*, with the default of that kind."""
        context = EvaluationContext(subject, dict(attributes or {}))
        return self._client.evaluate_flag_details(TYPES[kind], flag, DEFAULTS[kind], context)

    @property
    def headline(self) -> Any:
        return self.ask("STRING", "headline").value


@contextmanager
def connected(base_url: str, **headers: str) -> Iterator[Flags]:
    """Register a provider for *base_url* that sends *headers* (``_`` for ``-``), and yield its client."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    provider = OFREPProvider(base_url, headers_factory=lambda: sent, timeout=30)
    # A domain for each: the API is one per process.
    domain = f"test-{next(_domains)}"
    api.set_provider_and_wait(provider, domain)
    try:
        yield Flags(api.get_client(domain))
    finally:
        provider.session.close()
