"""A PostgreSQL server of our own: Debian's package, in a folder of its own, reached by a socket in it."""

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import mkdtemp

from sqlalchemy import create_engine

# It refuses to run as root; its package makes this user.
_USER = "postgres" if os.geteuid() == 0 else None


class PostgreSql:
    """One server, started at once."""

    def __init__(self) -> None:
        # Short: the path of a socket has about 100 characters.
        self._folder = Path(mkdtemp(prefix="pg-"))
        self._data = self._folder / "data"
        if _USER:
            shutil.chown(self._folder, _USER)
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
        self.start()

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://postgres@/postgres?host={self._folder}"

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses="
        self._run("pg_ctl", "-D", self._data, "-o", options, "-l", self._folder / "log", "-w", "start")

    def crash(self) -> None:
        """End the server as a crash does: without a last word, and with its log to be replayed."""
        self._run("pg_ctl", "-D", self._data, "-m", "immediate", "stop")

    def empty(self) -> None:
        engine = create_engine(self.url)
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
        engine.dispose()

    def close(self) -> None:
        self.crash()
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: str | Path) -> None:
        command = [_path_of(program), *map(str, arguments)]
        subprocess.run(command, user=_USER, cwd=self._folder, check=True, stdout=subprocess.DEVNULL, timeout=60)


def _path_of(program: str) -> str:
    """Return where *program* is; Debian leaves it out of PATH."""
    found = shutil.which(program) or max(map(str, Path("/usr/lib/postgresql").glob(f"*/bin/{program}")), default="")
    if not found:
        raise FileNotFoundError(f"{program} is not installed; apt-get install postgresql")
    return found
