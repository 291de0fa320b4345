"""What can happen to any request, told in the words of its route: for people, for OpenFeature, for SDKs. Pure."""

from emulator.server import ofrep_answers
from emulator.server.answers import Answer, text_answer
from emulator.server.answers import too_large as too_large_for_sdks
from emulator.server.bodies import BodyTooLargeError
from emulator.server.ofrep_answers import is_ofrep
from emulator.server.problem_details import problem_answer
from emulator.server.vendors import VENDOR_OF, failure

_CONTROL = "/emulator/"


def is_control(path: str) -> bool:
    return path.startswith(_CONTROL)


def too_large(path: str, error: BodyTooLargeError) -> Answer:
    if is_control(path):
        return problem_answer("body-too-large", str(error))
    if path in VENDOR_OF:
        return failure(413, str(error))
    return ofrep_answers.too_large(path, error) if is_ofrep(path) else too_large_for_sdks(error)


def internal_error(path: str, error: Exception) -> Answer:
    detail = f"{type(error).__name__}: {error}"
    if is_control(path):
        return problem_answer("internal-error", detail)
    if is_ofrep(path):
        return ofrep_answers.internal_error(path, detail)
    if path in VENDOR_OF:
        return failure(500, detail)
    # No SDK takes a text for a configuration (W4).
    return text_answer(500, f"500 Internal Server Error: {detail}")
