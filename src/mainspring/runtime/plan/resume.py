"""A plan that goes on from what earlier runs made: some steps run again, the others' outputs are loaded."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace

from mainspring.core.values.asset_key import AssetKey
from mainspring.runtime.plan.mapped import instance_of
from mainspring.runtime.plan.plan import (
    FromRun,
    FromStep,
    Gathered,
    Plan,
    Several,
    Source,
    Step,
    Stored,
    instance_key,
)

Made = Mapping[FromStep, str]
"""The outputs that earlier runs stored, each value of a dynamic one by itself, with the run that did."""


def resume(plan: Plan, chosen: Collection[str], made: Made) -> Plan:
    """The plan of the chosen steps alone, which take from earlier runs what the others made there.

    ``chosen`` are keys of steps, of instances (``load[a]``), or of templates for all their instances. An output that
    no earlier run stored counts as left out: it stays among the ``needs`` of a step, which is skipped for it.
    """
    return _Resumed(plan, chosen, made).plan()


class _Resumed:
    def __init__(self, plan: Plan, chosen: Collection[str], made: Made) -> None:
        self._whole = plan
        self._chosen = {key.removesuffix("[?]") for key in chosen}
        self._made = made
        self._keys: dict[FromStep, list[str]] = {}
        for output in made:
            if output.mapping_key is not None:
                whole = FromStep(output.step_key, output.output_name)
                self._keys.setdefault(whole, []).append(output.mapping_key)
        self._running = {step.key for step in self._steps()}

    def plan(self) -> Plan:
        steps = [self._connected(step) for step in self._steps()]
        return Plan(self._whole.job_name, steps, {step.key: place for place, step in enumerate(steps)})

    def _steps(self) -> Iterator[Step]:
        """The steps that run: a template stays one only where its dynamic output is made anew."""
        for step in self._whole.steps:
            if step.over is None or step.over.step_key in self._chosen:
                if step.key in self._chosen:
                    yield step
                continue
            for key in self._keys.get(step.over, ()):
                if step.key in self._chosen or instance_key(step.key, key) in self._chosen:
                    instance = instance_of(step, key, self._whole)
                    yield replace(instance, over=None)

    def _connected(self, step: Step) -> Step:
        """The step with its inputs taken from steps that run and from earlier runs."""
        return replace(
            step,
            inputs=tuple(replace(item, source=self._source(item.source)) for item in step.inputs),
            after=tuple(dict.fromkeys(key for before in step.after for key in self._running_as(before))),
            needs=(*(need for need in step.needs if self._is_open(need)), *self._lost_fan_ins(step)),
        )

    def _is_open(self, need: FromStep) -> bool:
        """Whether it shows only in the run that an output is there, or it is known to have been left out."""
        if need.step_key in self._running:
            return True
        maker = self._whole.step(need.step_key)
        is_kept = maker.node.outs[need.output_name].is_dynamic or self._asset_key(maker, need) is not None
        return not is_kept and need not in self._made

    def _lost_fan_ins(self, step: Step) -> Iterator[FromStep]:
        """The parts of each fan-in of which nothing is there."""
        for item in step.inputs:
            parts = [part for part in item.parts if isinstance(part, FromStep)]
            if parts and len(parts) == len(item.parts) and not any(map(self._is_there, parts)):
                yield from parts

    def _running_as(self, key: str) -> Iterator[str]:
        """The steps by which a step, or the template it is, runs."""
        if key in self._running:
            yield key
            return
        over = self._whole.step(key).over
        for mapping_key in self._keys.get(over, ()) if over is not None else ():
            if instance_key(key, mapping_key) in self._running:
                yield instance_key(key, mapping_key)

    def _source(self, source: Source | None) -> Source | None:
        if isinstance(source, FromStep):
            return self._output(source)
        if isinstance(source, Gathered):
            return self._gathered(source)
        if isinstance(source, Several):
            return Several(tuple(self._parts(source)))
        return source

    def _parts(self, source: Several) -> Iterator[Source]:
        for part in source.parts:
            found = self._source(part)
            if isinstance(found, Several):
                yield from found.parts
            elif not isinstance(part, FromStep) or self._is_there(part):
                assert found is not None  # only an input can be without a source
                yield found

    def _gathered(self, source: Gathered) -> Source:
        """Still to be gathered where the dynamic output is made anew, else what is known of it."""
        over = self._whole.step(source.step_key).over
        dynamic = FromStep(source.step_key, source.output_name) if over is None else over
        if dynamic.step_key in self._running:
            return source
        outputs = [
            replace(dynamic, mapping_key=key)
            if over is None
            else FromStep(instance_key(source.step_key, key), source.output_name)
            for key in self._keys.get(dynamic, ())
        ]
        return Several(tuple(self._output(output) for output in outputs if self._is_there(output)))

    def _is_there(self, output: FromStep) -> bool:
        return output.step_key in self._running or output in self._made

    def _output(self, output: FromStep) -> Source:
        """The output of a step that runs, the stored value of an asset, or what an earlier run stored."""
        if output.step_key in self._running:
            return output
        maker = self._whole.step(output.step_key)
        key = self._asset_key(maker, output)
        if key is not None:
            return Stored(key, maker.definition)
        return FromRun(self._made.get(output, ""), output, maker.node)

    @staticmethod
    def _asset_key(maker: Step, output: FromStep) -> AssetKey | None:
        computation = maker.definition.computation
        return None if computation is None else computation.keys_by_output.get(output.output_name)
