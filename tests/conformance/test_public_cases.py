"""
W22: the public test data is served as it is, and the SDK fed with what is served answers the public cases.

The data is not part of this project; EPPO_SDK_TEST_DATA points at a checkout of it.
"""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from emulator import Emulator
from emulator.snapshot import snapshot_of_ufc
from emulator.ufc.obfuscate import obfuscate
from sdk_testdata.python_sdk import PythonSdk
from tests.conformance.cases import PUBLIC_VARIABLE, Case, found, parameters, public_folder

pytestmark = pytest.mark.ci

# SHA-256 of ufc/flags-v1-obfuscated.json, members sorted, at commit 6643e8c of the public test data.
OBFUSCATED_DIGEST = "265e3ce0842ddacee119e167db2e365d7e784d5b87b58a9f101a4c38ed8e5338"


@pytest.fixture(scope="module")
def published() -> Path:
    folder = public_folder()
    assert folder is not None, f"{PUBLIC_VARIABLE} names no checkout of the public test data"
    return folder / "ufc" / "flags-v1.json"


@pytest.fixture(scope="module")
def emulator(published: Path) -> Iterator[Emulator]:
    with Emulator(ufc=published) as running:
        yield running


@pytest.fixture(scope="module")
def served(emulator: Emulator) -> bytes:
    with urlopen(f"{emulator.base_url}/flag-config/v1/config?apiKey=any&sdkName=python&sdkVersion=4.4.1") as response:
        body: bytes = response.read()
    return body


@pytest.fixture(scope="module")
def sdk(served: bytes) -> PythonSdk:
    return PythonSdk(served)


def test_w22_the_public_flags_load_as_they_are(published: Path) -> None:
    text = published.read_text(encoding="utf-8")

    snapshot = snapshot_of_ufc(text, None, "2026-01-01T00:00:00.000Z")

    assert snapshot.environments[0].config == json.loads(text)


def test_w22_the_public_flags_are_served_semantically_equal(published: Path, served: bytes) -> None:
    assert json.loads(served) == json.loads(published.read_text(encoding="utf-8"))


def digest(document: Any) -> str:
    return sha256(json.dumps(document, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def published_digest(folder: Path) -> str:
    """Return the digest of the obfuscated flags as published; that of 2026-05-29 where a checkout is partial."""
    beside = folder / "flags-v1-obfuscated.json"
    return digest(json.loads(beside.read_text(encoding="utf-8"))) if beside.exists() else OBFUSCATED_DIGEST


def test_w31_the_public_flags_obfuscate_to_the_published_form(published: Path) -> None:
    plain = json.loads(published.read_text(encoding="utf-8"))

    assert digest(obfuscate(plain)) == published_digest(published.parent)


@pytest.mark.parametrize("case", parameters(public_folder()))
def test_w22_the_sdk_answers_the_public_cases_from_what_is_served(sdk: PythonSdk, case: Case | str) -> None:
    wanted = found(case)

    answered: dict[str, Any] = sdk.answer(wanted.flag, wanted.kind, wanted.subject, wanted.attributes, wanted.default)

    assert answered["assignment"] == wanted.expected["assignment"]
