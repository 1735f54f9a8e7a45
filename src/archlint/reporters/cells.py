"""How wide text is on a terminal."""


def cells(text: str) -> int:
    """The cells that printable text takes: one for most characters, two for wide ones, none for what combines."""
    if text.isascii():  # nearly all of it is, and need not wait for the tables of the rest
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)
