"""The shard of a subject: the one number that decides about traffic and splits."""

from collections.abc import Callable
from importlib import import_module
from struct import Struct
from typing import Any

from emulator.evaluation.attributes import utf8


def _md5() -> Callable[[bytes], Any]:
    """
    Return CPython's own MD5 where there is one.

    It takes half the time of the one in ``hashlib``, whose set-up costs more than hashing a short text, and works where
    OpenSSL forbids MD5. A prepared hash of the salt, copied per subject, is slower than hashing salt and subject anew.
    """
    try:
        md5: Callable[[bytes], Any] = import_module("_md5").md5
    except ImportError:
        md5 = import_module("hashlib").md5
    return md5


md5 = _md5()
# The first four bytes of an MD5, big-endian, in a tuple. Public, as is md5: the innermost loops (``assignment``,
# ``bandits``) go without the call of shard_number, a third of its time.
first_four = Struct(">I12x").unpack


def shard_number(salt: bytes, subject: bytes, total: int) -> int:
    """
    Return the shard of *subject* (UTF-8), an integer in ``range(total)``; *salt* ends in the hyphen.

    First four bytes of the MD5 of both, big-endian, unsigned, modulo *total*. Source: evaluation.md section 1.3.
    """
    number: int = first_four(md5(salt + subject).digest())[0]
    return number % total


def prefix_of(salt: str) -> bytes:
    """Return *salt* as :func:`shard_number` takes it."""
    return utf8(f"{salt}-")


def shard_of(salt: str, subject_key: str, total: int) -> int:
    """
    Return the shard of *subject_key* under *salt*; no normalisation, no trimming.

    Raises:
        ZeroDivisionError: *total* is zero; flags with such a total are never prepared.
    """
    return shard_number(prefix_of(salt), utf8(subject_key), total)
