"""The words in the names of files and folders that say which layer a module belongs to."""

import pytest
from layer_sources import (
    COMMANDS,
    HTTP_ERRORS,
    MAPPED,
    PLAIN,
    PROVIDES,
    PYDANTIC,
    QUERIES,
    RESULT,
    ROUTES,
    found,
    layer_of,
    user_of,
)  # fmt: skip

STRONG = {
    "service": ["service", "services", "usecase", "usecases", "use_case", "use_cases", "interactor", "interactors"],
    "repository": ["repository", "repositories", "repo", "repos", "crud", "dao", "daos", "dal"],
    "schema": ["schema", "schemas", "dto", "dtos"],
    "model": ["orm", "tables"],
    "domain": ["domain", "domains", "value_object", "value_objects"],
}
ROUTER_WORDS = [
    "router", "routers", "route", "routes", "endpoint", "endpoints", "view", "views", "controller", "controllers",
]  # fmt: skip
DEPENDENCY_WORDS = ["deps", "dependency", "dependencies", "depends"]
CORE_WORDS = [
    "core", "config", "settings", "security", "database", "db", "session", "logging", "utils", "common", "lib", "kit",
    "exceptions", "errors",
]  # fmt: skip
STRONG_PAIRS = [(word, layer) for layer, words in STRONG.items() for word in words]


@pytest.mark.parametrize(("word", "layer"), STRONG_PAIRS)
def test_a_strong_word_as_file_or_folder(word: str, layer: str) -> None:
    for path in (f"shop/{word}.py", f"shop/{word}/orders.py", f"shop/{word}/__init__.py"):
        answer = found(path)
        assert (answer.name, answer.weak) == (layer, False), path


@pytest.mark.parametrize("name", ["Services", "_services", "USECASES", "Use_Cases"])
def test_case_and_underscores_around_a_word_say_nothing(name: str) -> None:
    assert layer_of(f"shop/{name}/orders.py") == "service"


@pytest.mark.parametrize("word", ROUTER_WORDS)
def test_a_router_word_counts_only_with_routes(word: str) -> None:
    for path in (f"shop/{word}.py", f"shop/{word}/orders.py"):
        assert layer_of(path, ROUTES) == "router", path
        assert layer_of(path, PLAIN) == "none", path


@pytest.mark.parametrize("name", ["orders", "handlers", "api", "utils", "service", "models"])
def test_routes_make_a_router_whatever_the_name(name: str) -> None:
    assert layer_of(f"shop/{name}.py", ROUTES) == "router"
    assert layer_of(f"shop/{name}/orders.py", ROUTES) == "router"


def test_what_there_is_of_services_is_no_service() -> None:
    enums = "from enum import Enum\n\n\nclass ServiceName(Enum):\n    MAIL = 'mail'\n"
    assert layer_of("shop/enums/service.py", enums) == "none"
    assert layer_of("shop/enums/service.py", enums + "\n\ndef restart(name: ServiceName) -> None: ...\n") == "service"
    middleware = (
        "from starlette.middleware.base import BaseHTTPMiddleware\n\n\nclass Services(BaseHTTPMiddleware): ...\n"
    )
    assert layer_of("shop/middlewares/services.py", middleware) == "none"
    assert layer_of("shop/services/middleware.py", middleware) == "service"


def test_a_router_folder_hides_the_strong_folder_above_it() -> None:
    assert layer_of("shop/services/proxy/routers/helpers.py", ROUTES) == "router"
    assert layer_of("shop/services/views/helpers.py", PLAIN) == "none"


@pytest.mark.parametrize("word", DEPENDENCY_WORDS)
def test_a_dependency_word_counts_only_with_something_used_in_depends(word: str) -> None:
    assert layer_of(f"shop/{word}.py", PROVIDES, user_of(f"shop.{word}")) == "dependency"
    assert layer_of(f"shop/{word}/users.py", PROVIDES, user_of(f"shop.{word}.users")) == "dependency"
    assert layer_of(f"shop/{word}.py", PROVIDES) == "none"


def test_a_dependency_file_may_only_name_dependencies() -> None:
    imports = "from typing import Annotated\nfrom fastapi import Depends\nfrom shop.x import user\n"
    named = imports + "User = Annotated[str, Depends(user)]\n"
    assert layer_of("shop/deps.py", named) == "dependency"


