"""Module names: layouts people use, and what imports say about them."""

import os
import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sources_trees import write

from archlint.sources import ModuleName, assign

NOWHERE = "/no-such-place/my-project"


def named(
    files: Sequence[str], imported: Sequence[str] = (), src: Sequence[str] = (), root: str = NOWHERE
) -> list[str]:
    """Each file's name and root, as ``app.main @ backend``."""
    names = assign(files, root, src, imported)
    assert list(names) == list(files)
    return [f"{name.name} @ {name.root}" for name in names.values()]


# --- packages -------------------------------------------------------------------------------------------------------


def test_a_package_at_the_project_root() -> None:
    files = ["app/__init__.py", "app/main.py", "app/users/__init__.py", "app/users/models.py", "app/__main__.py"]
    assert assign(files, NOWHERE, (), ()) == {
        "app/__init__.py": ModuleName("app", ".", True),
        "app/main.py": ModuleName("app.main", ".", False),
        "app/users/__init__.py": ModuleName("app.users", ".", True),
        "app/users/models.py": ModuleName("app.users.models", ".", False),
        "app/__main__.py": ModuleName("app.__main__", ".", False),
    }


def test_a_package_deeper_down_is_imported_from_where_its_chain_begins() -> None:
    assert named(["backend/app/__init__.py", "backend/app/main.py"]) == ["app @ backend", "app.main @ backend"]


def test_a_src_layout_needs_no_configuration() -> None:
    assert named(["src/acme/__init__.py", "src/acme/api.py", "tests/test_api.py"]) == [
        "acme @ src",
        "acme.api @ src",
        "tests.test_api @ .",
    ]


def test_two_services_of_a_monorepo_may_have_the_same_names() -> None:
    files = [
        "services/a/app/__init__.py",
        "services/a/app/main.py",
        "services/b/app/__init__.py",
        "services/b/app/main.py",
    ]
    assert named(files, ["app.main"]) == [
        "app @ services/a",
        "app.main @ services/a",
        "app @ services/b",
        "app.main @ services/b",
    ]


def test_src_with_an_init_file_is_a_package_where_imports_call_it_so() -> None:
    files = ["src/__init__.py", "src/app/__init__.py", "src/app/users.py", "src/main.py"]
    by_src = ["src @ .", "src.app @ .", "src.app.users @ .", "src.main @ ."]
    assert named(files, ["src.app.users"]) == by_src
    assert named(files) == by_src


def test_src_with_an_init_file_is_a_root_where_imports_leave_it_out() -> None:
    files = ["src/__init__.py", "src/app/__init__.py", "src/app/users.py", "src/app/items.py", "src/main.py"]
    inside = ["app @ src", "app.users @ src", "app.items @ src", "main @ src"]
    assert named(files, ["app.users", "app.items"]) == ["src @ .", *inside]


def test_programs_started_inside_a_package_folder() -> None:
    files = [
        f"app/{name}.py" for name in ("__init__", "main", "models", "database", "routers/__init__", "routers/users")
    ]
    imported = ["fastapi.FastAPI", "models", "database.engine", "routers.users"]
    assert named(files, imported)[1:] == [
        "main @ app",
        "models @ app",
        "database @ app",
        "routers @ app",
        "routers.users @ app",
    ]


def test_an_init_file_at_the_project_root_does_not_rename_the_program() -> None:
    files = ["__init__.py", "app/__init__.py", "app/main.py", "app/users.py"]
    assert named(files, ["app.users", "app.main"]) == ["my-project @ ..", "app @ .", "app.main @ .", "app.users @ ."]


def test_one_import_by_a_bare_name_does_not_move_a_package() -> None:
    files = ["app/__init__.py", "app/redis.py", "app/clients/__init__.py", "app/clients/google/__init__.py"]
    files += ["app/clients/google/auth.py"]
    assert {name.rpartition(" ")[2] for name in named(files, ["redis", "google.auth", "google.cloud"])} == {"."}


def test_third_party_names_do_not_overrule_an_evident_root() -> None:
    files = ["app/main.py", "app/users.py", "app/clients/redis.py", "app/clients/google/auth.py"]
    imported = ["app.users", "redis.asyncio", "redis", "google.auth", "logging"]
    assert named(files, imported) == [
        "app.main @ .",
        "app.users @ .",
        "app.clients.redis @ .",
        "app.clients.google.auth @ .",
    ]


