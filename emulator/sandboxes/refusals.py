"""What is said of changes that cannot be made."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from emulator.errors import EmulatorError, Problem
from emulator.queries import QueryError


class ChangeError(EmulatorError):
    """
    A change that cannot be made: a name is unknown, or an edited flag does not compile. The sandbox is as before.

    *word* is the stable ``type`` of the control API's problems; *problems* are those of an edited flag.
    """

    def __init__(self, message: str, word: str, problems: Sequence[Problem] = ()) -> None:
        self.word = word
        self.problems = tuple(problems)
        super().__init__(message)


@contextmanager
def element(place: int, documents: object) -> Iterator[None]:
    """Name the element at *place* in what is refused within, where *documents* came as a list."""
    try:
        yield
    except (ChangeError, QueryError) as error:
        if not isinstance(documents, list | tuple):
            raise
        message = f"[{place}]: {error}"
        if isinstance(error, ChangeError):
            raise ChangeError(message, error.word, error.problems) from None
        raise QueryError(message, error.word) from None
