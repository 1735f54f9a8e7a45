"""Manifests: which files are some, and what they say."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.sources import Unreadable, read_manifests
from archlint.sources.manifests import decode_manifest, kind_of
from archlint.sources.manifests.plain import sections


def lists(path: str, content: str) -> list[str]:
    """The requirements of a manifest, as ``name bounds (scope group; marker) @origin`` with what is empty left out."""
    return [
        " ".join(
            part
            for part in (
                item.name + (f"[{','.join(item.extras)}]" if item.extras else ""),
                item.bounds,
                f"({item.scope} {item.group})" if item.scope or item.group else "",
                f"; {item.marker}" if item.marker else "",
                f"@ {item.origin}" if item.origin else "",
            )
            if part
        )
        for item in decode_manifest(path, content.encode()).requirements
    ]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("pyproject.toml", "pyproject.toml"),
        ("requirements.txt", "requirements.txt"),
        ("requirements-dev.txt", "requirements.txt"),
        ("dev-requirements.txt", "requirements.txt"),
        ("requirements.prod.in", "requirements.txt"),
        ("requirement.txt", "requirements.txt"),
        ("requirements/base.txt", "requirements.txt"),
        ("constraints.txt", "requirements.txt"),
        ("pylock.toml", "pylock.toml"),
        ("pylock.dev.toml", "pylock.toml"),
        ("Pipfile", "Pipfile"),
        (".importlinter", ".importlinter"),
        ("README.txt", ""),
        ("docs/base.txt", ""),
        ("requirements/README.md", ""),
        ("requirementsparser.txt", ""),
        ("setup.py", ""),
        ("METADATA", ""),
    ],
)
def test_which_files_are_manifests(path: str, kind: str) -> None:
    folder, _, name = path.rpartition("/")
    assert kind_of(name, folder) == kind


class TestPyproject:
    def test_the_standard_tables(self) -> None:
        content = """\
[project]
name = "My_Shop"
requires-python = ">=3.10"
dependencies = ["FastAPI[all]>=0.100,<1 ; python_version > '3.9'", "zope.interface (>=5)", "sql @ https://x.org/a.whl"]

[project.optional-dependencies]
postgres = ["asyncpg"]
test = ["pytest>=8"]

[dependency-groups]
dev = ["ruff", {include-group = "lint"}]
lint = ["mypy"]
worker = ["celery~=5.0"]
"""
        assert lists("pyproject.toml", content) == [
            "fastapi[all] >=0.100,<1 ; python_version > '3.9'",
            "zope-interface >=5",
            "sql @ https://x.org/a.whl",
            "asyncpg (extra postgres)",
            "pytest >=8 (dev test)",
            "ruff (dev dev)",
            "mypy (dev lint)",
            "celery ~=5.0 (extra worker)",
        ]
        manifest = decode_manifest("pyproject.toml", content.encode())
        assert (manifest.name, manifest.requires_python, manifest.lists_dependencies) == ("my-shop", ">=3.10", True)

    def test_poetry(self) -> None:
        content = """\
[tool.poetry]
name = "shop"

[tool.poetry.dependencies]
python = "^3.9"
fastapi = "^0.79.1"
SQLAlchemy = {version = "~1.4", extras = ["asyncio"]}
numpy = [{version = "<=1.22", python = "<3.9"}, {version = "^1.24", python = ">=3.9", markers = ""}]
core = {path = "../core", develop = true}
redis = {version = "*", optional = true}

[tool.poetry.dev-dependencies]
black = "22.6"

[tool.poetry.group.worker.dependencies]
celery = ">=4 <6"

[tool.poetry.group.test.dependencies]
pytest = "^6 || ^7.1"
"""
        assert lists("pyproject.toml", content) == [
            "fastapi >=0.79.1,<0.80",
            "sqlalchemy[asyncio] >=1.4,<1.5",
            "numpy <=1.22 ; python <3.9",
            "numpy >=1.24,<2 ; python >=3.9",
            "core @ ../core",
            "redis (extra )",
            "black ==22.6 (dev dev)",
            "celery >=4,<6 (extra worker)",
            "pytest >=6,<7 || >=7.1,<8 (dev test)",
        ]
        manifest = decode_manifest("pyproject.toml", content.encode())
        assert (manifest.name, manifest.requires_python) == ("shop", ">=3.9,<4")

    @pytest.mark.parametrize(
        ("written", "bounds"),
        [
            ("^1.2.3", ">=1.2.3,<2"),
            ("^0.2.3", ">=0.2.3,<0.3"),
            ("^0.0.3", ">=0.0.3,<0.0.4"),
            ("^0.0", ">=0.0,<0.1"),
            ("^0", ">=0,<1"),
            ("~1.2.3", ">=1.2.3,<1.3"),
            ("~1.2", ">=1.2,<1.3"),
            ("~1", ">=1,<2"),
            ("1.2.*", "==1.2.*"),
            ("*", ""),
            ("1.2.3", "==1.2.3"),
            ("=1.2", "==1.2"),
            ("~=1.4", "~=1.4"),
            (">=1.2,!=1.3", ">=1.2,!=1.3"),
            ("^2.0b1", ">=2.0b1,<3"),
            ("^1 | *", ""),
            ("nonsense", ""),
        ],
    )
    def test_poetry_s_bounds(self, written: str, bounds: str) -> None:
        assert lists("Pipfile", f'[packages]\nx = "{written}"\n') == [f"x {bounds}".strip()]

    def test_uv_pdm_and_hatch(self) -> None:
        content = """\
