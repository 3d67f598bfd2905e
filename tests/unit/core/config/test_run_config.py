import pytest

from mainspring.core.config.run_config import RunConfig, to_run_config_dict


class Settings:
    def _to_config_dict(self) -> dict[str, object]:
        return {"limit": 3}


def test_objects_are_unfolded_under_config():
    run_config = RunConfig(
        ops={"load": Settings(), "graph": {"ops": {"inner": Settings()}}, "raw": {"config": Settings()}},
        resources={"db": Settings(), "other": {"config": {"a": 1}}},
        execution={"config": {"multiprocess": {}}},
    )
    plain = {"config": {"limit": 3}}
    expected = {
        "loggers": {},
        "resources": {"db": plain, "other": {"config": {"a": 1}}},
        "ops": {"load": plain, "graph": {"ops": {"inner": plain}}, "raw": plain},
        "execution": {"config": {"multiprocess": {}}},
    }
    assert run_config.to_config_dict() == to_run_config_dict(run_config) == expected


def test_plain_mappings_are_taken_too():
    assert to_run_config_dict({"ops": {"load": Settings()}}) == {"ops": {"load": {"config": {"limit": 3}}}}
    assert to_run_config_dict(None) == {}


def test_it_cannot_be_changed():
    with pytest.raises(AttributeError):
        RunConfig().ops = {}  # pyright: ignore[reportAttributeAccessIssue]
