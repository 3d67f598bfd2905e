"""``list defs``."""

import pytest

pytestmark = pytest.mark.usefixtures("project")


def test_all_of_it_as_json(call) -> None:
    answer = call("list", "defs", "--json")
    assert answer.status == 0
    found = answer.json
    assert found["assets"][-1] == {
        "key": "customers",
        "group": "raw",
        "kinds": ["csv"],
        "deps": [],
        "owners": ["team:data"],
        "tags": {"pii": "true"},
        "description": "All customers.\n\nEach once.",
        "code_version": "1",
        "is_partitioned": False,
        "made": "materializable",
        "declared_at": "definitions.py:4",
    }
    assert [asset["key"] for asset in found["assets"]] == [
        "letter",
        "limited",
        "orders",
        "regions",
        "report",
        "warehouse",
        "customers",
    ]
    assert found["checks"] == [
        {"asset": "orders", "name": "not_empty", "blocking": False, "description": None},
        {"asset": "orders", "name": "named", "blocking": False, "description": "Names that are there."},
    ]
    assert found["jobs"] == [
        {
            "name": "daily",
            "assets": ["customers", "orders"],
            "checks": ["orders:named", "orders:not_empty"],
            "tags": {},
            "description": "Every day.",
        }
    ]
    assert found["resources"] == ["paper"]


def test_a_selection(call) -> None:
    found = call("list", "defs", "--assets", "+orders", "--json").json
    assert [asset["key"] for asset in found["assets"]] == ["orders", "customers"]


def test_as_text(call) -> None:
    answer = call("list", "defs", "--assets", "orders")
    assert answer.out.splitlines()[:2] == [
        "asset   group    kinds  made            depends on  owners  description",
        "orders  default         materializable  customers",
    ]
    assert answer.err == "1 asset, 2 checks, 1 job\n"


def test_a_selection_that_matches_nothing(call) -> None:
    answer = call("list", "defs", "--assets", "group:rav")
    assert answer.status == 2
    assert answer.err.endswith('hint: group:"rav" matches nothing; nearest: raw.\n')
