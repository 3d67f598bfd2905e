"""``Upload``: brings the files of one log to a place behind a URL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from mainspring.core.instance.compute_logs.index import Dropped, encode_line, read_index
from mainspring.core.instance.compute_logs.local import LocalComputeLogManager
from mainspring.core.instance.compute_logs.local_files import INDEX, data_suffix, log_files, names_of
from mainspring.core.instance.compute_logs.log_key import LogKind
from mainspring.core.instance.compute_logs.size_limit import kept

Connect = Callable[[], tuple[Any, str]]
"""Gives a file system of fsspec and the path in it below which logs lie. Raises what the library raises."""


def remote_path(root: str, log_key: Sequence[str], suffix: str) -> str:
    """Where a file of a log lies below a path or a URL; a part of a key never leads out of it."""
    return "/".join([root, *names_of(log_key)]) + suffix


class Upload:
    """Uploads a log, as often as it is asked to; streams that did not grow since are left out."""

    def __init__(self, local: LocalComputeLogManager, log_key: Sequence[str], connect: Connect) -> None:
        self.log_key = log_key
        self._local = local
        self._connect = connect
        self._sent: dict[LogKind, int] = {}
        self._sent_complete = False

    def try_all(self) -> Exception | None:
        """Upload what is new. What went wrong, if something did."""
        try:
            self._all(*self._connect())
        except Exception as error:  # a store of any maker, which raises whatever it likes
            return error
        return None

    def _all(self, files: Any, root: str) -> None:
        with log_files(Path(self._local.base_dir), self.log_key) as log:
            if log is None:
                return
            lines = [log.index_lines()]
            index = read_index(lines[0])
            grown = self._sent_complete is not index.is_complete
            for kind in LogKind:
                layout = index.layout(kind)
                with log.reading(data_suffix(kind, layout)) as file:
                    if file is None:
                        continue
                    data = b"".join(kept(file, layout))
                if layout.has_gap and layout.inserted is None:
                    notice = len(layout.notice(layout.start))
                    lines.append(encode_line(Dropped(kind, layout.start, layout.end, notice)))
                if self._sent.get(kind, 0) != len(data) or layout.has_gap:  # what is empty leaves no object
                    files.makedirs(remote_path(root, self.log_key, "").rpartition("/")[0], exist_ok=True)
                    files.pipe_file(remote_path(root, self.log_key, kind.suffix), data)
                    self._sent[kind] = len(data)
                    grown = True
            if grown:
                files.pipe_file(remote_path(root, self.log_key, INDEX), b"".join(lines))
                self._sent_complete = index.is_complete
