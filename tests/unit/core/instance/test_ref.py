"""References to instances."""

from __future__ import annotations

import pytest

from mainspring.core.base.errors import InvariantViolationError
from mainspring.core.instance.instance import Instance
from mainspring.core.instance.plugins import ConfigurableClassData
from mainspring.core.instance.ref import InstanceRef
from mainspring.testing.world import simulated_world


def test_another_process_opens_the_same_instance(tmp_path) -> None:
    (tmp_path / "mainspring.yaml").write_text(
        "storage: {sqlite: {base_dir: {env: PLACE}}}\n"
        "secrets: {custom: {module: mine, class: Vault, config: {token: s3cret, n: {env: PLACE}}}}\n"
    )
    world = simulated_world(
        environ={"MAINSPRING_HOME": str(tmp_path), "PLACE": str(tmp_path / "s3cret-place")}
    )
    with Instance.get(ambient=world) as instance:
        instance.add_dynamic_partitions("d", ["x"])
        text = instance.get_ref().to_json()
    assert "s3cret" not in text
    ref = InstanceRef.from_json(text)
    assert ref.secrets_loader_data == ConfigurableClassData(
        "mine", "Vault", '{"n":{"env":"PLACE"},"token":"(hidden)"}'
    )
    with Instance.from_ref(ref, ambient=world) as again:
        assert again.get_dynamic_partitions("d") == ["x"]
        assert again.get_ref() == ref


def test_an_instance_without_a_file(tmp_path) -> None:
    with Instance.local_temp(str(tmp_path), overrides={"ui": {"name": "x"}}) as instance:
        instance.add_dynamic_partitions("d", ["x"])
        ref = instance.get_ref()
    assert ref == InstanceRef(str(tmp_path), None, {"ui": {"name": "x"}})
    with Instance.from_ref(ref) as again:
        assert again.get_dynamic_partitions("d") == ["x"]
    assert ref.local_artifact_storage_data.config_dict == {"base_dir": str(tmp_path)}
    others = "compute_logs scheduler run_coordinator run_launcher run_storage event_storage schedule_storage"
    others += " custom_instance_class storage secrets_loader defs_state_storage"
    assert [getattr(ref, f"{name}_data") for name in others.split()] == [None] * 11


def test_what_has_no_reference(tmp_path) -> None:
    with Instance.ephemeral() as instance, pytest.raises(InvariantViolationError, match="ephemeral"):
        instance.get_ref()
    overrides = {"secrets": {"custom": {"module": "mine", "class": "Vault", "config": {"token": "x"}}}}
    with (
        Instance.local_temp(str(tmp_path), overrides=overrides) as instance,
        pytest.raises(InvariantViolationError, match="its settings hold a password"),
    ):
        instance.get_ref()