@pytest.mark.parametrize("made", ["Annotated[str, Depends(user)]", "Depends(user)"])
def test_a_dependency_file_may_make_dependencies(made: str) -> None:
    imports = "from typing import Annotated\nfrom fastapi import Depends\nfrom shop.x import user\n"
    assert layer_of("shop/deps.py", f"{imports}def allowed(*scopes: str):\n    return {made}\n") == "dependency"
    assert layer_of("shop/deps.py", f"from shop.x import Depends\ndef allowed():\n    return {made}\n") == "none"


def test_routers_keep_their_dependencies_beside_them() -> None:
    imports = "from typing import Annotated\nfrom fastapi import Depends\nfrom shop.x import user\n"
    named = imports + "User = Annotated[str, Depends(user)]\n"
    assert layer_of("shop/routers/deps.py", named) == "dependency"
    assert layer_of("shop/routers/deps.py", ROUTES) == "router"
    assert layer_of("shop/routers/deps.py", "from shop.x import user\n") == "none"
    assert layer_of("shop/services/deps.py", named) == "service"


def test_a_dependency_file_may_extend_what_another_provides() -> None:
    base = {"shop/base/deps.py": PROVIDES + "\n\nclass Injector: ...\n", **user_of("shop.base.deps")}
    extended = "from shop.base.deps import Injector\n\n\nclass OurInjector(Injector): ...\n"
    assert layer_of("shop/orders/deps.py", extended, base) == "dependency"
    other = {"shop/base/other.py": "class Injector: ...\n", **base}
    assert layer_of("shop/orders/deps.py", extended.replace("base.deps", "base.other"), other) == "none"


def test_a_dependency_word_says_nothing_in_a_database_folder() -> None:
    mixed = PROVIDES + "\n\ndef connect() -> None: ...\n"
    assert layer_of("shop/deps.py", mixed, user_of("shop.deps")) == "dependency"
    assert layer_of("shop/db/deps.py", mixed, user_of("shop.db.deps")) == "core"
    answer = found("shop/db/deps.py", PROVIDES, user_of("shop.db.deps"))
    assert (answer.name, answer.from_content) == ("dependency", True)


@pytest.mark.parametrize("word", CORE_WORDS)
def test_weak_words_of_the_core(word: str) -> None:
    for path in (f"shop/{word}.py", f"shop/{word}/things.py"):
        answer = found(path)
        assert (answer.name, answer.weak) == ("core", True), path


@pytest.mark.parametrize("word", ["bl", "business"])
def test_weak_words_of_services(word: str) -> None:
    for path in (f"shop/{word}.py", f"shop/{word}/orders.py"):
        answer = found(path)
        assert (answer.name, answer.weak) == ("service", True), path


@pytest.mark.parametrize("word", ["model", "models", "entity", "entities"])
def test_weak_words_of_models(word: str) -> None:
    for path in (f"shop/{word}.py", f"shop/{word}/user.py"):
        assert found(path).name == "model"
        assert found(path).weak, path
        assert not found(path, MAPPED).weak, path
        assert layer_of(path, PYDANTIC) == "schema", path


@pytest.mark.parametrize("word", ["main", "app", "asgi", "server"])
def test_words_of_the_app_name_files_only(word: str) -> None:
    assert (found(f"shop/{word}.py").name, found(f"shop/{word}.py").weak) == ("app", True)
    assert layer_of(f"shop/{word}/orders.py") == "none"


@pytest.mark.parametrize("word", ["main", "app", "asgi", "server"])
def test_words_of_the_app_count_deep_down_only_where_something_of_the_web_is_imported(word: str) -> None:
    assert layer_of(f"shop/mail/{word}.py") == "none"
    assert layer_of(f"shop/mail/{word}.py", "import uvicorn\n") == "app"
    assert layer_of(f"shop/db/{word}.py") == "core"


def test_api_is_no_layer_without_routes() -> None:
    assert layer_of("shop/api/helpers.py") == "none"
    assert layer_of("shop/api.py") == "none"
    assert layer_of("shop/api/helpers.py", ROUTES) == "router"


def test_database_folders_hold_repositories_by_content_only() -> None:
    assert layer_of("shop/db/users.py") == "core"
    assert layer_of("shop/db/users.py", QUERIES) == "repository"


def test_result_is_domain_where_it_holds_a_result_type() -> None:
    assert layer_of("shop/result.py", RESULT) == "domain"
    assert layer_of("shop/core/result.py", RESULT) == "domain"
    assert layer_of("shop/result.py", PLAIN) == "none"
    assert layer_of("shop/core/result.py", PLAIN) == "core"
    assert layer_of("shop/results.py", RESULT) == "none"


