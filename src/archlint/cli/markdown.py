"""Markdown on a terminal, the same whatever the version of rich."""

from typing import ClassVar

from rich.console import Console, ConsoleOptions, RenderResult
from rich.markdown import CodeBlock, Heading, Markdown, MarkdownElement
from rich.syntax import Syntax
from rich.theme import Theme

THEME = Theme({"markdown.h2": "bold", "markdown.code": "cyan"})
"""Styles that are readable on light terminals too."""


class _Heading(Heading):
    """A heading at the left, with an empty line before it only because the paragraph above ends with one."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield self.text


class _Code(CodeBlock):
    """A block of code set in by two cells, with no empty lines of its own above and below."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(str(self.text).rstrip(), self.lexer_name, theme=self.theme, word_wrap=True, padding=(0, 2))


class Page(Markdown):
    """A Markdown text to print with rich."""

    elements: ClassVar[dict[str, type[MarkdownElement]]] = {
        **Markdown.elements,
        "heading_open": _Heading,
        "fence": _Code,
        "code_block": _Code,
    }
