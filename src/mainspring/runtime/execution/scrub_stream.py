"""``OutputScrubber``: takes secrets out of captured output, also those that come in two parts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from mainspring.runtime.execution.scrub import HIDDEN, Scrubber

_HIDDEN = HIDDEN.encode()


class OutputScrubber:
    """Cleans the streams of one run. Make it only where there is something to hide."""

    def __init__(self, scrubber: Scrubber) -> None:
        self._scrubber = scrubber
        self._forms = [form.encode("utf-8", "surrogateescape") for form in scrubber.forms]

    def stream(self) -> StreamScrubber:
        """For one stream of bytes."""
        return StreamScrubber(self._forms)

    def text(self, text: str) -> str:
        """A text by itself."""
        return self._scrubber.text(text)


class StreamScrubber:
    """Replaces each secret in a stream by ``[secret]``, wherever the stream is cut.

    What may be the beginning of a secret is held back until more is known: as much as a secret is long, at most.

    >>> stream = StreamScrubber([b"hunter2"])
    >>> stream.feed(b"password: hun"), stream.feed(b"ter2!"), stream.finish()
    (b'password: ', b'[secret]!', b'')
    """

    def __init__(self, forms: Sequence[bytes]) -> None:
        ordered = sorted(set(forms), key=lambda form: (-len(form), form))
        self._forms = ordered
        self._longest = len(ordered[0])
        self._pattern = re.compile(b"|".join(map(re.escape, ordered)))
        self._first = re.compile(b"[" + b"".join({re.escape(form[:1]) for form in ordered}) + b"]")
        self._held = b""

    @property
    def held(self) -> int:
        """How many bytes are held back."""
        return len(self._held)

    def feed(self, data: bytes) -> bytes:
        """What is clean of all that came so far and was not given out yet."""
        data = self._held + data
        certain = self._uncertain(data)
        clean: list[bytes] = []
        at = 0
        # a longer secret that begins where a whole one does, and may still come, is waited for
        for found in self._pattern.finditer(data):
            if found.start() >= certain:
                break
            clean += (data[at : found.start()], _HIDDEN)
            at = found.end()
        certain = max(certain, at)
        self._held = data[certain:]
        return b"".join([*clean, data[at:certain]])

    def finish(self) -> bytes:
        """What was held back."""
        held, self._held = self._held, b""
        return self._pattern.sub(_HIDDEN, held)

    def _uncertain(self, data: bytes) -> int:
        """Where the part begins that more data could make into a secret; the length where there is none."""
        for begin in self._first.finditer(data, max(0, len(data) - self._longest + 1)):
            rest = data[begin.start() :]
            if any(form.startswith(rest) and len(form) > len(rest) for form in self._forms):
                return begin.start()
        return len(data)
