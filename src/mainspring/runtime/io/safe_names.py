"""Names of files for asset keys and partition keys: no key can lead out of its folder."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

MOST_BYTES = 180
"""File systems take 255; what is left is for extensions and for temporary names."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\%\ud800-\udfff]")


@lru_cache(maxsize=4096)
def safe_name(text: str) -> str:
    """A name for a file or folder: the text itself where it is one, else with what cannot stay written as
    ``%`` codes.

    Different texts have different names. A very long text is cut and ends in a hash of the whole.

    >>> safe_name("2024-01-01"), safe_name("a/b"), safe_name("..")
    ('2024-01-01', 'a%2Fb', '%2E%2E')
    """
    name = _UNSAFE.sub(_coded, text) if _UNSAFE.search(text) else text
    if name.strip(".") == "":
        name = "%2E" * len(name) or "%"
    encoded = name.encode("utf-8", "surrogatepass")
    if len(encoded) > MOST_BYTES:
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
        return f"{encoded[: MOST_BYTES - 34].decode('utf-8', 'ignore')}%-{digest}"
    return name


def _coded(found: re.Match[str]) -> str:
    return f"%{ord(found.group()):02X}"
