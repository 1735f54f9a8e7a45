"""The errors a user can mend; the command line prints them as one line and exits with 2."""


class UsageError(Exception):
    """Wrong input: says where, what, and how to mend it, in one line without a traceback."""


class ConfigError(UsageError):
    """A mistake in a configuration file.

    Args:
        path: the file, as the user would name it.
        line: 1-based line of the offending key, or 0 when it has none.
        message: what is wrong and the nearest valid spelling.
    """

    def __init__(self, path: str, line: int, message: str) -> None:
        super().__init__(f"{path}:{line}: {message}" if line else f"{path}: {message}")
        self.path = path
        self.line = line
        self.message = message
