"""What is said of changes that cannot be made."""

from collections.abc import Sequence

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


class Element:
    """
    Names the element at *place* in what is refused within its ``with`` block, where *documents* are several.

    A class, for a failing test shows each function that an exception passes, and ``contextlib``'s helps nobody.
    """

    def __init__(self, place: int, documents: object) -> None:
        self._place = place
        self._are_several = isinstance(documents, list | tuple) and len(documents) > 1

    def __enter__(self) -> None:
        pass

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if not self._are_several or not isinstance(error, ChangeError | QueryError):
            return
        message = f"[{self._place}]: {error}"
        if isinstance(error, ChangeError):
            raise ChangeError(message, error.word, error.problems) from None
        raise QueryError(message, error.word) from None