[project]
name = "shop"
dependencies = ["core", "gitty"]

[tool.uv]
dev-dependencies = ["pytest"]
constraint-dependencies = ["pydantic<2"]

[tool.uv.sources]
core = {workspace = true}
gitty = [{git = "https://x.org/gitty", marker = "sys_platform == 'linux'"}]

[tool.pdm.dev-dependencies]
lint = ["ruff", "-e file:///${PROJECT_ROOT}/x#egg=x"]

[tool.hatch.envs.docs]
extra-dependencies = ["mkdocs"]
"""
        assert lists("pyproject.toml", content) == [
            "core @ workspace",
            "gitty @ https://x.org/gitty",
            "pytest (dev dev)",
            "pydantic <2 (constraint )",
            "ruff (dev lint)",
            "mkdocs (dev docs)",
        ]

    def test_dependencies_in_a_file_that_setuptools_reads(self) -> None:
        content = '[tool.setuptools.dynamic]\ndependencies = {file = ["deps/core.txt"]}\n'
        files = {"a/pyproject.toml": content.encode(), "a/deps/core.txt": b"fastapi\n"}
        found, notices = read_manifests(["a/pyproject.toml"], files.__getitem__)
        assert [(m.path, [r.name for r in m.requirements]) for m in found] == [
            ("a/pyproject.toml", []),
            ("a/deps/core.txt", ["fastapi"]),
        ]
        assert not notices

    def test_one_that_lists_nothing(self) -> None:
        assert not decode_manifest("pyproject.toml", b"[tool.ruff]\nline-length = 100\n").lists_dependencies

    def test_values_of_the_wrong_kind_are_passed_over(self) -> None:
        content = """\
project = "shop"
[tool]
poetry = {dependencies = {fastapi = 1, x = [2], y = {extras = "a"}}, group = 3}
uv = {sources = {x = 1}, dev-dependencies = 7}
pdm = []
"""
        assert lists("pyproject.toml", content) == ["fastapi", "x", "y"]


class TestRequirementsFiles:
    def test_lines_as_people_write_them(self) -> None:
        content = """\
# a remark
fastapi==0.79.1  # pinned
uvicorn[standard] >= 0.18 , < 1 ; python_version >= "3.8"
sqlalchemy == 1.4.41 \\
    --hash=sha256:aaaa \\
    --hash=sha256:bbbb
    # via -r requirements.in
pydantic \\
    <2
--index-url https://pypi.org/simple
-i https://pypi.org/simple
--extra-index-url=https://x.org
-e git+https://github.com/acme/core.git@main#egg=Acme_Core
-e .
./vendored/thing-1.0-py3-none-any.whl
https://x.org/wheels/some_lib-2.1.tar.gz
requests @ https://x.org/requests.zip
git+https://github.com/acme/other.git
this is no requirement
{{ cookiecutter.x }}
Cython --config-settings="--x=y"
"""
        assert lists("requirements.txt", content) == [
            "fastapi ==0.79.1",
            'uvicorn[standard] >= 0.18 , < 1 ; python_version >= "3.8"',
            "sqlalchemy == 1.4.41",
            "pydantic <2",
            "acme-core @ git+https://github.com/acme/core.git@main#egg=Acme_Core",
            "thing @ ./vendored/thing-1.0-py3-none-any.whl",
            "some-lib @ https://x.org/wheels/some_lib-2.1.tar.gz",
            "requests @ https://x.org/requests.zip",
            "cython",
        ]

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1"])
    def test_encodings(self, encoding: str) -> None:
        data = "fastapi==0.79\r\n# é\r\nhttpx\r\n".encode(encoding)
        assert [item.name for item in decode_manifest("requirements.txt", data).requirements] == ["fastapi", "httpx"]

    @pytest.mark.parametrize("line", ["-r base.txt", "-rbase.txt", "--requirement base.txt", "--requirement=base.txt"])
    def test_files_that_include_one_another(self, line: str) -> None:
        files = {
            "a/requirements.txt": f"{line}\nhttpx\n-r gone.txt\n".encode(),
            "a/base.txt": b"-r requirements.txt\nx\n",
        }
        found, notices = read_manifests(
            ["a/requirements.txt"], lambda path: files.get(path, Unreadable(path, "No such file"))
        )
        assert [m.path for m in found] == ["a/requirements.txt", "a/base.txt"]
        assert not notices

    @pytest.mark.parametrize(
        ("path", "scope"),
        [
            ("requirements.txt", ""),
            ("requirements/prod.txt", ""),
            ("requirements/dev.txt", "dev"),
            ("test-requirements.txt", "dev"),
            ("constraints.txt", "constraint"),
        ],
    )
    def test_what_a_file_is_for(self, path: str, scope: str) -> None:
        assert [item.scope for item in decode_manifest(path, b"fastapi\n").requirements] == [scope]

    @pytest.mark.parametrize(
        ("path", "folder"), [("a/requirements/dev.txt", "a"), ("requirements/x.in", ""), ("a/requirements.txt", "a")]
    )
    def test_the_folder_they_speak_for(self, path: str, folder: str) -> None:
        assert decode_manifest(path, b"").folder == folder


def test_setup_cfg() -> None:
    content = """\
