"""
All flags for one subject, evaluated once: the document that precomputed clients fetch from ``/assignments``.

Always obfuscated: flag keys are hashed with the salt, other texts are base64. Source: protocol.md section 6.1,
evaluation.md section 6.2, js-sdk-common ``obfuscation.ts``, eppo_core ``precomputed.rs``.
"""

import math
from collections.abc import Iterator, Mapping
from datetime import datetime
from json import dumps
from typing import Any

from emulator.evaluation.assignment import Evaluation, evaluate
from emulator.evaluation.attributes import utf8
from emulator.evaluation.bandit_model import BanditModel
from emulator.evaluation.bandits import choose
from emulator.evaluation.contexts import Context, attributes_of, context_of, number_in, offered_actions, text_in
from emulator.evaluation.events import event_timestamp
from emulator.evaluation.prepare import Prepared
from emulator.evaluation.sharding import md5
from emulator.ufc.obfuscate import base64_text, javascript_text


def precompute(
    prepared: Prepared,
    subject_key: str,
    subject_context: Any,
    bandit_actions: Any = None,
    *,
    now: datetime,
    salt: str,
) -> dict[str, Any]:
    """
    Return what every flag serves the subject at *now* (aware), as a precomputed client reads it.

    *subject_context* is plain or split, as for :func:`evaluate_bandit`; *bandit_actions* are the actions offered to
    each flag, by its key, or None. Flags that serve nothing, or a value that does not suit their type, are left out, so
    a broken one disturbs no other (D-PRE-1). *salt* must not be empty: Android takes an empty one for missing. Whatever
    *doLog* is, the keys of allocation and variation are written, as JavaScript does (D-PRE-3).
    """
    subject = context_of(subject_context)
    attributes = attributes_of(subject)
    served = {
        key: one
        for key in prepared.flag_keys
        if (one := evaluate(prepared, key, subject_key, attributes, now=now)).is_match
    }
    offered = bandit_actions if isinstance(bandit_actions, Mapping) else {}
    return {
        "createdAt": event_timestamp(now),
        "format": "PRECOMPUTED",
        "obfuscated": True,
        "salt": salt,
        "environment": {"name": prepared.environment},
        "flags": {hashed: _flag(hashed, one) for key, one in served.items() for hashed in (hashed_key(salt, key),)},
        "bandits": {
            hashed_key(salt, key): bandit
            for key, one in served.items()
            if key in offered
            for bandit in _bandit(prepared, one, subject, offered_actions(offered[key]))
        },
    }


def hashed_key(salt: str, flag_key: str) -> str:
    """Return the key of a flag in the document: MD5 of salt and key, nothing between, the salt as it is written."""
    digest: str = md5(utf8(salt + flag_key)).hexdigest()
    return digest


def _flag(hashed: str, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "flagKey": hashed,
        "allocationKey": base64_text(evaluation.allocation_key or ""),
        "variationKey": base64_text(evaluation.variation_key or ""),
        "variationType": evaluation.flag.type if evaluation.flag else "",
        "variationValue": base64_text(_value_text(evaluation)),
        "extraLogging": {base64_text(name): base64_text(text) for name, text in evaluation.extra_logging.items()},
        "doLog": evaluation.log,
    }


def _value_text(evaluation: Evaluation) -> str:
    """Return the text of the value: a document as it stands in the configuration, numbers without a needless ``.0``."""
    verdict = evaluation.verdict
    if verdict.document is not None:
        return verdict.document
    if evaluation.flag and evaluation.flag.type == "JSON":
        return dumps(verdict.value, ensure_ascii=False, separators=(",", ":"))
    return javascript_text(verdict.value)


def _bandit(
    prepared: Prepared, evaluation: Evaluation, subject: Context, actions: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    """Yield the bandit's choice, if the served value is a bandit that can choose."""
    bandit_key = prepared.bandits.bandit_of(evaluation.flag_key, evaluation.value)
    model = prepared.bandits.models.get(bandit_key or "")
    if bandit_key is None or not isinstance(model, BanditModel) or not actions:
        return
    choice = choose(model, evaluation.flag_key, evaluation.subject_key, subject, actions)
    action = context_of(actions[choice.action])
    numeric, categorical = action.named()
    yield {
        "banditKey": base64_text(bandit_key),
        "action": base64_text(choice.action),
        "modelVersion": base64_text(model.version),
        "actionProbability": _writable(choice.probability),
        "optimalityGap": _writable(choice.gap),
        "actionNumericAttributes": _encoded({name: number_in(action, name) for name in numeric}),
        "actionCategoricalAttributes": _encoded({name: text_in(action, name) for name in categorical}),
    }


def _encoded(attributes: Mapping[Any, float | str | None]) -> dict[str, str]:
    """Return the attributes in base64, without those that no model can read."""
    known = {name: javascript_text(one) for name, one in attributes.items() if one is not None}
    return {base64_text(name): base64_text(text) for name, text in known.items() if isinstance(name, str)}


def _writable(number: float) -> float | None:
    """Return *number*, or None where JSON has none (D-BAN-15), as JavaScript and the Rust core write it."""
    return number if math.isfinite(number) else None
