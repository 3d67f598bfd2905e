"""One JSON form for all records."""

import msgspec
import pytest

from mainspring.core.base import serial


class Point(msgspec.Struct, frozen=True):
    x: int
    y: int = 0


class Degrees:
    """A value that is no struct and says itself how it is written."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Degrees) and self.value == other.value

    __hash__ = None


class Celsius(Degrees):
    pass


class Unknown:
    pass


class Weather(msgspec.Struct, frozen=True):
    at: Point
    heat: Degrees


serial.register(Degrees, lambda degrees: f"{degrees.value}°", lambda text: Degrees(float(text.rstrip("°"))))


def test_records_travel_as_bytes_and_as_plain_data() -> None:
    weather = Weather(Point(1), Degrees(20.5))
    assert serial.encode(weather) == '{"at":{"x":1,"y":0},"heat":"20.5°"}'.encode()
    assert serial.decode(serial.encode(weather), Weather) == weather
    assert serial.to_builtins(weather) == {"at": {"x": 1, "y": 0}, "heat": "20.5°"}
    assert serial.from_builtins(serial.to_builtins(weather), Weather) == weather


def test_the_same_value_gives_the_same_bytes() -> None:
    assert serial.encode({"b": 1, "a": 2}) == serial.encode({"a": 2, "b": 1}) == b'{"a":2,"b":1}'
    assert serial.encode({"z", "a"}) == b'["a","z"]'


def test_a_class_is_written_as_the_class_it_derives_from() -> None:
    assert serial.encode(Celsius(1.0)) == '"1.0°"'.encode()


def test_what_has_no_form_is_named() -> None:
    with pytest.raises(NotImplementedError, match="Unknown has no JSON form"):
        serial.encode(Unknown())
    with pytest.raises(NotImplementedError, match="Unknown has no JSON form"):
        serial.decode(b"1", Unknown)


def test_other_data_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match=r"at `\$.x`"):
        serial.decode(b'{"x":"a"}', Point)
    with pytest.raises(msgspec.DecodeError):
        serial.decode(b"{", Point)


def test_halves_of_surrogate_pairs_are_written_as_python_shows_them():
    value = {"\ud800": ["a\ud801b", ("c", {"d": "\udfff"})], "plain": "\u00e9"}
    expected = {"\\ud800": ["a\\ud801b", ["c", {"d": "\\udfff"}]], "plain": "\u00e9"}
    assert serial.decode(serial.encode(value), dict) == expected
