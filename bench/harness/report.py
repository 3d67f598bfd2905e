"""The results as Markdown: the budgets first, then a table for each series."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from harness import figures
from harness.figures import Figure, Figures, Ratio
from harness.record import Record
from harness.series import Budget, Measure, Series, Unit
from harness.targets import OURS, TARGETS

PREFACE = """\
# Benchmark results

Written by `bench/run.py`; how to run and to read it: [README](README.md). Medians, with the best in brackets
where there is more than one measurement. A ratio says how many times better Mainspring is; on a noisy machine
it is the figure that counts. `≈` marks a ratio against a peer's largest finished size, item for item.
"""


def report(suite: Sequence[Series], records: Mapping[str, Record]) -> str:
    """The whole document."""
    shown = [series for series in suite if series.name in records]
    parts = [PREFACE, *machines(records), "", "## Budgets", "", *budgets(shown, records)]
    for series in shown:
        parts += ["", *section(series, records[series.name])]
    return "\n".join(parts) + "\n"


def machines(records: Mapping[str, Record]) -> Iterator[str]:
    """On what the figures were taken: one line, or more if the records differ."""
    for cores, python in sorted({(record.cores, record.python) for record in records.values()}):
        yield f"Machine: {cores} cores, Python {python}."


def budgets(suite: Iterable[Series], records: Mapping[str, Record]) -> Iterator[str]:
    """One line for each budget."""
    yield from header(["what", "size", "budget", "Mainspring", "peer", "ratio", ""])
    for series in suite:
        for measure in series.measures:
            if measure.budget is None:
                continue
            budget, found = measure.budget, figures.figures(series, measure, records[series.name].outcomes)
            what = f"[{series.title}](#{series.name}): {measure.title}"
            peer = nearest(found, budget.peer, budget.at)
            yield row(
                [
                    what,
                    f"{budget.at:,}",
                    bound(measure, budget),
                    cell(measure, found.get((OURS, budget.at))),
                    f"{TARGETS[budget.peer].title} {cell(measure, peer)}" + at_size(peer, budget.at),
                    times(figures.ratio(measure, found, budget.peer, budget.at)),
                    figures.verdict(measure, budget, found),
                ]
            )


def section(series: Series, record: Record) -> Iterator[str]:
    """The tables of one series."""
    targets = [name for name in series.targets if name in record.versions]
    titles = [f"{TARGETS[name].title} {record.versions[name]}" for name in targets]
    peers = [name for name in targets if name != OURS]
    yield f'<a id="{series.name}"></a>'
    yield ""
    yield f"## {series.title}"
    yield ""
    taken = f"Taken {record.date}, {record.level} run, up to {record.repeats} times each."
    yield f"{taken} {series.note}".rstrip()
    yield ""
    yield from header(
        [f"{series.item}s", "measure", *titles, *(f"against {TARGETS[name].title}" for name in peers)]
    )
    everything = [(measure, figures.figures(series, measure, record.outcomes)) for measure in series.measures]
    for size in series.sizes:
        for measure, found in everything:
            there = [found.get((name, size.n)) for name in targets]
            if not any(there):
                continue
            ratios = [times(figures.ratio(measure, found, name, size.n)) for name in peers]
            yield row([f"{size.n:,}", measure.title, *(cell(measure, each) for each in there), *ratios])
    yield from growths(everything, targets)
    for each in figures.disagreements(series, record.outcomes):
        yield f"\n**The answers differ** {each}"


def growths(everything: Iterable[tuple[Measure, Figures]], targets: Sequence[str]) -> Iterator[str]:
    """How the cost grows with the size: a power of 1 is linear, 0 does not depend on it."""
    for measure, found in everything:
        if measure.unit is not Unit.SECONDS:
            continue
        known = [(name, figures.growth(found, name)) for name in targets]
        said = [
            f"{TARGETS[name].title} n^{power[2]:.2f} ({power[0]:,} to {power[1]:,})"
            for name, power in known
            if power
        ]
        if said:
            yield f"\nGrowth of “{measure.title}”: {', '.join(said)}."


def nearest(found: Figures, target: str, n: int) -> Figure | None:
    """The figure at the size, or else at the target's largest finished size."""
    exact = found.get((target, n))
    if exact is not None and exact.median is not None:
        return exact
    done = [each for (name, _), each in found.items() if name == target and each.median is not None]
    return max(done, key=lambda each: each.n, default=exact)


def at_size(figure: Figure | None, n: int) -> str:
    """A remark if the figure is of another size."""
    return f" at {figure.n:,}" if figure is not None and figure.n != n else ""


def cell(measure: Measure, figure: Figure | None) -> str:
    """A figure for a reader: median, best, and for one item."""
    if figure is None:
        return "–"
    if figure.median is None or figure.best is None:
        return figure.failure or "–"
    text = amount(measure.unit, figure.median)
    if figure.count > 1:
        text += f" ({amount(measure.unit, figure.best)})"
    if measure.each and figure.n > 1:
        text += f", {each_amount(measure.unit, figure.median / figure.n)} each"
    return text


def amount(unit: Unit, value: float) -> str:
    """A value with its unit, three figures."""
    if unit is Unit.MEMORY:
        return f"{value:,.1f} MB"
    if unit is Unit.RATE:
        return f"{value:,.0f} /s"
    if value >= 1:
        return f"{value:,.2f} s" if value < 100 else f"{value:,.0f} s"
    return f"{value * 1e3:.3g} ms" if value >= 1e-3 else f"{value * 1e6:.3g} µs"


def each_amount(unit: Unit, value: float) -> str:
    """A value of one item: kB for memory."""
    return f"{value * 1024:.1f} kB" if unit is Unit.MEMORY else amount(unit, value)


def bound(measure: Measure, budget: Budget) -> str:
    """A budget in words."""
    sign = "≥" if measure.unit is Unit.RATE else "≤"
    said: list[str] = []
    if budget.limit is not None:
        said.append(f"{sign} {amount(measure.unit, budget.limit)}{' each' if budget.each else ''}")
    if budget.ratio is not None:
        said.append(f"≥ {budget.ratio:g}×")
    return ", ".join(said)


def times(ratio: Ratio | None) -> str:
    """A ratio for a reader."""
    if ratio is None:
        return "–"
    shown = f"{ratio.times:,.0f}" if ratio.times >= 100 else f"{ratio.times:.3g}"
    return f"{'≈ ' if ratio.at is not None else ''}{shown}×"


def header(titles: Sequence[str]) -> list[str]:
    """The head of a table."""
    return [row(titles), row(["---"] * len(titles))]


def row(cells: Sequence[str]) -> str:
    """A line of a table."""
    return "| " + " | ".join(each.replace("|", "\\|") for each in cells) + " |"