def test_third_party_names_do_not_overrule_an_evident_package() -> None:
    files = [f"app/{name}.py" for name in ("__init__", "users", "google/__init__", "google/auth", "google/cloud")]
    names = named(files, ["app.users", "google.auth", "google.cloud"])
    assert names[3:] == ["app.google.auth @ .", "app.google.cloud @ ."]


def test_third_party_names_do_not_overrule_part_of_an_evident_package() -> None:
    files = [f"app/{name}.py" for name in ("__init__", "users", "x/__init__", "x/google/__init__", "x/google/auth")]
    names = named([*files, "app/x/google/cloud.py"], ["app.users", "google.auth", "google.cloud"])
    assert names[4:] == ["app.x.google.auth @ .", "app.x.google.cloud @ ."]


def test_tests_that_repeat_the_folders_of_the_program_are_not_the_program() -> None:
    files = [f"app/{name}.py" for name in ("__init__", "core/__init__", "core/users", "core/items")]
    files += [f"tests/{name}.py" for name in ("__init__", "app/__init__", "app/core/__init__", "app/core/users")]
    names = named(files, ["app.core.users", "app.core.items"])
    assert names[4:] == ["tests @ .", "tests.app @ .", "tests.app.core @ .", "tests.app.core.users @ ."]


def test_a_folder_of_the_checkout_called_like_the_package_is_not_the_package() -> None:
    files = ["src/acme/__init__.py", "src/acme/scripts/__init__.py", "src/acme/scripts/load.py", "scripts/load.py"]
    assert named(files, ["acme.scripts.load"], root="/no-such-place/acme")[3] == "scripts.load @ ."


# --- folders without __init__.py ------------------------------------------------------------------------------------


def test_namespace_folders_are_named_from_the_root_imports_resolve_from() -> None:
    files = ["backend/app/services/users.py", "backend/app/unused/odd.py", "README/conf.py"]
    names = ["app.services.users @ backend", "app.unused.odd @ backend", "README.conf @ ."]
    files += [f"backend/{name}.py" for name in ("run", "seed", "shell")]
    names += [f"{name} @ backend" for name in ("run", "seed", "shell")]
    assert named(files, ["app.services.users"]) == names
    assert named(files, ["app.services.users.UserService"]) == names
    assert named(files, ["app.services"]) == names


def test_namespace_folders_are_named_from_the_project_root_without_evidence() -> None:
    assert named(["app/main.py", "app/services/users.py"]) == ["app.main @ .", "app.services.users @ ."]


def test_more_imports_outweigh_fewer() -> None:
    files = ["backend/app/main.py", "backend/app/users.py", "backend/app/items.py", "run.py"]
    imported = ["backend.app.main", "app.users", "app.items"]
    assert named(files, imported)[:3] == ["app.main @ backend", "app.users @ backend", "app.items @ backend"]


def test_a_package_inside_a_namespace_folder() -> None:
    files = ["lib/acme/billing/__init__.py", "lib/acme/billing/api.py"]
    assert named(files) == ["billing @ lib/acme", "billing.api @ lib/acme"]
    assert named(files, ["acme.billing.api"]) == ["acme.billing @ lib", "acme.billing.api @ lib"]
    assert named(files, src=["lib"]) == ["acme.billing @ lib", "acme.billing.api @ lib"]


def test_a_namespace_package_under_src() -> None:
    assert named(["src/acme/billing/__init__.py"]) == ["acme.billing @ src"]


def test_the_neighbours_of_an_imported_namespace_package_share_its_root() -> None:
    files = ["lib/acme/billing/__init__.py", "lib/acme/users/__init__.py", "lib/acme/users/models.py"]
    assert named(files, ["acme.users.models"])[0] == "acme.billing @ lib"


def test_a_folder_without_init_inside_a_package_stays_part_of_it() -> None:
    files = ["app/__init__.py", "app/main.py", "app/jobs/nightly.py", "app/jobs/lib/__init__.py"]
    assert named(files, ["app.main"])[2:] == ["app.jobs.nightly @ .", "app.jobs.lib @ ."]


def test_flat_modules_are_imported_by_their_bare_names() -> None:
    files = ["app/main.py", "app/models.py", "app/database.py", "app/routers/users.py"]
    imported = ["fastapi", "models", "database", "routers.users"]
    assert named(files, imported) == ["main @ app", "models @ app", "database @ app", "routers.users @ app"]
    assert named([file.removeprefix("app/") for file in files], imported)[3] == "routers.users @ ."


