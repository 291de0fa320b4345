"""The SDKs that run here: what each is called, how it is started, what it can be asked, and where it diverges."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version

from tests.compatibility.divergences import (
    ANDROID,
    CLIENT,
    JAVA,
    NODE,
    PYTHON_3,
    RUST,
    Divergences,
)
from tests.compatibility.go_divergences import GO
from tests.sdk.pages import page_program
from tests.sdk.programs import (
    Program,
    go_program,
    java_program,
    node_program,
    python_3_program,
    python_program,
    react_native_program,
    rust_program,
)

_HEAVY = 4
_NODE_CLIENT = "client-answers.mjs"


@dataclass(frozen=True, slots=True)
class Sdk:
    """
    One SDK in one version. *name* is for people, *id* for tests.

    *poll_ms* is how often it can be made to ask; *obfuscated* whether it reads the form for clients. One that
    *stops_at_401* never asks again; where one *revalidates*, the platform's cache under it asks for 304. One that
    *has_models_later* says that it is ready when it has flags. One that *logs_contexts* has a bandit's attributes as
    numbers and texts in the assignment's event, too; one that *leaves_out_zeros* writes none of a bandit's numbers.
    No more than *at_once* programs run beside each other: starting one may take seconds of a processor.
    """

    id: str
    name: str
    package: str
    version: str
    program: Callable[[], Program]
    divergences: Divergences
    poll_ms: int = 300
    has_bandits: bool = True
    obfuscated: bool = False
    stops_at_401: bool = False
    revalidates: bool = False
    has_models_later: bool = False
    logs_contexts: bool = False
    leaves_out_zeros: bool = False
    at_once: int = 18


def _client(package: str) -> Callable[[], Program]:
    return lambda: node_program(_NODE_CLIENT, package)


def _hurried_client(package: str) -> Callable[[], Program]:
    return lambda: node_program("--import", "./hurried.mjs", _NODE_CLIENT, package)


SDKS: tuple[Sdk, ...] = (
    Sdk(
        "python-4", "Python 4", "eppo-server-sdk", version("eppo-server-sdk"), python_program, RUST, poll_ms=1000,
        stops_at_401=True,
    ),
    Sdk(
        "python-3", "Python 3", "eppo-server-sdk", "3.7.0", python_3_program, PYTHON_3, poll_ms=1000,
        has_models_later=True,
    ),
    Sdk(
        "rust", "Rust", "eppo", "5.2.1", rust_program, RUST, poll_ms=30_000, has_bandits=False, stops_at_401=True
    ),
    Sdk("node", "Node", "@eppo/node-server-sdk", "3.10.2", lambda: node_program("server-answers.mjs"), NODE),
    Sdk("java", "Java", "cloud.eppo:sdk-common-jvm", "3.9.0", java_program, JAVA, at_once=_HEAVY),
    Sdk(
        "android", "Android", "cloud.eppo:sdk-common-jvm", "3.9.0", lambda: java_program("android"), ANDROID,
        has_bandits=False, obfuscated=True, at_once=_HEAVY,
    ),
    Sdk(
        "react-native", "React Native", "@eppo/react-native-sdk", "3.5.2", react_native_program, CLIENT,
        has_bandits=False, obfuscated=True,
    ),
    Sdk(
        "browser", "Browser", "@eppo/js-client-sdk-common", "4.14.4", _client("@eppo/js-client-sdk-common"), CLIENT,
        has_bandits=False, obfuscated=True,
    ),
    Sdk(
        "browser-4.8", "Browser", "@eppo/js-client-sdk-common", "4.8.4", _client("js-client-sdk-common-4.8"), CLIENT,
        has_bandits=False, obfuscated=True,
    ),
    Sdk(
        "browser-3", "Browser", "@eppo/js-client-sdk-common", "3.0.2", _hurried_client("js-client-sdk-common-3"),
        CLIENT, has_bandits=False, obfuscated=True,
    ),
    Sdk(
        "chromium", "Browser, in Chromium", "@eppo/js-client-sdk-common", "4.14.4", page_program, CLIENT,
        has_bandits=False, obfuscated=True, revalidates=True, at_once=_HEAVY,
    ),
)  # fmt: skip
# What CI has no way to get; whoever does runs `make go-sdk`.
REFUSED_SDKS: tuple[Sdk, ...] = (
    Sdk(
        "go", "Go", "github.com/Eppo-exp/golang-sdk/v6", "6.3.0", go_program, GO, logs_contexts=True,
        leaves_out_zeros=True,
    ),
)  # fmt: skip
