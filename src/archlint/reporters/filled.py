"""Words filled into lines."""

from archlint.reporters.cells import cells


def filled(text: str, width: int) -> list[str]:
    """The words of a text in lines of at most so many cells; a word too long for a line has one to itself."""
    lines: list[str] = []
    for word in text.split():
        if lines and cells(f"{lines[-1]} {word}") <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
