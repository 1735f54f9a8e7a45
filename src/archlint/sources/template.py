"""Recognising Jinja and cookiecutter templates that bear the name of a Python file."""

import re

# Compiled on first use: few projects hold a template, and every run imports this file.
_TOKEN = rb"""
      (?P<marker>
          \{%                                                            # a tag: no Python has a brace before a percent
        | ^ [ \t]* \{\#[^\n]*?\#\}                                       # a remark on a line of its own
        | (?: ^[ \t]*@? | \b(?:import|from|class|def|as)[ \t]+ | [\w.] ) # a name is due, or has begun
          \{\{ [-+]? [ \t]* [A-Za-z_] [^{}\n]* \}\}
        | \{\{ [-+]? [ \t]* [A-Za-z_] [^{}\n]* \}\} \w                   # a name goes on
        | \{\{- [ \t]+ [A-Za-z_] | -\}\}                                 # white space control
      )
    | (?P<quote> \"{3} | '{3} | " | ' )
    | (?P<comment> \#[^\n]* )
"""


def is_template(path: str, data: bytes) -> bool:
    r"""Whether a file that failed to parse is a Jinja or cookiecutter template rather than broken Python.

    It is when its path holds ``{{`` or ``{%``, or when its code does, in a place where Python's grammar has no use for
    them: ``{% … %}`` anywhere outside strings and comments; ``{{ name }}`` at the start of a line, after a keyword such
    as ``import`` or ``class``, or touching a name; ``{{- name`` and ``-}}`` anywhere. Doubled braces in strings, and
    set or dict displays such as ``x = {{1}}``, are Python.

    Args:
        path: relative to the project root, so that a checkout's own location says nothing.
        data: the file's bytes, in any encoding that contains ASCII.
    """
    if "{{" in path or "{%" in path:
        return True
    if b"{{" not in data and b"{%" not in data and b"{#" not in data:
        return False
    token = re.compile(_TOKEN, re.VERBOSE | re.MULTILINE | re.DOTALL)
    position = 0
    while match := token.search(data, position):
        if match.lastgroup == "marker":
            return True
        position = _string_end(data, match.end(), match[0]) if match.lastgroup == "quote" else match.end()
    return False


def _string_end(data: bytes, start: int, quote: bytes) -> int:
    """Where the string that opened before ``start`` ends: behind its quote, or at the line's or the file's end."""
    ends = rb"\\.|" + quote + (rb"|\n" if len(quote) == 1 else b"")
    for match in re.compile(ends, re.DOTALL).finditer(data, start):
        if not match[0].startswith(b"\\"):
            return match.end()
    return len(data)
