"""
What the control API answers to questions: an evaluation, many of them, subjects, shares.

Pure. Each call takes the JSON of its body and the resolver of its request, and raises ``QueryError`` for what cannot be
answered. Those that may take long take a *pace*, too: it is called now and then, and may raise to end them.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from emulator.evaluation import NotFound
from emulator.evaluation.simulation import Pace
from emulator.queries import (
    NobodyLandsThereError,
    QueryError,
    Resolver,
    answer,
    encoded,
    find,
    read_bulk,
    read_evaluation,
    read_simulation,
    read_subjects,
    simulate,
)
from emulator.queries.simulation import as_json
from emulator.server.answers import Answer
from emulator.server.problem_details import control_answer, problem_document

Report = dict[str, Any]

# Traces make answers long: 10 KB each, of a flag with many allocations.
LONGEST_ANSWER_BYTES = 128_000_000


def evaluation_report(question: Any, resolve: Resolver) -> Report:
    """Return the body of ``POST /emulator/v1/evaluate``."""
    return answer(read_evaluation(question), resolve).as_json()


def bulk_answer(question: Any, resolve: Resolver, pace: Pace, *, longest_bytes: int = LONGEST_ANSWER_BYTES) -> Answer:
    """
    Return the answer to ``POST /emulator/v1/evaluate/bulk``, whose results are in the order of the requests.

    Each is encoded by itself: a number that JSON cannot write costs only the evaluation that holds it, and no more
    than one is ever held as data.

    Raises:
        QueryError: the body cannot be read, or its answer would be too long.
    """
    questions = read_bulk(question)
    body = bytearray(b'{"results":[')
    for number, one in enumerate(_paced(questions, pace)):
        if number:
            body += b","
        body += encoded(_result_or_error(one, resolve))
        if len(body) > longest_bytes:
            raise QueryError(
                f"the answer is longer than {longest_bytes:,} bytes after {number + 1:,} of {len(questions):,} "
                'requests; send fewer at a time, or each with "trace": false',
                "answer-too-large",
            )
    body += b"]}"
    return control_answer(bytes(body))


def subjects_report(question: Any, resolve: Resolver, pace: Pace) -> Report:
    """Return the body of ``POST /emulator/v1/subjects``."""
    found = find(read_subjects(question), resolve, pace)
    if isinstance(found, NotFound):
        raise NobodyLandsThereError(found.reason)
    return {"subjects": found.subjects}


def simulation_report(question: Any, resolve: Resolver, pace: Pace) -> Report:
    """Return the body of ``POST /emulator/v1/simulate``."""
    return as_json(simulate(read_simulation(question), resolve, pace))


def _paced(questions: Iterable[Any], pace: Pace) -> Iterator[Any]:
    for one in questions:
        pace()
        yield one


def _result_or_error(question: Any, resolve: Resolver) -> Report:
    try:
        return evaluation_report(question, resolve)
    except QueryError as error:
        return {"error": problem_document(error.word, str(error))}
