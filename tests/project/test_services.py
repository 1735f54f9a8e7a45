"""What a service is, and how it falls apart."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archlint.project.layers.cohesion import Split, components, proposed_split
from archlint.project.layers.services import Service, services
from archlint.testing import findings_in, project_of

PATH = "src/shop/services/subject.py"


def services_in(source: str) -> tuple[Service, ...]:
    project = project_of({PATH: source})
    return services(project, project.by_path[PATH])


def split_of(source: str) -> Split:
    project = project_of({PATH: source})
    (service,) = services(project, project.by_path[PATH])
    return proposed_split(project, service)


def groups(split: Split) -> list[tuple[str, set[str], int, int]]:
    return [(group.topic, set(group.operations), group.functions, group.lines) for group in split.groups]


def test_a_class_counts_from_its_class_line_and_offers_its_own_public_methods() -> None:
    (service,) = services_in(
        "@final\nclass Orders(Base):\n    def place(self):\n        return 1\n\n"
        "    @property\n    def open(self):\n        return 2\n\n"
        "    @staticmethod\n    def parse(text):\n        return text\n\n    def _helper(self):\n        return 3\n"
    )
    assert (service.name, service.is_class, service.line, service.lines) == ("Orders", True, 2, 14)
    assert service.operations == ("place", "parse")
    assert [function.node.name for function in service.functions] == ["place", "open", "parse", "_helper"]


def test_a_module_counts_all_its_lines() -> None:
    (service,) = services_in('"""Orders."""\n\n\ndef place():\n    return 1\n\n\ndef _helper():\n    return 2\n')
    assert (service.name, service.is_class, service.line, service.lines) == ("shop.services.subject", False, 1, 9)
    assert service.operations == ("place",)
    assert service.largest == (("_helper", 2), ("place", 2))


def test_methods_with_mangled_names_are_parts_and_special_ones_are_none() -> None:
    (service,) = services_in(
        "class Orders:\n    def __init__(self):\n        self.a = 1\n        self.b = 2\n        self.c = 3\n\n"
        "    def place(self):\n        return self.__check()\n\n"
        "    def __check(self):\n        a = 1\n        return a\n"
    )
    assert service.largest == (("__check", 3), ("place", 2))
    assert service.operations == ("place",)


@pytest.mark.parametrize(
    "source",
    [
        "from typing import Protocol\nclass A(Protocol):\n    def run(self): return 1\n",
        "import enum as e\nclass A(e.IntEnum):\n    X = 1\n    def run(self): return 1\n",
        "from dataclasses import dataclass as data\n@data(frozen=True)\nclass A:\n    def run(self): return 1\n",
        "from typing_extensions import TypedDict\nclass A(TypedDict):\n    def run(self): return 1\n",
        "class A(KeyError):\n    def run(self): return 1\n",
        "from pydantic import BaseModel\nBase = BaseModel\nclass A(Base):\n    def run(self): return 1\n",
        "from abc import ABC, abstractmethod\nclass A(ABC):\n    @abstractmethod\n    def run(self): return 1\n",
        "class A:\n    def __init__(self): self.x = 1\n    def run(self):\n        raise NotImplementedError('run')\n",
        "class A:\n    limit = 1\n",
    ],
    ids=["protocol", "enum", "dataclass", "typed dict", "exception", "model", "abstract", "stubs", "data"],
)
def test_what_is_no_service(source: str) -> None:
    assert services_in(source) == ()


def test_a_session_that_nearly_all_use_links_nothing() -> None:
    split = split_of(
        "class AuthService:\n"
        "    def reset_password(self): return self.session, self.hasher\n"
        "    def change_password(self): return self.conn, self.hasher\n"
        "    def issue_token(self): return self.conn, self.keys\n"
        "    def revoke_token(self): return self.conn, self.keys\n"
        "    def login(self): return self.conn\n"
    )
    assert groups(split) == [
        ("password", {"reset_password", "change_password"}, 2, 2),
        ("token", {"issue_token", "revoke_token"}, 2, 2),
        ("", {"login"}, 1, 1),
    ]
    assert split.shared == ("conn",)
    assert split.falls_apart


def test_helpers_and_calls_hold_a_group_together() -> None:
    split = split_of(
        "def _clean(text):\n    return text\n\n"
        "class OrderService:\n"
        "    def place(self): return self._check() or _clean('a')\n"
        "    def change(self): return OrderService.place(self)\n"
        "    def _check(self): return 1\n"
        "    def rename(self, text): return _clean(text)\n"
        "    def export(self): return [self.rows for _ in range(3)]\n"
        "    async def count(self):\n        def inner(): return self.rows\n        return inner()\n"
    )
    assert groups(split) == [
        ("", {"place", "change", "rename"}, 4, 4),
        ("", {"export", "count"}, 2, 4),
    ]


def test_helpers_with_mangled_names_hold_a_group_together_too() -> None:
    split = split_of(
        "class OrderService:\n"
        "    def place(self): return self.__check()\n"
        "    def change(self): return self.__check()\n"
        "    def export(self): return 1\n"
        "    def __check(self): return 1\n"
    )
    assert groups(split) == [("", {"place", "change"}, 3, 3), ("", {"export"}, 1, 1)]


def test_functions_of_a_module_share_calls_and_variables_but_no_constants_or_loggers() -> None:
    split = split_of(
        "import logging\nlog = logging.getLogger()\nLIMIT = 3\n_cache = {}\n\n"
        "def get(): return _cache\n\n\ndef put(): log.info('put'); _cache['a'] = LIMIT\n\n\n"
        "def export(): log.info('export'); return render(LIMIT)\n\n\ndef render(n): return n\n\n\n"
        "def ping(_cache): return _cache\n"
    )
    assert [set(group.operations) for group in split.groups] == [{"export", "render"}, {"get", "put"}, {"ping"}]


def test_parts_about_one_thing_are_one_group() -> None:
    split = split_of(
        "class MetricsService:\n"
        "    def get_metrics(self): return 1\n"
        "    def list_dashboards(self): return 1\n"
        "    def create_dashboard(self): return 1\n"
        "    def bulk_delete_dashboards_for_user(self): return 1\n"
        "    def import_entries(self): return 1\n"
        "    def export_entry(self): return 1\n"
    )
    assert [(group.topic, len(group.operations)) for group in split.groups] == [("dashboard", 3), ("entry", 2), ("", 1)]


def test_a_service_of_one_piece_says_so() -> None:
    split = split_of(
        "class Cart:\n"
        "    def add(self): return self.rows, self.total()\n"
        "    def drop(self): return self.add()\n"
        "    def total(self):\n        rows = self.price(1)\n        return rows\n"
        "    def price(self, row):\n        row += 1\n        return self.rows, row\n"
        "    def name(self): return 'cart'\n"
    )
    assert [len(group.operations) for group in split.groups] == [4, 1]
    assert not split.falls_apart


def test_what_most_share_is_left_out_until_no_group_holds_more_than_half() -> None:
    methods = "".join(f"    def m{n}(self): return self.hub{', self.a' if n < 3 else ', self.b'}\n" for n in range(6))
    rest = "".join(f"    def solo{n}(self): return {n}\n" for n in range(6))
    split = split_of(f"class Big:\n{methods}{rest}")
    assert split.shared == ()
    assert max(len(group.operations) for group in split.groups) == 6
    split = split_of(f"class Big:\n{methods}    def m6(self): return self.hub\n{rest}")
    assert split.shared == ("hub",)
    assert max(len(group.operations) for group in split.groups) == 3


NAMES = st.sampled_from("abcdefgh")


@given(
    st.dictionaries(NAMES, st.frozensets(st.sampled_from("abcdefghxyz")), min_size=1), st.sets(st.sampled_from("axy"))
)
@settings(deadline=None)
def test_components_part_what_shares_nothing(uses: dict[str, frozenset[str]], cut: set[str]) -> None:
    parts = components(uses, cut)
    assert sorted(name for part in parts for name in part) == sorted(uses)
    tokens = [{token for name in part for token in ({name} | uses[name]) - cut} - cut for part in parts]
    assert all(tokens[i].isdisjoint(tokens[j]) for i in range(len(parts)) for j in range(i))


def methods(template: str, names: str, attribute: str) -> str:
    return "".join(
        f"    def {template.format(n)}(self):\n        x = 1\n        return self.{attribute}\n" for n in names.split()
    )


def remedy(body: str) -> str:
    source = f"class OrderService:\n{body}" + "\n" * 150 + "    limit = 1\n"
    (finding,) = findings_in({PATH: source}, ["ARC116"])
    return finding.help


def test_the_remedy_names_the_groups() -> None:
    tokens = methods("{}_token", "change check create drop find", "keys")
    passwords = methods("{}_password", "change check create drop", "hash")
    assert remedy(f"{tokens}{passwords}    def login(self): return 1\n") == (
        "Split it into groups that share no attribute, helper or call: `TokenService` with change_token, check_token,"
        " create_token, … (5 methods, 15 lines); `PasswordService` with change_password, check_password,"
        " create_password, … (4 methods, 12 lines); login (1 method, 1 line)."
    )


def test_the_remedy_sums_up_small_groups() -> None:
    pairs = "".join(methods(f"{{}}_{noun}", "get set", noun) for noun in ("color", "image", "label", "price", "title"))
    assert "(2 methods, 6 lines); 2 smaller ones (7 lines)." in remedy(f"{pairs}    def login(self): return 1\n")


def test_the_remedy_of_one_piece_names_the_longest() -> None:
    chain = "".join(f"    def step{n}(self):\n        return self.step{n + 1}()\n" for n in range(10))
    assert remedy(f"{chain}    def step10(self):\n        x = 1\n        return x\n") == (
        "Split it by responsibility; nearly all of it hangs together, so begin with the longest: `step10` (3 lines),"
        " `step0` (2 lines), `step1` (2 lines)."
    )


def test_the_remedy_of_loose_methods_says_what_they_share() -> None:
    assert remedy(methods("{}", "pay refund capture void settle dispute invoice remind charge credit", "client")) == (
        "Split it by responsibility; its methods share nothing, apart from `client`, so begin with the longest:"
        " `capture` (3 lines), `charge` (3 lines), `credit` (3 lines)."
    )
