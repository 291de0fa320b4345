"""Listing, reading and decoding files, and following links."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from emulator.workspace.disk import TornRead, decode, flag_files_in, is_flag_file, read_bytes, stamps, trail


@pytest.mark.parametrize("name", ["a.yaml", "b.yml", "C.YAML", "x.y.yml"])
def test_yaml_files_are_flag_files(name: str) -> None:
    assert is_flag_file(name)


@pytest.mark.parametrize(
    "name", [".#a.yaml", "._a.yaml", ".a.yaml", "a.yaml~", "a.yaml.swp", "a.json", "yaml", "a.yaml.tmp"]
)
def test_companions_that_editors_leave_are_not_flag_files(name: str) -> None:
    assert not is_flag_file(name)


def test_folder_stands_for_its_flag_files_in_name_order(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "notes.md", ".hidden.yaml"):
        (tmp_path / name).touch()
    (tmp_path / "sub.yaml").mkdir()

    assert flag_files_in(str(tmp_path)) == [f"{tmp_path}/a.yml", f"{tmp_path}/b.yaml"]


def test_pipes_in_a_folder_are_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.yaml")

    assert flag_files_in(str(tmp_path)) == []


def test_link_that_leads_nowhere_is_listed_so_that_somebody_hears_of_it(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").symlink_to("nowhere")

    assert flag_files_in(str(tmp_path)) == [f"{tmp_path}/a.yaml"]


def test_paths_are_spelled_as_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "flags").mkdir()
    (tmp_path / "flags" / "a.yaml").touch()
    monkeypatch.chdir(tmp_path)

    assert flag_files_in("./flags/") == ["flags/a.yaml"]


@contextmanager
def growing(path: Path) -> Iterator[None]:
    """Append to *path* without a pause, from another thread."""
    done = Event()

    def append_until_done() -> None:
        with path.open("ab", buffering=0) as stream:
            while not done.is_set() and stream.tell() < 50_000_000:
                stream.write(b"x")

    writer = Thread(target=append_until_done)
    writer.start()
    try:
        yield
    finally:
        done.set()
        writer.join()


def read_often(path: Path) -> None:
    for _ in range(100):
        read_bytes(str(path))


def test_read_that_a_writer_disturbs_is_torn(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"x" * 5_000_000)

    with growing(path), pytest.raises(TornRead):
        read_often(path)


def test_undisturbed_read_returns_the_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"\x00\xff\r\n")

    assert read_bytes(str(tmp_path / "a")) == b"\x00\xff\r\n"


@pytest.mark.parametrize(
    "content",
    ["å\r\n".encode(), "\ufeffå\r\n".encode(), "å\r\n".encode("utf-16"), "\ufeffå\r\n".encode("utf-16-be")],
    ids=["plain", "with mark", "UTF-16 little", "UTF-16 big"],
)
def test_text_is_decoded_without_its_byte_order_mark_and_with_its_line_ends(content: bytes) -> None:
    assert decode("a.yaml", content) == ("å\r\n", None)


def test_bytes_that_begin_like_utf_16_and_are_not_are_a_problem_at_the_first() -> None:
    _, problem = decode("ufc.json", b"\xff\xfe{")

    assert str(problem) == "ufc.json:1:1 E101 not UTF-8 text: byte 0xFF; save the file as UTF-8"


def test_text_that_is_not_utf_8_is_a_problem_at_the_very_character() -> None:
    text, problem = decode("flags/a.yaml", b"# ok\n# caf\xe9\n")

    assert text == "# ok\n# caf\ufffd\n"
    assert str(problem) == "flags/a.yaml:2:6 E101 not UTF-8 text: byte 0xE9; save the file as UTF-8"


def test_trail_names_every_link_on_the_way_and_the_end(tmp_path: Path) -> None:
    (tmp_path / "..one").mkdir()
    (tmp_path / "..one" / "a.yaml").touch()
    (tmp_path / "..data").symlink_to("..one")
    (tmp_path / "a.yaml").symlink_to("..data/a.yaml")

    found = list(trail(tmp_path / "a.yaml"))

    assert found == [str(tmp_path / name) for name in ("a.yaml", "..data", "..one/a.yaml")]


def test_trail_follows_absolute_links_and_steps_upwards(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    assert list(trail(tmp_path / "link" / ".." / "x"))[-1] == str(tmp_path / "x")


def test_trail_of_links_in_a_circle_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")

    assert len(list(trail(tmp_path / "a"))) < 50


def test_stamps_tell_an_edit_that_keeps_size_and_modification_time(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_text("one")
    before = path.stat()
    first = stamps([str(path)])

    replacement = tmp_path / "b"
    replacement.write_text("two")
    os.utime(replacement, ns=(before.st_atime_ns, before.st_mtime_ns))
    os.replace(replacement, path)

    assert stamps([str(path)]) != first


def test_stamp_of_what_is_not_there_is_none(tmp_path: Path) -> None:
    assert stamps([str(tmp_path / "no")]) == {str(tmp_path / "no"): None}
