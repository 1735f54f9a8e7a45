"""Manifests on the way from the disk to a report."""

from pathlib import Path

from archlint.engine import Request, check

ROUTE = "from fastapi import APIRouter\n\nrouter = APIRouter()\n\n\n@router.get('/')\ndef read() -> list[str]:\n    return []\n"


def codes(root: Path, *paths: str) -> list[str]:
    report = check(Request(cwd=str(root), paths=paths, select=("ARC201",)))
    return [finding.code for finding in report.findings]


def test_a_lock_file_tells_which_fastapi_the_project_has(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "shop"\ndependencies = ["fastapi"]\n')
    (tmp_path / "shop.py").write_text(ROUTE)
    assert codes(tmp_path) == []
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "fastapi"\nversion = "0.88.0"\n')
    assert codes(tmp_path) == ["ARC201"]


def test_a_workspace_s_lock_holds_where_only_a_member_is_checked(tmp_path: Path) -> None:
    member = tmp_path / "libs/api"
    member.mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    (tmp_path / "uv.lock").write_text(
        '[[package]]\nname = "fastapi"\nversion = "0.88.0"\n\n[[package]]\nname = "api"\nversion = "0.1"\n'
    )
    (member / "pyproject.toml").write_text('[project]\nname = "api"\ndependencies = ["fastapi"]\n')
    (member / "main.py").write_text(ROUTE)
    assert codes(tmp_path, "libs/api/main.py") == ["ARC201"]


def test_a_broken_manifest_is_ignored_with_a_notice(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/pyproject.toml").write_text("<<<<<<< HEAD\n")
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\x00 fastapi\n")
    (tmp_path / "a/shop.py").write_text(ROUTE)
    report = check(Request(cwd=str(tmp_path), select=("ARC201",)))
    assert report.findings == ()
    assert [notice.partition(": not valid TOML")[0] for notice in report.notices] == ["a/pyproject.toml: ignored"]


def test_a_template_of_a_manifest_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "{{cookiecutter.name}}").mkdir()
    (tmp_path / "{{cookiecutter.name}}/pyproject.toml").write_text("[project]\nname = {{ cookiecutter.name }}\n")
    (tmp_path / "shop.py").write_text(ROUTE)
    report = check(Request(cwd=str(tmp_path), select=("ARC201",)))
    assert report.notices == ("{{cookiecutter.name}}/pyproject.toml: ignored: a template rather than a manifest",)
