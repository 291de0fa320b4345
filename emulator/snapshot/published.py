"""Published documents → Snapshot: served byte for byte, in one environment for any key."""

import json
import re
from dataclasses import replace
from typing import Any

from emulator.definitions.compiling.base import Base
from emulator.errors import Problem
from emulator.snapshot.documents import base_name
from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.snapshot.stamps import encode_config, models_etag, text_bytes
from emulator.ufc.content import config_findings
from emulator.ufc.encode import canonical, encoded
from emulator.ufc.json_text import unreadable
from emulator.ufc.wire import Config, Models


def snapshot_of_ufc(
    config_text: str, models_text: str | None, created_at: str, previous: Snapshot | None = None, file: str = "ufc"
) -> Snapshot:
    """
    Return the Snapshot that serves a published configuration byte for byte, in one environment for any key.

    What some SDK reads in an unsafe way is among the warnings, at *file*.

    Raises:
        ValueError: a text is not a JSON object of the right outline; the message says which and why.
    """
    config: Config = _json_object(config_text, "UFC", "flags")
    name = base_name(Base(config, {}, None, None)) or "Test"
    models: Models = (
        _json_object(models_text, "bandit models", "bandits")
        if models_text is not None
        else {"updatedAt": created_at, "environment": {"name": name}, "bandits": {}}
    )
    environment = EnvironmentSnapshot(
        key=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "test",
        name=name,
        sdk_keys=(),
        client_tokens=(),
        accepts_any_key=True,
        created_at=config.get("createdAt") or created_at,
        config=config,
        models=models,
        plain=encoded(text_bytes(config_text), encode_config(config, "plain").etag),
        bandits=encoded(canonical(models) if models_text is None else text_bytes(models_text), models_etag(models)),
    )
    was = previous.environments[0] if previous else None
    same = was is not None and (was.plain, was.bandits.etag) == (environment.plain, environment.bandits.etag)
    warnings = tuple(
        Problem(file, 1, 1, "P6", "warning", f"{path} {sentence}") for path, sentence in config_findings(config)
    )
    if previous is not None and same:
        return replace(previous, warnings=warnings)
    return Snapshot(previous.revision + 1 if previous else 1, created_at, (environment,), warnings)


def _json_object(text: str, what: str, name: str) -> Any:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"the {what} file is not JSON: {unreadable(error)}") from None
    if not isinstance(value, dict) or not isinstance(value.get(name), dict):
        raise ValueError(f'the {what} file holds no object "{name}"; expected what Eppo\'s service serves')
    return value