def test_a_service_of_a_monorepo_is_told_by_its_imports() -> None:
    files = ["services/common/log.py", "services/a/app/users.py", "services/a/app/items.py", "services/a/main.py"]
    imported = ["services.common.log", "app.users", "app.items"]
    assert named(files, imported) == [
        "services.common.log @ .",
        "app.users @ services/a",
        "app.items @ services/a",
        "main @ services/a",
    ]


def test_packages_of_a_workspace_import_one_another(tmp_path: Path) -> None:
    files = [
        "packages/core/core/a.py",
        "packages/api/src/api/main.py",
        "packages/worker/worker/__init__.py",
        "tests/t.py",
    ]
    write(tmp_path, dict.fromkeys([*files, "packages/core/pyproject.toml", "packages/worker/pyproject.toml"], ""))
    assert named(files, ["core.a", "api.main"], root=str(tmp_path)) == [
        "core.a @ packages/core",
        "api.main @ packages/api/src",
        "worker @ packages/worker",
        "tests.t @ .",
    ]


def test_a_namespace_package_split_over_two_source_roots() -> None:
    files = [
        "libs/orders/acme/orders/__init__.py",
        "libs/orders/acme/orders/api.py",
        "libs/users/acme/users/__init__.py",
        "libs/users/acme/users/api.py",
    ]
    assert named(files, ["acme.orders.api", "acme.users"]) == [
        "acme.orders @ libs/orders",
        "acme.orders.api @ libs/orders",
        "acme.users @ libs/users",
        "acme.users.api @ libs/users",
    ]


def test_a_root_a_build_tool_is_told_of_shows_in_the_imports() -> None:
    assert named(["lib/shop/a.py", "lib/shop/b.py", "tests/test_a.py"], ["shop.a"]) == [
        "shop.a @ lib",
        "shop.b @ lib",
        "tests.test_a @ .",
    ]


def test_a_folder_no_import_can_name_is_a_root() -> None:
    assert named(["user-service/main.py", "user-service/db/models.py", "v1.0/x.py"]) == [
        "main @ user-service",
        "db.models @ user-service",
        "x @ v1.0",
    ]


def test_a_manifest_makes_a_root(tmp_path: Path) -> None:
    write(tmp_path, {"api/requirements.txt": "", "worker/pyproject.toml": ""})
    files = ["api/app/main.py", "worker/jobs/nightly.py", "other/x.py"]
    assert named(files, root=str(tmp_path)) == ["app.main @ api", "jobs.nightly @ worker", "other.x @ ."]


def test_imports_overrule_a_manifest(tmp_path: Path) -> None:
    write(tmp_path, {"api/requirements.txt": ""})
    assert named(["api/main.py", "api/users.py"], ["api.users"], root=str(tmp_path)) == [
        "api.main @ .",
        "api.users @ .",
    ]


def test_bare_names_defend_a_manifest(tmp_path: Path) -> None:
    write(tmp_path, {"server/requirements.txt": ""})
    files = ["server/db.py", "server/main.py", "server/models.py"]
    assert named(files, ["db", "models", "server.main"], root=str(tmp_path)) == [
        "db @ server",
        "main @ server",
        "models @ server",
    ]
    assert named(files, ["db", "server.db", "server.main", "server.models"], root=str(tmp_path))[0] == "server.db @ ."


# --- tests and scripts ----------------------------------------------------------------------------------------------


def test_helpers_that_tests_import_by_their_bare_names() -> None:
    files = ["app/__init__.py", "app/users.py", "tests/conftest.py", "tests/helpers.py", "tests/unit/test_users.py"]
    assert named(files, ["app.users", "helpers", "pytest"])[2:] == [
        "conftest @ tests",
        "helpers @ tests",
        "unit.test_users @ tests",
    ]
    assert named(files, ["app.users", "tests.helpers"])[2:4] == ["tests.conftest @ .", "tests.helpers @ ."]
    assert named(files, ["app.users"])[2:4] == ["tests.conftest @ .", "tests.helpers @ ."]


def test_tests_inside_an_evident_package_may_have_helpers_too() -> None:
    files = ["app/users.py", "app/tests/test_users.py", "app/tests/helpers.py"]
    assert named(files, ["app.users", "helpers"]) == ["app.users @ .", "test_users @ app/tests", "helpers @ app/tests"]


def test_the_standard_library_is_no_evidence() -> None:
    assert named(["scripts/logging.py", "scripts/json.py"], ["logging", "json.decoder"]) == [
        "scripts.logging @ .",
        "scripts.json @ .",
    ]


