"""The README says what is so."""

import json
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from readme_parts import PARTS, README, SHOP, archlint, part

from archlint.config import RuleInfo, load, options, select_rules
from archlint.engine import known_rules
from archlint.reporters import FORMATS

TEXT = README.read_text(encoding="utf-8")
COMMANDS = re.findall(r"^```sh\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)


@pytest.mark.parametrize("name", PARTS)
def test_the_generated_parts_are_current(name: str) -> None:
    assert part(TEXT, name)[0] == PARTS[name](), "run: python tests/cli/readme_parts.py"


def test_the_first_command_finds_the_faults_of_the_sample_and_succeeds() -> None:
    command = COMMANDS[0].strip().rpartition("/archlint ")[2]
    done = archlint(*shlex.split(command))
    assert (done.returncode, done.stderr) == (0, "")
    assert "errors" in done.stdout.splitlines()[-1]


def test_the_sample_shows_each_kind_of_fault_its_page_lists() -> None:
    found = {
        (match[2], match[1])
        for match in re.finditer(
            r"^src/shop/(\S+?):\d+:\d+: (ARC\d+) ",
            archlint("check", "src", "--output-format", "concise", cwd=SHOP).stdout,
            re.MULTILINE,
        )
    }
    assert found == {
        ("ARC101", "services/order_service.py"),
        ("ARC102", "services/order_service.py"),
        ("ARC103", "repositories/product_repository.py"),
        ("ARC116", "services/customer_service.py"),
        ("ARC120", "services/order_service.py"),
        ("ARC201", "api/routers/orders.py"),
    }


def test_the_configuration_example_is_valid(tmp_path: Path) -> None:
    example = re.findall(r"^```toml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)[0]
    file = tmp_path / "pyproject.toml"
    file.write_text(example, encoding="utf-8")
    config = load(file)
    rules = known_rules()
    assert select_rules(config, [RuleInfo(rule.code, rule.name, rule.preset, rule.severity) for rule in rules]).severity
    for rule in rules:
        if rule.options:
            options(config, rule.code, rule.name, rule.options)


def test_every_format_is_listed() -> None:
    table = TEXT.partition("| `--output-format` |")[2].partition("\n\n")[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)) == FORMATS


@pytest.mark.parametrize("word", ["archlint.sarif", "draft.py"])
def test_the_commands_for_ci_and_editors_run(tmp_path: Path, word: str) -> None:
    file = tmp_path / word
    file.write_text("import json\n")
    line = re.search(rf"(?<=\barchlint )check .*{re.escape(word)}.*", TEXT)
    assert line
    command = f"{shlex.quote(sys.executable)} -m archlint {line[0].replace(word, shlex.quote(str(file)))}"
    done = subprocess.run(command, shell=True, cwd=SHOP, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout or file.read_text(encoding="utf-8"))


def test_completion_is_shown_for_each_shell() -> None:
    assert re.findall(r"_ARCHLINT_COMPLETE=(\w+)_source archlint", TEXT) == ["bash", "zsh", "fish"]


@pytest.mark.parametrize(
    "command", [line.partition("#")[0] for line in COMMANDS[2].splitlines()], ids=lambda line: str(line).strip()
)
def test_each_command_shown_exists(command: str) -> None:
    """Run in the sample project, every one ends as a check does; none is refused."""
    arguments = shlex.split(command)[1:]
    arguments = [{"src/shop/orders.py": "src/shop/main.py"}.get(word, word) for word in arguments]
    done = archlint(*arguments, cwd=SHOP)
    assert (done.returncode in (0, 1), done.stderr) == (True, "")
