"""The Emulator as a whole: started in a thread, in a process of its own, and gone without a trace."""

import json
import logging
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import psutil
import pytest

from emulator import Emulator
from emulator.errors import EmulatorError, FlagFileError
from emulator.queries import NobodyLandsThereError
from emulator.workspace import Reload
from tests.flag_folders import flags
from tests.server.calling import Call, ask, over_http
from tests.server.documents import bandit_config, bandit_models

CONFIG = "/api/flag-config/v1/config?apiKey=local&sdkName=python"
BANDITS = "/api/flag-config/v1/bandits?apiKey=local&sdkName=python"
STATUS = "/emulator/v1/status"
DEADLINE_S = 10
Run = Callable[..., Emulator]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "flags"
    folder.mkdir()
    (folder / "a.yaml").write_text(flags(banner="true"))
    return folder


@pytest.fixture
def run(folder: Path) -> Iterator[Run]:
    """Start an emulator over the folder; it is closed when the test ends."""
    with ExitStack() as running:
        yield lambda **settings: running.enter_context(Emulator(settings.pop("flags", folder), **settings))


@pytest.fixture
def published(tmp_path: Path) -> dict[str, Path]:
    (tmp_path / "config.json").write_text(json.dumps(bandit_config("v1")))
    (tmp_path / "bandits.json").write_text(json.dumps(bandit_models("v1")))
    return {"ufc": tmp_path / "config.json", "bandits": tmp_path / "bandits.json"}


def save(path: Path, text: str) -> None:
    """Save as editors do, whole or not at all, so that exactly one edit is seen."""
    new = path.with_name(f".{path.name}.new")
    new.write_text(text)
    new.replace(path)


def calling(emulator: Emulator) -> Call:
    return over_http(emulator.port)


def read(emulator: Emulator, target: str) -> Any:
    return json.loads(calling(emulator)("GET", target).body)


def test_a_folder_is_served_on_a_free_port(run: Run) -> None:
    emulator = run()

    assert (emulator.base_url, emulator.url) == (f"http://127.0.0.1:{emulator.port}/api", emulator.base_url[:-4])
    assert list(read(emulator, CONFIG)["flags"]) == ["banner"]


@pytest.mark.parametrize("spell", [str, lambda folder: [folder], lambda folder: (str(folder / "a.yaml"),)])
def test_flags_may_be_a_path_or_a_list_of_paths(run: Run, folder: Path, spell: Callable[[Path], Any]) -> None:
    assert list(read(run(flags=spell(folder)), CONFIG)["flags"]) == ["banner"]


def test_published_documents_are_served_byte_for_byte(run: Run, published: dict[str, Path]) -> None:
    call = calling(run(**published))

    served = [call("GET", target).body for target in (CONFIG, BANDITS)]

    assert served == [published["ufc"].read_bytes(), published["bandits"].read_bytes()]


def test_bandit_models_go_with_a_published_configuration_only(run: Run, published: dict[str, Path]) -> None:
    with pytest.raises(EmulatorError, match="give ufc too"):
        run(bandits=published["bandits"])


def test_w08_a_restart_with_equal_files_keeps_the_etag(run: Run) -> None:
    first, second = (calling(run())("GET", CONFIG).headers["etag"] for _ in range(2))

    assert first == second


def test_w45_an_edit_is_served_without_a_restart(run: Run, folder: Path) -> None:
    outcomes: SimpleQueue[Reload] = SimpleQueue()
    emulator = run(on_reload=outcomes.put)

    save(folder / "b.yaml", flags(checkout="true"))

    assert outcomes.get(timeout=DEADLINE_S).published
    assert list(read(emulator, CONFIG)["flags"]) == ["banner", "checkout"]


def test_w05_a_broken_edit_keeps_what_was_served(run: Run, folder: Path) -> None:
    outcomes: SimpleQueue[Reload] = SimpleQueue()
    emulator = run(on_reload=outcomes.put)
    before = calling(emulator)("GET", CONFIG)

    save(folder / "a.yaml", "flags: {banner: {type: nonsense}}")

    assert outcomes.get(timeout=DEADLINE_S).failed
    assert (calling(emulator)("GET", CONFIG), read(emulator, STATUS)["stale"]) == (before, True)


def test_reloads_and_unknown_keys_are_told_as_lines(run: Run, folder: Path) -> None:
    lines: SimpleQueue[str] = SimpleQueue()
    emulator = run(on_event=lines.put)
    save(folder / "a.yaml", "environments: {test: {sdk_keys: [local]}}\n" + flags(banner="false"))

    reloaded = lines.get(timeout=DEADLINE_S)
    calling(emulator)("GET", CONFIG.replace("local", "nobody"))

    assert ("revision 2" in reloaded, "~banner" in reloaded, "\x1b" in reloaded) == (True, True, False)
    assert lines.get(timeout=DEADLINE_S).startswith('SDK key "nobody" is unknown')


