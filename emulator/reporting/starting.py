"""What ``init`` tells: what was written, and the next two commands."""

from collections.abc import Sequence

from emulator.reporting.ink import bold, green, yellow


def starter_text(written: Sequence[str], kept: Sequence[str], folder: str, *, is_default: bool) -> str:
    """Return the report on a starter *folder*; *is_default* says that the commands find it without being told."""
    lines = [
        *(f"{green('wrote')} {path}" for path in written),
        *(f"{yellow('kept')} {path}, which was there before" for path in kept),
    ]
    check, serve = ("", "") if is_default else (f" {folder}", f" --flags {folder}")
    commands = [f"  {bold(f'eppo-emulator check{check}')}", f"  {bold(f'eppo-emulator serve{serve}')}"]
    return "\n".join([*lines, "", "Next:", *commands]) + "\n"
