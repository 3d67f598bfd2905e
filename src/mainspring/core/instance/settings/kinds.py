"""The kinds of values a setting can have: what is taken, how it is said in a message and in JSON Schema."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from mainspring.core.base import serial

JsonSchema = dict[str, Any]


class _Unfit:
    """Says that a value is not of a kind."""


UNFIT: Final = _Unfit()


class Kind(msgspec.Struct, frozen=True):
    """What a value may be. ``take`` gives the value in its normal form, or ``UNFIT``."""

    @property
    def expected(self) -> str:
        """What is expected, as a message says it: ``a whole number``."""
        raise TypeError(f"{type(self).__name__} says nothing; use one of its kinds")

    def take(self, value: object) -> object:
        """A value that is written as it stands, in normal form, or ``UNFIT``."""
        del value
        return UNFIT

    def read(self, text: str) -> object:
        """The value that the text of an environment variable stands for, or ``UNFIT``."""
        try:
            return self.take(serial.decode(text, Any))
        except msgspec.MsgspecError:
            return UNFIT

    def schema(self) -> JsonSchema:
        """The JSON Schema of a value that is written as it stands."""
        return {}


_WORDS: Final = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0"), False),
}


class Flag(Kind, frozen=True):
    """Yes or no."""

    @property
    def expected(self) -> str:
        return "true or false"

    def take(self, value: object) -> object:
        return value if isinstance(value, bool) else UNFIT

    def read(self, text: str) -> object:
        return _WORDS.get(text.strip().lower(), UNFIT)

    def schema(self) -> JsonSchema:
        return {"type": "boolean"}


class Whole(Kind, frozen=True):
    """A whole number, not below ``least``; ``or_minus_one`` takes -1 besides."""

    least: int = 0
    or_minus_one: bool = False

    @property
    def expected(self) -> str:
        return f"a whole number, {self.least} or more" + (", or -1" if self.or_minus_one else "")

    def take(self, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int) or value.bit_length() > 53:
            return UNFIT
        return value if value >= self.least or (self.or_minus_one and value == -1) else UNFIT

    def read(self, text: str) -> object:
        return self.take(int(text)) if re.fullmatch(r"\s*-?[0-9]{1,18}\s*", text) else UNFIT

    def schema(self) -> JsonSchema:
        made: JsonSchema = {"type": "integer", "minimum": self.least}
        return {"anyOf": [made, {"const": -1}]} if self.or_minus_one else made


class Number(Kind, frozen=True):
    """A number, not below ``least``; ``or_minus_one`` takes -1 besides."""

    least: float = 0
    or_minus_one: bool = False

    @property
    def expected(self) -> str:
        return f"a number, {self.least:g} or more" + (", or -1" if self.or_minus_one else "")

    def take(self, value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not _is_finite(value):
            return UNFIT
        return value if value >= self.least or (self.or_minus_one and value == -1) else UNFIT

    def read(self, text: str) -> object:
        try:
            number = float(text)
        except ValueError:
            return UNFIT
        return self.take(int(number) if number.is_integer() else number)

    def schema(self) -> JsonSchema:
        made: JsonSchema = {"type": "number", "minimum": self.least}
        return {"anyOf": [made, {"const": -1}]} if self.or_minus_one else made


def _is_finite(value: float) -> bool:
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number that no float can hold
        return False


class Text(Kind, frozen=True):
    """A text that is not empty. ``pattern`` is what it must match from end to end, ``words`` says so."""

    words: str = "a text"
    pattern: str = ""

    @property
    def expected(self) -> str:
        return self.words

    def take(self, value: object) -> object:
        if not isinstance(value, str) or not value or not is_plain_text(value):
            return UNFIT
        return value if not self.pattern or re.fullmatch(self.pattern, value) else UNFIT

    def read(self, text: str) -> object:
        return self.take(text)

    def schema(self) -> JsonSchema:
        return {
            "type": "string",
            **({"pattern": f"^(?:{self.pattern})$"} if self.pattern else {"minLength": 1}),
        }


def is_plain_text(value: str) -> bool:
    """Whether a text can be a path or stand in a database: no NUL, no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)