def test_without_a_listener_lines_go_to_the_logger(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    save(folder / "a.yaml", "environments: {test: {sdk_keys: [local]}}\n" + flags(banner="false"))
    caplog.set_level(logging.INFO, "emulator")

    with Emulator(folder) as emulator:
        calling(emulator)("GET", CONFIG.replace("local", "nobody"))

    assert [record.name for record in caplog.records if "nobody" in record.message] == ["emulator"]


@pytest.mark.parametrize(
    ("settings", "mode"), [({"watch": False}, "off"), ({"poll": True}, "polling"), ({}, "native")], ids=str
)
def test_the_watcher_mode_is_known_here_and_in_the_status(run: Run, settings: dict[str, bool], mode: str) -> None:
    emulator = run(**settings)

    assert (emulator.watcher_mode, read(emulator, STATUS)["watcher"]) == (mode, mode)


def test_settings_reach_the_server(run: Run, folder: Path) -> None:
    save(folder / "a.yaml", "environments: {test: {sdk_keys: [local]}}\n" + flags(banner="true"))
    call = calling(run(strict_keys=True, token="secret", allow_hosts=["emulator.test"], body_limit_bytes=10))
    authorization = {"Authorization": "Bearer secret"}

    statuses = [
        call("GET", CONFIG.replace("local", "nobody")).status,
        call("GET", STATUS).status,
        call("GET", STATUS, {**authorization, "Host": "emulator.test"}).status,
        call("POST", "/v0/i", None, b" " * 11).status,
    ]

    assert statuses == [401, 401, 200, 413]


def test_several_emulators_run_in_one_process(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(flags(other="true"))

    emulators = run(), run(flags=tmp_path / "other.yaml")

    assert [list(read(emulator, CONFIG)["flags"]) for emulator in emulators] == [["banner"], ["other"]]


def test_an_emulator_is_reached_by_ipv6_too(run: Run) -> None:
    emulator = run(host="::1")

    assert emulator.url == f"http://[::1]:{emulator.port}"
    with closing(HTTPConnection("::1", emulator.port, timeout=DEADLINE_S)) as connection:
        assert ask(connection, "GET", STATUS, {"Host": f"[::1]:{emulator.port}"}).status == 200


def test_a_wildcard_address_is_named_by_one_that_can_be_called(run: Run) -> None:
    assert run(host="0.0.0.0").base_url.startswith("http://127.0.0.1:")


def test_a_port_that_another_emulator_has_is_explained(run: Run) -> None:
    port = run().port

    with pytest.raises(EmulatorError, match=rf"port {port} .* another eppo-emulator \(pid \d+, .*--port 0"):
        run(port=port)


def test_a_port_that_somebody_else_has_is_explained(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        port = somebody.getsockname()[1]

        with pytest.raises(EmulatorError, match=rf"port {port} on 127.0.0.1 is taken; .*--port 0"):
            run(port=port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a b"])
def test_an_address_that_is_not_ours_is_explained(run: Run, host: str) -> None:
    with pytest.raises(EmulatorError, match=f"cannot listen on .*{host}"):
        run(host=host)


def test_flags_that_do_not_compile_raise_at_the_start(run: Run, folder: Path) -> None:
    save(folder / "a.yaml", "flags: {banner: {type: nonsense}}")

    with pytest.raises(FlagFileError, match=r"a\.yaml:1:"):
        run()


@pytest.mark.parametrize("port", [99_999, -5, "x", True, 8378.0])
def test_a_port_that_is_none_is_explained(run: Run, port: Any) -> None:
    with pytest.raises(EmulatorError, match=f"^port: a number from 0 to 65535, found {port!r}"):
        run(port=port)


@pytest.mark.parametrize("flags", [None, [], 5, [None], {"banner": True}], ids=repr)
def test_flags_that_are_no_paths_are_explained(flags: Any) -> None:
    with pytest.raises(EmulatorError, match=r"^flags: a folder of flag files, a file, or a list of both, found "):
        Emulator(flags)


def test_an_emulator_starts_once(folder: Path) -> None:
    emulator = Emulator(folder)

    with emulator, pytest.raises(EmulatorError, match="make another one"):
        emulator.start()


@pytest.mark.parametrize("name", ["port", "url", "base_url"])
def test_before_the_start_there_is_no_address(folder: Path, name: str) -> None:
    with pytest.raises(EmulatorError, match="not been started"):
        getattr(Emulator(folder), name)


def test_closing_is_harmless_before_the_start_and_after_the_end(folder: Path) -> None:
    emulator = Emulator(folder)

    emulator.close()
    emulator.start()
    emulator.close()
    emulator.close()

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", emulator.port))


def test_a_closed_emulator_leaves_no_thread_and_no_file_open(folder: Path) -> None:
    process = psutil.Process()
    threads, files = set(threading.enumerate()), process.num_fds()

    with ExitStack() as clients, Emulator(folder) as emulator:
        for target in (CONFIG, STATUS, CONFIG.replace("python", "ios"), CONFIG.replace("local", "nobody")):
            connection = clients.enter_context(closing(HTTPConnection("127.0.0.1", emulator.port)))
            ask(connection, "GET", target)

    # A client of an earlier test in this process may end its own meanwhile: less than before is no leak.
    assert set(threading.enumerate()) <= threads
    assert process.num_fds() <= files


def test_a_start_that_fails_leaves_no_thread_and_no_file_open(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as somebody:
        process = psutil.Process()
        threads, files = set(threading.enumerate()), process.num_fds()

        with pytest.raises(EmulatorError):
            Emulator(folder, port=somebody.getsockname()[1]).start()

        assert set(threading.enumerate()) <= threads
        assert process.num_fds() <= files


UNFINISHED = {
    "nothing sent": b"",
    "half a request": b"GET /api/flag-conf",
    "half a body": b"POST /v0/i HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{",
    "answers not read": f"GET {CONFIG} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode() * 2_000,
}


@pytest.mark.parametrize("sent", UNFINISHED.values(), ids=list(UNFINISHED))
def test_no_client_can_keep_an_emulator_from_closing(
    published: dict[str, Path], sent: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    emulator = Emulator(**published).start()
    with socket.create_connection(("127.0.0.1", emulator.port)) as client:
        client.sendall(sent)
        closing_thread = threading.Thread(target=emulator.close, daemon=True)
        closing_thread.start()
        closing_thread.join(DEADLINE_S)

    assert (closing_thread.is_alive(), caplog.records) == (False, [])


def test_nothing_of_the_process_is_changed(run: Run) -> None:
    """An application under test may run uvicorn itself, and has signal handlers of its own."""

    def state() -> list[object]:
        loggers = [logging.getLogger(name) for name in ("", "uvicorn", "uvicorn.error", "uvicorn.access", "asyncio")]
        configured = [(logger.level, list(logger.handlers), logger.propagate) for logger in loggers]
        return [configured, signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)]

    before = state()

    calling(run())("GET", STATUS)

    assert state() == before


def test_a_poll_leaves_no_line_in_the_log_of_the_application(run: Run, caplog: pytest.LogCaptureFixture) -> None:
    emulator = run()
    caplog.set_level(logging.DEBUG)

    calling(emulator)("GET", CONFIG)
    calling(emulator)("GET", STATUS)

    assert caplog.messages == []


SERVE = """
import sys
from emulator import Emulator
emulator = Emulator(sys.argv[1]).start()
emulator.serve_forever(lambda: print(emulator.port, flush=True))
print("closed")
"""


@pytest.fixture
def process(folder: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-c", SERVE, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        yield process
        process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_serve_forever_without_a_traceback(
    process: subprocess.Popen[str], number: signal.Signals
) -> None:
    assert process.stdout is not None
    port = int(process.stdout.readline())
    with closing(HTTPConnection("127.0.0.1", port, timeout=DEADLINE_S)) as connection:
        ask(connection, "GET", CONFIG)

        process.send_signal(number)
        output, errors = process.communicate(timeout=DEADLINE_S)

    assert (process.returncode, output, errors) == (0, "closed\n", "")


WITHOUT_FLASK = """
import sys
from http.client import HTTPConnection
from emulator.runtime import ServerThread
from emulator.server.parts import Parts
from emulator.server.serving import listening_socket
from emulator.workspace import Workspace
from datetime import UTC, datetime

listener = listening_socket("127.0.0.1", 0)
workspace = Workspace([sys.argv[1]], clock=lambda: datetime.now(UTC))
server = ServerThread(Parts(workspace), listener, flask_after_s=3600)
server.start()
connection = HTTPConnection(*listener.getsockname())
for target in ("/flag-config/v1/config", "/emulator/v1/status"):
    connection.request("GET", target)
    answer = connection.getresponse()
    answer.read()
    print(answer.status, "flask" in sys.modules)
connection.close()
server.close()
"""


def test_flask_is_imported_when_it_is_needed_and_not_for_a_configuration(folder: Path) -> None:
    command = [sys.executable, "-c", WITHOUT_FLASK, str(folder)]

    done = subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S, check=False)

    assert (done.stdout, done.stderr) == ("200 False\n200 True\n", "")


def test_serve_forever_needs_a_start(folder: Path) -> None:
    with pytest.raises(EmulatorError, match="not been started"):
        Emulator(folder).serve_forever()


def test_questions_need_no_server(folder: Path) -> None:
    emulator = Emulator(folder)

    assert emulator.evaluate("banner", "ann").variation is True
    assert emulator.evaluate("baner", "ann", default="mine").hint == 'did you mean "banner"?'
    assert emulator.subjects("banner", gets=True, count=2) == ("subject-0-0", "subject-0-1")
    assert emulator.simulate("banner", 100).simulated.variations == {"true": 1.0}


def test_where_nobody_lands_python_raises_the_reason(folder: Path) -> None:
    with pytest.raises(NobodyLandsThereError, match='never serves "blue"'):
        Emulator(folder).subjects("banner", gets="blue")
