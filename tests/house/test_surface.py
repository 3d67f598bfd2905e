"""Every published name is available, pending or left out on purpose; each list only shrinks."""

import pytest

from tools import surface

PUBLISHED = surface.published()
AVAILABLE = surface.available()
LISTS = [surface.PENDING, surface.LEFT_OUT, surface.DIFFERENT]


def test_every_published_name_is_accounted_for() -> None:
    known = AVAILABLE | set(surface.listed(surface.PENDING)) | set(surface.listed(surface.LEFT_OUT))
    assert sorted(set(PUBLISHED) - known) == []


def test_the_published_list_is_whole() -> None:
    assert len(PUBLISHED) == 431


@pytest.mark.parametrize("path", [surface.PENDING, surface.LEFT_OUT], ids=lambda path: path.stem)
def test_what_has_come_is_struck_off(path) -> None:
    assert sorted(set(surface.listed(path)) & AVAILABLE) == [], "run: make surface"


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_a_list_holds_published_names_and_keeps_its_ceiling(path) -> None:
    names = surface.listed(path)
    assert sorted(set(names) - set(PUBLISHED)) == []
    assert len(names) == surface.ceiling(path), "run make surface; never raise the figure"


def test_only_deprecated_names_are_left_out() -> None:
    kept = [name for name in surface.listed(surface.LEFT_OUT) if PUBLISHED[name].mark != "deprecated"]
    assert kept == []


def test_signatures_agree() -> None:
    found = surface.all_differences()
    excused = surface.listed(surface.DIFFERENT)
    assert {name: what for name, what in found.items() if name not in excused} == {}
    assert sorted(set(excused) - set(found)) == [], "no longer different: run make surface"


@pytest.mark.parametrize(
    "signature,names",
    [
        ("()", []),
        ("(a, b: dict[str, int] = {'x,': (1, 2)}, *, c: X = ...) -> tuple[int, str]", ["a", "b", "c"]),
        ("(*assets: Callable[[int], str], name=None, **kwargs)", ["name"]),
    ],
)
def test_parameters_of_a_signature(signature, names) -> None:
    assert [one.name for one in surface.parameters(signature)] == names


def test_marks_of_a_parameter() -> None:
    assert surface.parameters("(a: int = 1 /*deprecated*/, *, b: X | None = None /*beta*/)") == [
        surface.Parameter("a", keyword_only=False, deprecated=True),
        surface.Parameter("b", keyword_only=True, deprecated=False),
    ]


@pytest.mark.parametrize(
    "ours,found",
    [
        (lambda a, b, *, c, extra=1: None, []),
        (lambda a, b, *, c, old: None, []),
        (lambda a, *, c: None, ["b"]),
        (lambda a, *, b, c: None, ["b (position)"]),
        (lambda b, a, *, c: None, ["a (position)"]),
        (lambda a, b, **more: None, []),
        (lambda *, a, **more: None, ["a (position)"]),
    ],
)
def test_differences_from_a_signature(ours, found) -> None:
    assert surface.differences("(a, b=1, *, c=2, old=3 /*deprecated*/)", ours) == found
