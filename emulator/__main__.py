"""``eppo-emulator``, and ``python -m emulator``."""

import gc
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line."""
    # Imports and compiling make objects by the hundred thousand and no cycles: a tenth of the start would go into
    # looking for some. ``serve`` turns the collector on again.
    gc.disable()
    from emulator.cli import main as command_line

    command_line()


if __name__ == "__main__":
    main()
