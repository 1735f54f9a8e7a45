"""An architecture linter for Python web backends built on FastAPI, Pydantic and SQLAlchemy."""

__version__ = "0.1.0"
