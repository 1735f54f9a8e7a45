"""The import statements that break the contracts of the configuration.

What finds them is loaded only where there are contracts.
"""

from archlint.core.record import Record
from archlint.project.model import Module, Project
from archlint.project.places import Place


class Link(Record, frozen=True):
    """One import of a chain: the module whose statement at ``place`` imports what is called ``target``."""

    module: Module
    place: Place
    target: str


class Breach(Record, frozen=True):
    """An import statement that breaks a contract.

    Attributes:
        contract: the contract's name.
        reason: why it holds, in the project's own words; may be empty.
        source: the module or package that the contract forbids to import
        target: this one.
        links: the chain of imports, of which the first is the statement's. None for a module that no layer names.
    """

    line: int
    col: int
    end_line: int
    end_col: int
    contract: str
    reason: str
    source: str
    target: str
    links: tuple[Link, ...]


def contract_breaches(project: Project, module: Module) -> tuple[Breach, ...]:
    """The import statements of a module that break contracts of the configuration, once each statement and contract.

    Raises:
        ConfigError: a contract names a module, or ignores an import, that there is not.
    """
    if not project.config.settings.contracts:
        return ()
    from archlint.project.layers.contract_chains import all_breaches

    return all_breaches(project).get(module, ())
