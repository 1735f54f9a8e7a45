"""Whatever program there is, every rule bears it; and it is read once a run."""

from pathlib import Path

import hypothesmith
import pytest
from hypothesis import HealthCheck, given, settings

from archlint.engine import Request, check
from archlint.facts.interface import Facts
from archlint.facts.statements import Block
from archlint.testing import findings_in

FIXTURES = Path(__file__).parents[2] / "fixtures"
NEIGHBOUR = "from shop.services.orders import *\nimport fastapi\n\n\nasync def read():\n    return x.y\n"
few = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


@few
@given(hypothesmith.from_node())
def test_any_program_is_judged_by_every_rule(source: str) -> None:
    files: dict[str, str | bytes] = {
        "shop/services/orders.py": source.encode("utf-8", "replace"),
        "shop/api/routes.py": source.encode("utf-8", "replace"),
        "shop/services/users.py": NEIGHBOUR,
    }
    findings = findings_in(files, ["ALL"], preset="strict")
    assert "ARC101" in {finding.code for finding in findings if finding.path == "shop/services/users.py"}


def test_a_body_is_the_same_statements_all_through_a_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Much is kept by the identity of statements while a run lasts: cold, writing a cache, from it, after an edit."""
    bodies: dict[tuple[int, int], list[Block]] = {}
    facts: list[Facts] = []
    real = Facts.body

    def body(self: Facts, slot: int) -> Block:
        found = real(self, slot)
        facts.append(self)  # or another might come to have its identity
        known = bodies.setdefault((id(self), slot), [])
        if not any(found is each for each in known):
            known.append(found)
        return found

    monkeypatch.setattr(Facts, "body", body)
    project = tmp_path / "project"
    for path in sorted((FIXTURES / "clinic").rglob("*.py")):
        copy = project / path.relative_to(FIXTURES / "clinic")
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    request = Request(cwd=str(project), preset="strict", cache=True, cache_dir=str(tmp_path / "cache"))
    first = check(request)
    edited = max(project.rglob("services/*.py"))
    edited.write_text(f"{edited.read_text()}\n\ndef added():\n    return 1\n")
    second = check(request)
    assert {each.code for each in first.findings} == {each.code for each in second.findings}
    assert bodies
    assert all(len(found) == 1 for found in bodies.values())
