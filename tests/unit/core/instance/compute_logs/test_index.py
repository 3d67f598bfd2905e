from hypothesis import given
from hypothesis import strategies as st

from mainspring.core.instance.compute_logs.index import (
    Completed,
    Dropped,
    LogIndex,
    StepBegan,
    StepEnded,
    StepSlice,
    encode_line,
    read_index,
)
from mainspring.core.instance.compute_logs.layout import Layout
from mainspring.core.instance.compute_logs.log_key import LogKind

LINES = [
    StepBegan("a", 0, 0),
    StepBegan("b", 10, 1),
    StepEnded("a", 20, 2, shared=True),
    StepEnded("b", 30, 3, shared=True),
    StepBegan("a", 30, 3, 1),
    Dropped(LogKind.STDOUT, 5, 9),
    Dropped(LogKind.STDOUT, 5, 12),
    StepEnded("a", 40, 4, 1),
    Completed(),
]
WHOLE = b"".join(map(encode_line, LINES))


def test_what_lines_say() -> None:
    first = StepSlice(step_key="a", retry=0, stdout=(0, 20), stderr=(0, 2), shared=True)
    other = StepSlice(step_key="b", retry=0, stdout=(10, 30), stderr=(1, 3), shared=True)
    again = StepSlice(step_key="a", retry=1, stdout=(30, 40), stderr=(3, 4))
    index = read_index(WHOLE)
    assert index == LogIndex([first, other, again], True, Layout(5, 12), Layout())
    assert index.slices("a") == [first, again]
    assert (first.of(LogKind.STDOUT), first.of(LogKind.STDERR)) == ((0, 20), (0, 2))
    assert (index.layout(LogKind.STDOUT), index.layout(LogKind.STDERR)) == (Layout(5, 12), Layout())


def test_a_running_step_has_no_end() -> None:
    (only,) = read_index(encode_line(StepBegan("a", 7, 8))).steps
    assert only == StepSlice(step_key="a", retry=0, stdout=(7, None), stderr=(8, None))


def test_what_cannot_be_read_is_passed_over() -> None:
    data = b'\xff\n{"type":"what"}\nnull\n' + encode_line(StepBegan("a", 1, 2)) + b'{"type":"step_en'
    assert [one.step_key for one in read_index(data).steps] == ["a"]
    assert read_index(b"") == LogIndex([])


@given(st.integers(0, len(WHOLE)), st.binary(max_size=20))
def test_a_cut_or_spoilt_index_still_answers(cut, rubbish) -> None:
    found = read_index(WHOLE[:cut] + rubbish + WHOLE[cut:])
    assert {one.step_key for one in found.steps} <= {"a", "b"}


def test_without_steps_the_rest_is_the_same() -> None:
    index = read_index(WHOLE)
    assert read_index(WHOLE, with_steps=False) == LogIndex([], True, index.stdout, index.stderr)
