"""Lock files: which versions they settle on."""

from archlint.sources.manifests import Manifest, decode_manifest, holds, locked


class TestLocks:
    UV = """\
version = 1

[[package]]
name = "shop"
source = { editable = "." }
dependencies = [
    { name = "fastapi" },
]

[[package]]
name = "numpy"
version = "1.26.4"

[[package]]
name = "numpy"
version = "2.1.0"

[[package]]
name = "pydantic-core"
version = "2.20.1"
"""

    def test_versions(self) -> None:
        lock = decode_manifest("uv.lock", self.UV.encode())
        assert locked(lock, "numpy") == ("1.26.4", "2.1.0")
        assert locked(lock, "pydantic-core") == ("2.20.1",)
        assert locked(lock, "fastapi") == locked(lock, "pydantic") == locked(lock, "shop") == ()

    def test_entries(self) -> None:
        lock = decode_manifest("uv.lock", self.UV.encode())
        assert [name for name in ("shop", "numpy", "fastapi") if holds(lock, name)] == ["shop", "numpy"]

    def test_poetry_s_older_spelling_and_windows_line_ends(self) -> None:
        lock = Manifest(
            "poetry.lock", "poetry.lock", data=b'[[package]]\r\nname = "SQLAlchemy"\r\nversion = "1.4.1"\r\n'
        )
        assert locked(lock, "sqlalchemy") == ("1.4.1",)

    def test_pipfile_lock(self) -> None:
        data = b'{"default": {"fastapi": {"version": "==0.75.0"}, "core": {"git": "x"}}, "develop": {"x": 3}}'
        lock = decode_manifest("Pipfile.lock", data)
        assert locked(lock, "fastapi") == ("0.75.0",)
        assert locked(lock, "core") == locked(lock, "x") == ()
        assert locked(decode_manifest("Pipfile.lock", b"<<<<<<<"), "fastapi") == ()
