"""Templates that bear the name of a Python file."""

import pytest

from archlint.sources import is_template


@pytest.mark.parametrize(
    "path", ["{{cookiecutter.slug}}/app/main.py", "app/{% if x %}a{% endif %}.py", "{{ name }}.py"]
)
def test_a_path_tells(path: str) -> None:
    assert is_template(path, b"x = (")


@pytest.mark.parametrize(
    "text",
    [
        "{% if cookiecutter.auth %}\nimport jwt\n{% endif %}\n",
        "import os\n\n    {%- for x in y %}\n",
        "from {{ cookiecutter.package }} import app\n",
        "from {{cookiecutter.package}}.models import User\n",
        "from .{{ name }} import x\n",
        "import {{ name }}\n",
        "class {{ name | title }}(Base):\n    pass\n",
        "def get_{{ name }}():\n    pass\n",
        "{{ name }} = 1\n",
        "{{ name }}_id: int\n",
        "    @{{ router }}.get('/')\n",
        "x = {{ value -}}\n",
        "x = {{- value }}\n",
        "{# remark #}\nx = (\n",
        "x = 'it\\'s' + {% raw %}\n",
        "'''docs {{ a }}'''\n{% block %}\n",
    ],
)
def test_code_tells(text: str) -> None:
    assert is_template("app/main.py", text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "x = (",
        "x = {{1}} (",
        "x = {{1}, {2}} (",
        "x = {{'a': 1}} (",
        "x = {{**a}} (",
        "x = {{-1}} (",
        "x = f'{{ name }}' (",
        'x = f"a{{b}}c {value}" (',
        'x = "{{}} {}".format(1) (',
        'x = f"{{{value}}}" (',
        '"""\n{% if x %}\n{{ name }} = 1\n"""\nx = (',
        "'''\nfrom {{ a }} import b\n''' (",
        '"""\\""" {% if x %}\n""" (',
        "x = 'it\\'s {{ name }}_y' (",
        "# {% if x %}\n# {{ name }}\nx = (",
        "x = [\n    {  # first {{ a }}\n    },\n (",
        "x = '{% url %}' (",
        "x = '\\\n{% a %}' (",
        'unclosed = """\n{% if x %}\n',
        "x = y % {} %{'a': 1} (",
    ],
)
def test_broken_python_is_no_template(text: str) -> None:
    assert not is_template("app/main.py", text.encode())


def test_a_string_left_open_ends_with_its_line() -> None:
    assert is_template("app/main.py", b"x = 'open\n{% if y %}\n")


def test_long_files_are_read_in_linear_time() -> None:
    assert not is_template("app/main.py", b'"""' + b'\\" ' * 500_000 + b"{{ a }}")
    assert not is_template("app/main.py", b"{{ a" * 50_000)
