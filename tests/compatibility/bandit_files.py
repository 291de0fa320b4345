"""A configuration with one flag and one bandit behind it, in files as they travel."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.evaluation.bandit_cases import wire_model
from tests.evaluation.configurations import configuration


def bandit_files(folder: Path, raw: Any, tie: Mapping[str, Any]) -> tuple[Path, Path]:
    """Write flag ``f``, tied to a bandit with the smallest model that there is; return configuration and models."""
    entry = {"key": "bandit", "flagKey": "f", **tie}
    config = {
        **configuration(f=raw),
        "bandits": {"bandit": [entry]},
        "banditReferences": {"bandit": {"modelVersion": "v1", "flagVariations": [entry]}},
    }
    models = {"updatedAt": config["createdAt"], "bandits": {"bandit": wire_model()}}
    paths = folder / "flags.json", folder / "bandits.json"
    for path, document in zip(paths, (config, models), strict=True):
        path.write_text(json.dumps(document), encoding="utf-8")
    return paths
