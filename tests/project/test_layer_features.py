"""Feature folders, whose own name says nothing, and ``domain``, which is none."""

import pytest
from layer_sources import MAPPED, PLAIN, PROVIDES, PYDANTIC, ROUTES, found, layer_of, user_of


def feature(folder: str, *names: str) -> dict[str, str]:
    """The files of a folder; a name that ends in a slash is a sub-folder."""
    return {f"{folder}/{name}x.py" if name.endswith("/") else f"{folder}/{name}.py": "" for name in names}


@pytest.mark.parametrize(
    "names",
    [
        ("router", "models"),
        ("views", "service"),
        ("service", "schemas"),
        ("endpoints", "repository"),
        ("routes/", "schemas/"),
        ("usecases/", "models"),
        ("router", "deps"),
        ("service", "tables/"),
    ],
)
@pytest.mark.parametrize("folder", ["core", "db", "utils"])
def test_a_layer_word_says_nothing_of_a_feature_folder(folder: str, names: tuple[str, str]) -> None:
    assert layer_of(f"shop/{folder}/helpers.py", PLAIN, feature(f"shop/{folder}", *names)) == "none"


def test_features_called_service_entity_and_core() -> None:
    beside = feature("shop/service", "views", "service", "models")
    assert layer_of("shop/service/flows.py", PLAIN, beside) == "none"
    assert layer_of("shop/service/service.py", PLAIN, beside) == "service"
    assert layer_of("shop/service/models.py", MAPPED, beside) == "model"
    assert layer_of("shop/entity/flows.py", PLAIN, feature("shop/entity", "views", "service")) == "none"
    assert layer_of("shop/core/flows.py", PLAIN, feature("shop/core", "router", "schemas")) == "none"


@pytest.mark.parametrize(
    "names",
    [
        ("router", "views"),  # one layer
        ("schemas", "models"),  # no role
        ("router", "utils"),  # weak words make none
        ("service", "config", "exceptions", "database"),
        ("router", "model"),  # of the weak words only the plural "models"
        ("router", "entities"),
        ("user_router", "user_service", "models"),  # not exactly the words
    ],
)
def test_what_makes_no_feature_folder(names: tuple[str, ...]) -> None:
    assert layer_of("shop/core/helpers.py", PLAIN, feature("shop/core", *names)) == "core"


def test_the_words_of_its_own_layer_make_no_feature() -> None:
    assert layer_of("shop/services/helpers.py", PLAIN, feature("shop/services", "service", "models")) == "service"
    assert layer_of("shop/services/helpers.py", PLAIN, feature("shop/services", "interactors/", "schemas")) == "service"
    assert layer_of("shop/schemas/helpers.py", PLAIN, feature("shop/schemas", "router", "dto")) == "schema"


def test_a_folder_of_dependencies_holds_those_for_services_and_repositories() -> None:
    folder = "shop/api/_dependencies"
    beside = feature(folder, "services", "repository") | user_of("shop.api._dependencies.services")
    assert layer_of(f"{folder}/services.py", PROVIDES, beside) == "dependency"
    assert layer_of(f"{folder}/services.py", PROVIDES, {**beside, f"{folder}/router.py": ROUTES}) == "service"


def test_files_of_a_feature_folder_go_by_their_own_names() -> None:
    beside = {**feature("shop/users", "router", "service", "models"), "shop/users/router.py": ROUTES}
    assert layer_of("shop/users/router.py", ROUTES, beside) == "router"
    assert layer_of("shop/users/service.py", PLAIN, beside) == "service"
    assert layer_of("shop/users/repository.py", PLAIN, beside) == "repository"
    assert layer_of("shop/users/schemas.py", PYDANTIC, beside) == "schema"
    assert layer_of("shop/users/models.py", MAPPED, beside) == "model"
    assert layer_of("shop/users/utils.py", PLAIN, beside) == "core"
    assert layer_of("shop/users/dependencies.py", PROVIDES, beside | user_of("shop.users.dependencies")) == "dependency"
    assert layer_of("shop/users/flows.py", PLAIN, beside) == "none"


class TestFeatureBelowALayer:
    """A feature inside a layer folder: its files are themselves again, the rest belongs to the layer."""

    BESIDE = {"shop/services/proxy/routers/x.py": ROUTES, "shop/services/proxy/schemas.py": PYDANTIC}  # noqa: RUF012

    def test_files_named_by_a_word(self) -> None:
        assert layer_of("shop/services/proxy/schemas.py", PLAIN, self.BESIDE) == "schema"
        assert layer_of("shop/services/proxy/repo.py", PLAIN, self.BESIDE) == "repository"

    def test_other_files(self) -> None:
        assert layer_of("shop/services/proxy/client.py", PLAIN, self.BESIDE) == "service"

    def test_a_folder_further_down(self) -> None:
        assert layer_of("shop/services/proxy/http/schemas.py", PLAIN, self.BESIDE) == "service"

    def test_a_folder_that_is_no_feature(self) -> None:
        assert layer_of("shop/services/mail/schemas.py", PLAIN, self.BESIDE) == "service"


class TestDomain:
    """``domain`` is never a feature folder, and the nearest strong word wins under it."""

    @pytest.mark.parametrize(
        ("path", "layer"),
        [
            ("shop/domain/pricing.py", "domain"),
            ("shop/domain/order/pricing.py", "domain"),
            ("shop/domain/usecase/place.py", "service"),
            ("shop/domain/services/place.py", "service"),
            ("shop/domain/repository/orders.py", "repository"),
            ("shop/domain/entity/order.py", "domain"),
            ("shop/domain/entities/order.py", "domain"),
            ("shop/domain/models/order.py", "domain"),
            ("shop/domain/exceptions.py", "domain"),
            ("shop/domain/order/service.py", "service"),
            ("shop/domain/order/repository.py", "repository"),
            ("shop/domain/value_objects.py", "domain"),
            ("shop/domains/orders/pricing.py", "domain"),
        ],
    )
    def test_words_below_it(self, path: str, layer: str) -> None:
        assert layer_of(path) == layer

    def test_it_is_no_feature(self) -> None:
        beside = feature("shop/domain", "service", "models", "router", "repository")
        assert layer_of("shop/domain/pricing.py", PLAIN, beside) == "domain"
        assert layer_of("shop/domain/service.py", PLAIN, beside) == "service"

    def test_features_inside_it(self) -> None:
        beside = feature("shop/domain/order", "service", "models")
        assert layer_of("shop/domain/order/pricing.py", PLAIN, beside) == "domain"
        assert layer_of("shop/domain/order/service.py", PLAIN, beside) == "service"

    def test_it_is_above_mapped_classes_and_models_below_it(self) -> None:
        assert layer_of("shop/domain/models/order.py", MAPPED) == "domain"
        assert found("shop/domain/schemas.py", PYDANTIC).name == "schema"
