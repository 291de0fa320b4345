"""Which environment an SDK key selects. Pure: the same key on the same Snapshot always gives the same answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from emulator.sdk_keys import DevelopmentKey, read_key
from emulator.snapshot.model import EnvironmentSnapshot, Snapshot
from emulator.suggest import known_names
from emulator.wording import printable

# Longer than what anybody writes into a local file; then it may be a real key, which no log should hold.
_SHOWN_CHARACTERS = 24


@dataclass(frozen=True, slots=True)
class Selection:
    """
    The environment to serve.

    *unknown_key* is the key that nobody listed, empty for a known or missing one. *is_of_a_sandbox* holds for the key
    that was minted for a sandbox; those that live are found before environments are looked at, so this one has ended.
    """

    environment: EnvironmentSnapshot
    is_client_token: bool = False
    unknown_key: str = ""
    is_of_a_sandbox: bool = False


def select_environment(snapshot: Snapshot, spellings: Sequence[str]) -> Selection:
    """
    Return the environment for a key, given as every *spelling* that the request may mean; none at all for no key.

    A listed key wins, compared as opaque text whatever it is made of (W42); then a minted key whose environment
    exists; then the first environment answers.
    """
    for spelling in spellings:
        listed = snapshot.by_sdk_key.get(spelling)
        if listed is not None:
            return Selection(*listed)
    first = snapshot.environments[0]
    if not spellings:
        return Selection(first)
    minted = _minted(spellings[0])
    if minted is not None and minted.sandbox:
        return Selection(first, unknown_key=spellings[0], is_of_a_sandbox=True)
    is_client_token = minted is not None and minted.is_client_token
    named = snapshot.by_key.get(minted.environment) if minted else None
    if named is not None or first.accepts_any_key:
        return Selection(named or first, is_client_token)
    return Selection(first, is_client_token, unknown_key=spellings[0])


def unknown_key_line(selection: Selection, snapshot: Snapshot) -> str:
    """Return the log line for a key that is not listed but served all the same; or refused, for it had a sandbox."""
    if selection.is_of_a_sandbox:
        return refusal(selection, snapshot)
    minted = _minted(selection.unknown_key)
    about = f'for environment "{printable(minted.environment)}", which no file declares' if minted else "unknown"
    return (
        f"SDK key {shown_key(selection.unknown_key)} is {about}: "
        f'serving environment "{selection.environment.key}" ({_listed(snapshot)}; --strict-keys refuses it)'
    )


def refusal(selection: Selection, snapshot: Snapshot) -> str:
    """Return the sentence for a key that strict keys, or nobody, knows."""
    if selection.is_of_a_sandbox:
        return f"SDK key {shown_key(selection.unknown_key)} is that of a sandbox that has ended; create another one"
    return f"unknown SDK key {shown_key(selection.unknown_key)}; {_listed(snapshot)}"


def shown_key(sdk_key: str) -> str:
    """
    Return *sdk_key* quoted for a message; of a long one a part only.

    Minted keys, which are no secret, are told apart by their ends: that is where environment and sandbox stand.
    """
    shown = sdk_key
    if len(sdk_key) > _SHOWN_CHARACTERS:
        is_minted = _minted(sdk_key) is not None
        shown = f"…{sdk_key[-_SHOWN_CHARACTERS:]}" if is_minted else f"{sdk_key[: _SHOWN_CHARACTERS // 2]}…"
    return f'"{printable(shown)}"'


def _listed(snapshot: Snapshot) -> str:
    keys = [key if len(key) <= _SHOWN_CHARACTERS else shown_key(key).strip('"') for key in snapshot.by_sdk_key]
    return f"listed keys: {known_names(keys)}" if keys else "no environment lists a key"


@lru_cache(maxsize=256)
def _minted(sdk_key: str) -> DevelopmentKey | None:
    return read_key(sdk_key)
