"""
Changes as people send them: JSON documents, read, checked against what is there, and laid over a sandbox.

The control API, Python and the fixture all speak these documents, so that they take and refuse the same.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, NamedTuple, cast

from emulator.errors import FlagFileError
from emulator.overrides import (
    Clock,
    Edited,
    FlagLayer,
    Frozen,
    Layer,
    Mode,
    Off,
    OverrideError,
    Overrides,
    Pin,
    Serve,
    Shifted,
    check,
)
from emulator.queries.members import Reader, boolean, moment, read_members, text, variation_name
from emulator.sandboxes.refusals import ChangeError, Element
from emulator.sandboxes.sandbox import Sandbox
from emulator.snapshot.edits import Elsewhere, edited_flag, unsafe_edit
from emulator.ufc.bandit_modes import TestMode
from emulator.wording import printable

Document = Mapping[str, Any]


# ── flags ───────────────────────────────────────────────────────────────────────────────────────────────────────


def put_flag(sandbox: Sandbox, flag: str, document: Any) -> None:
    """
    Replace what is laid over *flag* by the change in *document*, or by the changes in a list, the last one on top.

    The flag is one that the flag files have. A change is ``{"serve": V, "subjects"?: […], "via"?: ALLOCATION}``,
    ``{"off": true}``, ``{"yaml": "…"}`` (what a flag file has under the flag's key) or ``{"ufc": {…}}`` (the flag as
    SDKs receive it).

    Raises:
        QueryError: *document* is no change.
        ChangeError: it names what there is not, or does not compile.
    """
    documents = document if isinstance(document, list | tuple) else [document]
    base = sandbox.overrides.without_flag(flag)
    for place, one in enumerate(documents):
        with Element(place, document):
            layer = _flag_layer(sandbox, flag, one)
            _check(sandbox, layer, base)
        base = base.plus(layer)
    layers = base.flags.get(flag, ())
    sandbox.change(lambda overrides: _with_flag(overrides, flag, layers))


def delete_flag(sandbox: Sandbox, flag: str) -> None:
    """Take away what is laid over *flag*; harmless where there is nothing."""
    sandbox.change(lambda overrides: overrides.without_flag(flag))


def delete_flags(sandbox: Sandbox) -> None:
    """Take away what is laid over any flag."""
    sandbox.change(lambda overrides: overrides.without_flags())


def _with_flag(overrides: Overrides, flag: str, layers: Sequence[FlagLayer]) -> Overrides:
    overrides = overrides.without_flag(flag)
    for layer in layers:
        overrides = overrides.plus(layer)
    return overrides


def _served(sandbox: Sandbox, flag: str, members: dict[str, Any]) -> FlagLayer:
    return Serve(flag, members["serve"], members.get("subjects"), members.get("via"))


def _off(sandbox: Sandbox, flag: str, members: dict[str, Any]) -> FlagLayer:
    if members["off"]:
        return Off(flag)
    raise ChangeError('"off" can only be true; DELETE takes a change away', "bad-change")


def _yaml(sandbox: Sandbox, flag: str, members: dict[str, Any]) -> FlagLayer:
    _check_exists(sandbox, flag)
    try:
        edit = edited_flag(sandbox.snapshot, sandbox.current.base, flag, members["yaml"])
    except FlagFileError as error:
        raise ChangeError(str(error), "broken-flag", error.problems) from None
    return Off(flag) if edit.wire is None else Edited(flag, edit.wire, edit.bandits)


def _ufc(sandbox: Sandbox, flag: str, members: dict[str, Any]) -> FlagLayer:
    _check_exists(sandbox, flag)
    try:
        unsafe_edit(sandbox.current.base, flag, members["ufc"])
    except FlagFileError as error:
        raise ChangeError(str(error), "broken-flag", error.problems) from None
    return Edited(flag, members["ufc"])


def _check_exists(sandbox: Sandbox, flag: str) -> None:
    """Raise, with more words than for a change that names a flag by mistake, if the flag files have no such flag."""
    try:
        _check(sandbox, Off(flag), Overrides())
    except ChangeError as error:
        raise ChangeError(
            f"{error}; an edit lies over a flag of the flag files, so it has to exist there, if only disabled",
            error.word,
        ) from None


class _Form(NamedTuple):
    """One kind of change: its members, and what makes a layer of them."""

    readers: Mapping[str, Reader]
    layer: Callable[[Sandbox, str, dict[str, Any]], FlagLayer]


def _subjects(value: Any) -> tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, list | tuple | set | frozenset):
        raise ValueError("expected a list of subject keys")
    return tuple(text(one) for one in value)


def _object(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ValueError("expected an object")
    return value


_FLAG_FORMS: Mapping[str, _Form] = {
    "serve": _Form({"serve": variation_name, "subjects": _subjects, "via": text}, _served),
    "off": _Form({"off": boolean}, _off),
    "yaml": _Form({"yaml": text}, _yaml),
    "ufc": _Form({"ufc": _object}, _ufc),
}


def _flag_layer(sandbox: Sandbox, flag: str, document: Any) -> FlagLayer:
    kind = _kind(document, _FLAG_FORMS)
    form = _FLAG_FORMS[kind]
    return form.layer(sandbox, flag, read_members(document, form.readers, required=(kind,)))


# ── bandits ─────────────────────────────────────────────────────────────────────────────────────────────────────

_BANDIT_READERS: Mapping[str, Mapping[str, Reader]] = {"pin": {"pin": text}, "mode": {"mode": text}}


def put_bandit(sandbox: Sandbox, bandit: str, document: Any) -> None:
    """
    Replace what is laid over *bandit*: ``{"pin": ACTION}`` or ``{"mode": "uniform"|"cold-start"}``.

    Raises:
        QueryError, ChangeError: as for :func:`put_flag`.
    """
    kind = _kind(document, _BANDIT_READERS)
    value = read_members(document, _BANDIT_READERS[kind], required=(kind,))[kind]
    layer: Layer = Pin(bandit, value) if kind == "pin" else Mode(bandit, cast("TestMode", value))
    _check(sandbox, layer, sandbox.overrides)
    sandbox.change(lambda overrides: overrides.put(layer))


def delete_bandit(sandbox: Sandbox, bandit: str) -> None:
    """Take away what is laid over *bandit*; harmless where there is nothing."""
    sandbox.change(lambda overrides: overrides.without_bandit(bandit))


# ── clock ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _offset(value: Any) -> timedelta:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("expected a number of seconds")
    try:
        return timedelta(seconds=value)
    except (OverflowError, ValueError):
        raise ValueError(f"{value} seconds are more than a calendar has") from None


_CLOCK_READERS: Mapping[str, Mapping[str, Reader]] = {"at": {"at": moment}, "offsetSeconds": {"offsetSeconds": _offset}}


def put_clock(sandbox: Sandbox, document: Any) -> None:
    """
    Set the clock: ``{"at": TIME}`` stops it, ``{"offsetSeconds": N}`` lets it go ahead or behind.

    Raises:
        QueryError: *document* is no clock.
    """
    kind = _kind(document, _CLOCK_READERS)
    value = read_members(document, _CLOCK_READERS[kind], required=(kind,))[kind]
    clock: Clock = Frozen(value) if kind == "at" else Shifted(value)
    sandbox.change(lambda overrides: overrides.put(clock))


def delete_clock(sandbox: Sandbox) -> None:
    """Go by the real time again."""
    sandbox.change(lambda overrides: overrides.without_clock())


# ── checks ──────────────────────────────────────────────────────────────────────────────────────────────────────


def _kind(document: Any, forms: Mapping[str, Any]) -> str:
    """Return which form *document* has, by the one member that tells."""
    if not isinstance(document, Mapping):
        raise ChangeError(f"a change is an object with one of {', '.join(forms)}", "bad-change")
    kinds = [name for name in forms if name in document]
    if len(kinds) != 1:
        found = " and ".join(kinds) or ", ".join(printable(str(name)) for name in document) or "nothing"
        raise ChangeError(f"a change has one of {', '.join(forms)}; found {found}", "bad-change")
    return kinds[0]


def _check(sandbox: Sandbox, layer: Layer, beneath: Overrides) -> None:
    base = sandbox.current.base
    try:
        check(base.config, base.models, layer, elsewhere=Elsewhere(sandbox.snapshot, base), beneath=beneath)
    except OverrideError as error:
        raise ChangeError(str(error), f"unknown-{error.member}") from None