@pytest.mark.parametrize("path", ["shop/errors.py", "shop/exceptions.py", "shop/core/errors.py"])
def test_modules_of_nothing_but_http_errors_have_no_layer(path: str) -> None:
    assert layer_of(path, HTTP_ERRORS) == "none"
    assert layer_of(path, "class NotHere(Exception): ...\n") == "core"


def test_a_weak_file_name_comes_before_a_weak_folder() -> None:
    assert layer_of("shop/core/models.py") == "model"
    assert layer_of("shop/models/utils.py") == "core"
    assert layer_of("shop/utils/main.py", "import uvicorn\n") == "app"


@pytest.mark.parametrize(
    ("path", "layer"),
    [
        ("shop/user_service.py", "service"),
        ("shop/user_services.py", "service"),
        ("shop/create_order_use_case.py", "service"),
        ("shop/user_repository.py", "repository"),
        ("shop/user_repo.py", "repository"),
        ("shop/user_crud.py", "repository"),
        ("shop/user_dao.py", "repository"),
        ("shop/user_schema.py", "schema"),
        ("shop/user_schemas.py", "schema"),
        ("shop/user_dto.py", "schema"),
        ("shop/crud_user.py", "repository"),
        ("shop/repo_user.py", "repository"),
        ("shop/dao_user.py", "repository"),
        ("shop/schema_user.py", "schema"),
        ("shop/usecase_order.py", "service"),
        ("shop/use_case_order.py", "service"),
    ],
)
def test_affixes(path: str, layer: str) -> None:
    answer = found(path)
    assert (answer.name, answer.weak) == (layer, False)


@pytest.mark.parametrize(
    "name",
    ["service_account", "services_status", "view_model", "route_map", "table_view", "multi_domain", "user_table",
     "orm_user", "microservice", "reservice", "servicedesk", "user_router", "user_view", "crud_api_users"],
)  # fmt: skip
def test_words_that_lead_or_end_ordinary_nouns_are_no_affixes(name: str) -> None:
    assert layer_of(f"shop/{name}.py") == "none"


@pytest.mark.parametrize("name", ["utils_service", "util_services", "helpers_repository", "_helper_schemas"])
def test_helpers_for_a_layer_are_not_of_it(name: str) -> None:
    assert layer_of(f"shop/{name}.py") == "none"
    assert layer_of(f"shop/services/{name}.py") == "service"


def test_a_service_suffix_yields_only_to_web_content() -> None:
    assert layer_of("shop/user_service.py", QUERIES) == "service"
    assert layer_of("shop/user_service.py", PYDANTIC) == "service"
    assert layer_of("shop/user_service.py", ROUTES) == "router"


@pytest.mark.parametrize(
    ("path", "source", "layer"),
    [
        ("shop/crud_user.py", PYDANTIC, "schema"),
        ("shop/user_repository.py", MAPPED, "model"),
        ("shop/user_schema.py", MAPPED, "model"),
        ("shop/usecase_orders.py", PYDANTIC, "schema"),
        ("shop/user_dto.py", ROUTES, "router"),
    ],
)
def test_other_affixes_yield_to_content(path: str, source: str, layer: str) -> None:
    assert layer_of(path, source) == layer


def test_a_dependency_suffix_needs_something_used_in_depends() -> None:
    assert layer_of("shop/auth_deps.py", PROVIDES, user_of("shop.auth_deps")) == "dependency"
    assert layer_of("shop/auth_deps.py") == "none"


def test_an_affix_comes_after_the_strong_folder_and_before_the_weak_one() -> None:
    assert layer_of("shop/services/user_repository.py") == "service"
    assert layer_of("shop/core/user_service.py") == "service"
    assert not found("shop/core/user_service.py").weak


@pytest.mark.parametrize("base", ["typer.Typer", "click.Group"])
def test_commands_of_a_program_of_the_projects_own(base: str) -> None:
    package, _, name = base.partition(".")
    own = f"from {package} import {name} as Program\n\n\nclass Shop(Program): ...\n\n\nclass Inner(Shop): ...\n"
    made = "from shop.program import Inner as Made\n\ncli = Made()\n"
    assert layer_of("shop/config.py", made, {"shop/program.py": own}) == "none"
    assert layer_of("shop/config.py", made, {"shop/program.py": own.replace("(Program)", "")}) == "core"
    assert layer_of("shop/config.py", own) == "core"


def test_commands_have_no_layer_by_content() -> None:
    assert layer_of("shop/load.py", COMMANDS + QUERIES) == "none"
    assert layer_of("shop/services/load.py", COMMANDS) == "service"
