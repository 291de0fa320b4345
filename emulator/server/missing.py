"""The answer where no route is: it names the request and the likely reasons. Pure."""

from emulator.server.answers import Answer, text_answer
from emulator.wording import printable

_LEGACY = (
    "This is the protocol of Eppo SDKs from before mid-2024 (randomized_assignment); the emulator speaks "
    "/flag-config/v1/config only. Upgrade the SDK to its first release with UFC or later (most are at major version 3)."
)
_GENERAL = (
    "SDKs fetch <base URL>/flag-config/v1/config and <base URL>/flag-config/v1/bandits; precomputed clients post to "
    "<base URL>/assignments. Likely reasons:\n"
    "  - the base URL that the SDK was given holds more than scheme, host, port and /api\n"
    "  - the path lacks /flag-config/v1 in front of config or bandits\n"
    "The right base URL is printed at start-up; the page at / names it too."
)
# Nobody asks for these by accident: it is an SDK, and its errors rarely name the address that it called.
_SDK_ENDINGS = ("/config", "/bandits")
_HINTS = (("/randomized_assignment/", _LEGACY),)


def not_found(method: str, path: str) -> Answer:
    """Return the 404 for an unknown path; its text is no JSON whatever *path* holds (W4, W44)."""
    hint = next((text for part, text in _HINTS if part in path), _GENERAL)
    return text_answer(404, f"404 Not Found: {printable(method)} {printable(path)} is not served here.\n{hint}")


def is_from_an_sdk(path: str) -> bool:
    """Return whether an SDK that was pointed at the wrong place asks for such a *path*."""
    return path.endswith(_SDK_ENDINGS)


def not_found_line(method: str, path: str) -> str:
    """Return the log line for an SDK that asks in the wrong place."""
    hint = next((f": {text.split('. ')[0]}" for part, text in _HINTS if part in path), "; is its base URL right?")
    return f"an SDK asked for {printable(method)} {printable(path)}, which is not served{hint}"
