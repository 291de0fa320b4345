"""The starter folder: written beside what is there, never over it."""

from pathlib import Path

from emulator.workspace.starter import SCHEMA_NAME, schema_text, write_starter


def test_starter_writes_its_files_and_the_schema(tmp_path: Path) -> None:
    starter = write_starter(tmp_path / "deep" / "flags")

    assert starter.kept == ()
    assert f"{tmp_path}/deep/flags/{SCHEMA_NAME}" in starter.written
    assert all(Path(path).read_text() for path in starter.written)


def test_starter_keeps_what_is_there(tmp_path: Path) -> None:
    (tmp_path / SCHEMA_NAME).write_text("mine")

    starter = write_starter(tmp_path)

    assert starter.kept == (f"{tmp_path}/{SCHEMA_NAME}",)
    assert (tmp_path / SCHEMA_NAME).read_text() == "mine"


def test_starter_keeps_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    (tmp_path / SCHEMA_NAME).symlink_to("nowhere")

    starter = write_starter(tmp_path)

    assert starter.kept == (f"{tmp_path}/{SCHEMA_NAME}",)
    assert not (tmp_path / "nowhere").exists()


def test_starter_written_twice_is_kept_whole(tmp_path: Path) -> None:
    first = write_starter(tmp_path)
    again = write_starter(tmp_path)

    assert (again.written, again.kept) == ((), first.written)


def test_schema_is_the_one_of_the_package() -> None:
    assert '"flags"' in schema_text()
