"""
What ties flags to bandits, kept true to flags that changed.

Two members of a configuration hold it, for different SDKs: ``bandits`` has an entry per flag and variation,
``banditReferences`` one per allocation too, with the version of the model. Source: protocol.md section 3.2.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from emulator.overrides.content import Wire, list_in, object_in, objects_in, text_in
from emulator.overrides.flags import Layered

Entries = Sequence[Any]


def retied(config: Mapping[str, Any], models: Mapping[str, Any], flags: Mapping[str, Layered]) -> dict[str, Any]:
    """
    Return ``bandits`` and ``banditReferences`` of *config* when it serves *flags* as they are now: those that change.

    An empty ``bandits`` is to be left out (protocol.md section 3.1). *models* are the ones that are served, with their
    versions.
    """
    references, bandits = object_in(config, "banditReferences"), object_in(config, "bandits")
    short = {bandit: list_in(bandits, bandit) for bandit in bandits}
    long = {bandit: list_in(references[bandit], "flagVariations") for bandit in references}
    delivered = object_in(models, "bandits")
    if not (short or long or delivered):
        return {}
    known = _known(flags, (*long.values(), *short.values()))
    entries = {}
    for key, flag in flags.items():
        told = {value for _, _, value in _served(object_in(config, "flags").get(key))}
        entries[key] = list(_entries(key, flag, {**_namesakes(delivered, told), **known[key]}))
    changed: dict[str, Any] = {}
    new_short = _spliced(short, {key: list(_per_variation(own)) for key, own in entries.items()})
    if new_short != short:
        changed["bandits"] = {bandit: own for bandit, own in new_short.items() if own}
    new_long = _spliced(long, entries)
    if new_long != long:
        changed["banditReferences"] = dict(_references(references, new_long, delivered))
    return changed


def reversioned(references: Mapping[str, Any], models: Mapping[str, Wire]) -> Mapping[str, Any]:
    """Return *references* with the versions of *models*, which may be some of them."""
    new = {
        bandit: {**references[bandit], "modelVersion": model["modelVersion"]}
        for bandit, model in models.items()
        if object_in(references, bandit) and references[bandit].get("modelVersion") != model["modelVersion"]
    }
    return {**references, **new} if new else references


def _known(flags: Mapping[str, Layered], entries: Sequence[Entries]) -> dict[str, dict[str, str]]:
    """Return for each of *flags* which served value stands for which bandit so far; the first entry counts."""
    found: dict[str, dict[str, str]] = {flag: {} for flag in flags}
    for own in entries:
        for entry in own:
            flag = text_in(entry, "flagKey") or ""
            if flag in found:
                value, bandit = text_in(entry, "variationValue"), text_in(entry, "key")
                if value is not None and bandit is not None:
                    found[flag].setdefault(value, bandit)
    return found


def _namesakes(bandits: Mapping[str, Any], told: Collection[str]) -> dict[str, str]:
    """
    Return a tie for every value that names a bandit: the names should be the same everywhere (protocol.md 3.2).

    Of the values that are served already, *told*, the configuration says which ones are bandits.
    """
    return {bandit: bandit for bandit in bandits if bandit not in told}


def _served(flag: Any) -> Iterator[tuple[Any, str, str]]:
    """Yield allocation, variation and value for every text that the flag serves; phases of an allocation count once."""
    if text_in(flag, "variationType") != "STRING":
        return
    pairs = {
        (text_in(allocation, "key"), text_in(split, "variationKey")): None
        for allocation in objects_in(flag, "allocations")
        for split in objects_in(allocation, "splits")
    }
    for allocation, variation in pairs:
        value = text_in(object_in(object_in(flag, "variations"), variation or ""), "value")
        if allocation is not None and variation is not None and value is not None:
            yield allocation, variation, value


def _entries(key: str, flag: Layered, bandits: Mapping[str, str]) -> Iterator[Wire]:
    """Yield an entry for every allocation and variation that leads to a bandit, by the value that SDKs look for."""
    for allocation, variation, value in _served(flag.wire):
        bandit = flag.bandits.get(variation) or bandits.get(value)
        if bandit is not None:
            yield {
                "key": bandit,
                "flagKey": key,
                "allocationKey": allocation,
                "variationKey": variation,
                "variationValue": value,
            }


def _per_variation(entries: Entries) -> Iterator[Wire]:
    """Yield the entries of the old shape."""
    short = {
        (entry["key"], entry["variationKey"]): {name: value for name, value in entry.items() if name != "allocationKey"}
        for entry in entries
    }
    yield from short.values()


def _spliced(before: Mapping[str, Entries], flags: Mapping[str, list[Wire]]) -> dict[str, Entries]:
    """Return the entries of each bandit, with those of *flags* where those of the same flag stood."""
    named = dict.fromkeys(entry["key"] for own in flags.values() for entry in own)
    bandits = [*before] if named.keys() <= before.keys() else sorted({*before, *named})
    return {bandit: list(_bandit_entries(bandit, before.get(bandit, ()), flags)) for bandit in bandits}


def _bandit_entries(bandit: str, before: Entries, flags: Mapping[str, list[Wire]]) -> Iterator[Any]:
    left = dict(flags)
    for entry in before:
        flag = text_in(entry, "flagKey") or ""
        if flag in flags:
            yield from (one for one in left.pop(flag, ()) if one["key"] == bandit)
        else:
            yield entry
    for own in left.values():
        yield from (one for one in own if one["key"] == bandit)


def _references(
    before: Mapping[str, Any], entries: Mapping[str, Entries], models: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    """Yield the reference of every bandit that some flag leads to, and of others as they were."""
    for bandit, own in entries.items():
        reference = object_in(before, bandit)
        version = reference.get("modelVersion", object_in(models, bandit).get("modelVersion", ""))
        if bandit in before and own == list_in(reference, "flagVariations"):
            yield bandit, before[bandit]
        elif own:
            yield bandit, {**reference, "modelVersion": version, "flagVariations": own}
