"""
Flag files of a realistic shape, in any number: mostly gates and experiments, a few switches.

Some texts are not ASCII, as in real configurations; a server that keeps text rather than bytes pays for it.
"""

from pathlib import Path

COUNTRIES = ("US", "CA", "MX", "DE", "FR", "NO", "SE", "DK", "JP", "BR")

_SWITCH = """\
  {key}:
    type: boolean
    description: Kill switch number {number}
    owner: team-{team}
    serve: true
"""

_GATE = """\
  {key}:
    type: boolean
    description: Gate number {number}
    allocations:
      - key: staff
        if: email matches "@example\\.com$"
        serve: true
      - key: early
        if: country in [{countries}] and app_version >= 2.{team}.0
        traffic: {percent}%
        serve: true
    serve: false
"""

_EXPERIMENT = """\
  {key}:
    type: string
    description: Experiment {number}
    owner: team-{team}
    variations: {{control: Sign up, short: Join, playful: Hop on 🚲}}
    allocations:
      - key: test-{number}
        if: country in [{countries}]
        traffic: {percent}%
        split: {{control: 33.33%, short: 33.33%, playful: 33.34%}}
    serve: control
"""

# Out of ten flags: one switch, five gates, four experiments. About 290 bytes each; a hundred are served as 85 KB.
_MIX = (_SWITCH, _GATE, _EXPERIMENT, _GATE, _EXPERIMENT, _GATE, _EXPERIMENT, _GATE, _EXPERIMENT, _GATE)


def flag_file(first: int, count: int) -> str:
    """Return a file of *count* flags, numbered from *first*."""
    return "flags:\n" + "".join(_flag(number) for number in range(first, first + count))


def write_folder(folder: Path, flags: int, files: int) -> list[Path]:
    """Write *flags* flags over *files* equal files and return their paths."""
    folder.mkdir(parents=True)
    each = flags // files
    paths = [folder / f"part-{index:03}.yaml" for index in range(files)]
    for index, path in enumerate(paths):
        path.write_text(flag_file(index * each, each), "utf-8")
    return paths


def _flag(number: int) -> str:
    return _MIX[number % len(_MIX)].format(
        key=f"feature-{number:05}",
        number=number,
        team=number % 7,
        percent=5 + number % 90,
        countries=", ".join(COUNTRIES[number % 5 : number % 5 + 4]),
    )