class Folder(Text, frozen=True):
    """A path on this machine; ``~`` is the user's home, and a relative one lies in the home folder."""

    words: str = "a path"

    def take(self, value: object) -> object:
        made = super().take(value)
        is_of_others = isinstance(made, str) and made[0] == "~" and made[1:2] not in ("", "/")
        return UNFIT if is_of_others else made


class OneOf(Kind, frozen=True):
    """One of a few words. ``any_case`` takes them in small letters and capitals, and gives them as they stand here."""

    words: Sequence[str]
    any_case: bool = False

    @property
    def expected(self) -> str:
        return f"one of {', '.join(self.words)}"

    def take(self, value: object) -> object:
        if not isinstance(value, str):
            return UNFIT
        if self.any_case:
            return next((word for word in self.words if word.lower() == value.lower()), UNFIT)
        return value if value in self.words else UNFIT

    def read(self, text: str) -> object:
        return self.take(text)

    def schema(self) -> JsonSchema:
        words = list(self.words)
        if self.any_case:
            words += [word.lower() for word in words if word.lower() not in words]
        return {"enum": words}


class Anything(Kind, frozen=True):
    """What somebody else checks: the config of a class, the arguments of a handler."""

    @property
    def expected(self) -> str:
        return "any value"

    def take(self, value: object) -> object:
        return value

    def read(self, text: str) -> object:
        return text


class Items(Kind, frozen=True):
    """A list of values of one kind."""

    of: Kind

    @property
    def expected(self) -> str:
        return "a list"


class Table(Kind, frozen=True):
    """Values of one kind by names that are free to choose, or one of ``known``."""

    of: Kind
    known: Sequence[str] = ()

    @property
    def expected(self) -> str:
        return "a mapping of names to values"


class Either(Kind, frozen=True):
    """A plain value, or a section that says it in more detail."""

    plain: Kind
    detailed: Section

    @property
    def expected(self) -> str:
        return f"{self.plain.expected}, or {self.detailed.expected}"

    def read(self, text: str) -> object:
        return self.plain.read(text)


class Refused(Kind, frozen=True):
    """A key that is known and cannot be used; ``sentence`` says what to do instead."""

    sentence: str

    @property
    def expected(self) -> str:
        return "nothing"

    def schema(self) -> JsonSchema:
        return {"not": {}}


class ClassOf(Kind, frozen=True):
    """A class by ``module``, ``class`` and ``config``. ``role`` is the key of the table of known ones."""

    role: str

    @property
    def expected(self) -> str:
        return "a section with the keys module, class, config"


class Setting(msgspec.Struct, frozen=True):
    """One key: what it takes, what it means, what holds where it is not given.

    ``instead`` is for keys that other settings files have and that change nothing here: it says what takes their
    place. ``secret`` keeps a value out of messages and answers.
    """

    kind: Kind
    meaning: str
    default: Any = None
    instead: str | None = None
    secret: bool = False


class Section(Kind, frozen=True):
    """Keys of its own. ``needs`` must be given with it; of the keys in ``one_of`` just one.

    ``may_be_empty`` says that a section with nothing in it counts as not given. ``name`` is for sections that stand
    in several places.
    """

    keys: Mapping[str, Setting]
    needs: Sequence[str] = ()
    one_of: Sequence[str] = ()
    may_be_empty: bool = False
    name: str = ""

    @property
    def can_be_left_empty(self) -> bool:
        """Whether a key with nothing after it is as good as no key."""
        return self.may_be_empty or not (self.needs or self.one_of)

    @property
    def expected(self) -> str:
        return f"a section with the keys {', '.join(sorted(self.keys))}"