[metadata]
name = shop

[options]
python_requires = >=3.8
install_requires =
    fastapi>=0.68,<0.69  # old
    SQLAlchemy
[options.extras_require]
test = pytest; python_version > "3"
"""
    assert lists("setup.cfg", content) == [
        "fastapi >=0.68,<0.69",
        "sqlalchemy",
        'pytest (dev test) ; python_version > "3"',
    ]
    assert decode_manifest("setup.cfg", content.encode()).requires_python == ">=3.8"


def test_setup_cfg_of_other_tools() -> None:
    manifest = decode_manifest("setup.cfg", b"[flake8]\nmax-line-length = 100\n")
    assert not manifest.lists_dependencies
    assert sections(manifest) == {"flake8": {"max-line-length": "100"}}


def test_settings_of_other_tools_are_kept() -> None:
    alembic = decode_manifest("alembic.ini", b"[alembic]\nscript_location = %(here)s/migrations\n")
    assert sections(alembic) == {"alembic": {"script_location": "%(here)s/migrations"}}
    assert decode_manifest("ruff.toml", b"line-length = 100\n").table == {"line-length": 100}
    assert decode_manifest(".pre-commit-config.yaml", b"repos: []\n").data == b"repos: []\n"


def test_pipfile() -> None:
    content = """\
[packages]
fastapi = "*"
pydantic = {version = "<2", extras = ["email"]}
core = {git = "https://x.org/core"}

[dev-packages]
pytest = "~=7.0"

[requires]
python_version = "3.9"
"""
    assert lists("Pipfile", content) == [
        "fastapi",
        "pydantic[email] <2",
        "core @ https://x.org/core",
        "pytest ~=7.0 (dev dev)",
    ]
    assert decode_manifest("Pipfile", content.encode()).requires_python == "==3.9.*"


class TestBrokenOnes:
    @pytest.mark.parametrize(
        ("path", "data", "reason"),
        [
            ("pyproject.toml", b"[project\n", "not valid TOML"),
            ("pyproject.toml", b"\xff", "not valid TOML"),
            ("pyproject.toml", b"a = " + b"[" * 5000, "not valid TOML"),
            ("Pipfile", b"<<<<<<< HEAD\n", "not valid TOML"),
            ("setup.cfg", b"[options\ninstall_requires\n", "not valid INI"),
        ],
    )
    def test_are_ignored_with_a_notice(self, path: str, data: bytes, reason: str) -> None:
        files = {path: data, "requirements.txt": b"fastapi\n"}
        found, notices = read_manifests(files, files.__getitem__)
        assert [manifest.path for manifest in found] == ["requirements.txt"]
        assert len(notices) == 1
        assert notices[0].startswith(f"{path}: ignored: {reason}")
        assert "\n" not in notices[0]

    def test_unreadable_ones_too(self) -> None:
        found, notices = read_manifests(["uv.lock"], lambda path: Unreadable(path, "Permission denied"))
        assert (found, notices) == ([], ["uv.lock: ignored: Permission denied"])

    @given(st.sampled_from(["pyproject.toml", "setup.cfg", "requirements.txt", "Pipfile", "ruff.toml"]), st.binary())
    @settings(deadline=None)
    def test_no_bytes_are_too_strange(self, path: str, data: bytes) -> None:
        found, notices = read_manifests([path], lambda _: data)
        assert len(found) + len(notices) == 1
