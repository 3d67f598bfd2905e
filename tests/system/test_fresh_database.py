"""P11: twenty processes may open a fresh database at once, of either kind; ``tools/fresh_homes.py`` tries it often."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.fresh_homes import open_at_once
from tools.postgres_server import PostgresServer

TRIES = 3


@pytest.mark.system
@pytest.mark.slow
def test_twenty_processes_open_a_fresh_file(tmp_path: Path) -> None:
    assert open_at_once([str(tmp_path / str(number)) for number in range(TRIES)]) == []


@pytest.mark.system
@pytest.mark.slow
def test_twenty_processes_open_a_fresh_schema(postgres_server: PostgresServer) -> None:
    assert open_at_once([postgres_server.new_schema() for _ in range(TRIES)]) == []