def test_stems_that_are_no_identifiers_stay_as_they_are() -> None:
    files = ["migrations/2024-01-init.py", "migrations/v1.2.py", "run"]
    assert named(files) == ["migrations.2024-01-init @ .", "migrations.v1.2 @ .", "run @ ."]


# --- configured roots -----------------------------------------------------------------------------------------------


def test_configured_roots_win() -> None:
    files = ["backend/app/__init__.py", "backend/app/main.py", "other/x.py"]
    assert named(files, ["app.main"], ["."])[:2] == ["backend.app @ .", "backend.app.main @ ."]
    assert named(files, [], ["./other/"])[1:] == ["app.main @ backend", "x @ other"]


def test_the_longest_configured_root_wins() -> None:
    files = ["libs/a/one.py", "libs/two.py", "libs_not/three.py"]
    for src in (["libs", "libs/a"], ["libs/a", "libs"]):
        assert named(files, src=src) == ["one @ libs/a", "two @ libs", "libs_not.three @ ."]


def test_a_configured_root_that_is_an_imported_package_is_that_package() -> None:
    files = ["app/__init__.py", "app/main.py", "app/users/__init__.py"]
    assert named(files, ["app.users"], ["app"]) == ["app @ .", "app.main @ .", "app.users @ ."]
    assert named(files, ["users"], ["app"]) == ["app @ .", "main @ app", "users @ app"]


def test_roots_outside_the_project_are_passed_over() -> None:
    assert named(["a.py"], src=["../elsewhere", "/somewhere", "b"]) == ["a @ ."]


# --- a project inside a package -------------------------------------------------------------------------------------


def test_run_inside_a_package(tmp_path: Path) -> None:
    write(tmp_path, {"fief-server/fief/__init__.py": "", "fief-server/fief/apps/__init__.py": ""})
    outer = str(tmp_path / "fief-server" / "fief")
    assert named(["__init__.py", "main.py", "apps/__init__.py"], root=outer) == [
        "fief @ ..",
        "fief.main @ ..",
        "fief.apps @ ..",
    ]
    inner = str(tmp_path / "fief-server" / "fief" / "apps")
    assert named(["__init__.py", "api.py", "v1/__init__.py"], root=inner) == [
        "fief.apps @ ../..",
        "fief.apps.api @ ../..",
        "fief.apps.v1 @ ../..",
    ]


def test_run_inside_a_namespace_package() -> None:
    files = ["main.py", "users/models.py"]
    assert named(files, ["app.users.models"], root="/no-such-place/app") == ["app.main @ ..", "app.users.models @ .."]
    assert named(files, ["users.models"], root="/no-such-place/app") == ["main @ .", "users.models @ ."]


# --- whatever the files ---------------------------------------------------------------------------------------------

_PART = st.sampled_from(["app", "src", "core", "tests", "a-b", "users"])
_STEM = st.sampled_from(["__init__", "main", "users", "conftest", "test_x", "2-x", "__main__", "core"])
_FILE = st.builds(lambda folders, stem: "/".join([*folders, stem + ".py"]), st.lists(_PART, max_size=4), _STEM)
_IMPORT = st.builds(
    ".".join, st.lists(st.sampled_from(["app", "src", "core", "users", "tests", "main", "os"]), min_size=1, max_size=4)
)
_SRC = st.lists(st.sampled_from([".", "src", "app", "app/core", "tests/"]), max_size=2)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(_FILE, unique=True, max_size=20), st.lists(_IMPORT, max_size=8), _SRC, st.randoms(use_true_random=False)
)
def test_names_lead_back_to_their_files_and_do_not_depend_on_order(
    files: list[str], imported: list[str], src: list[str], shuffle: random.Random
) -> None:
    root = "/no-such-place/app"
    names = assign(files, root, src, imported)
    for file, (name, source_root, is_package) in names.items():
        parts = [*name.split("."), "__init__"] if is_package else name.split(".")
        assert os.path.normpath("/".join([root, source_root, *parts])) + ".py" == f"{root}/{file}"
        assert is_package == (file.rpartition("/")[2] == "__init__.py")
    shuffled = shuffle.sample(files, len(files))
    assert assign(shuffled, root, list(reversed(src)), set(imported)) == names


@pytest.mark.parametrize("imported", [["app..x"], [""], ["."], ["é.ü"], ["app." * 200]])
def test_strange_names_are_no_trouble(imported: list[str]) -> None:
    assert named(["app/main.py"], imported) == ["app.main @ ."]
