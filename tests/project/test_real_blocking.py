"""What the table of blocking calls says of the standard library and of httpx holds for the packages themselves."""

import inspect
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from bakery_code import real

from archlint.project.calls.blocking import counterpart
from archlint.project.knowledge import table
from archlint.project.model import Project

PROJECT = Project([])
GONE = {"telnetlib"}  # since Python 3.13, and deprecated before
STANDARD = sys.stdlib_module_names
MADE_ELSEWHERE = {
    "io.TextIOWrapper": ("io.TextIOWrapper", "io.BufferedReader", "io.BufferedWriter"),
    "tempfile._TemporaryFileWrapper": ("io.BufferedRandom",),
}
SINCE = {"pathlib.Path.copy": 14, "pathlib.Path.copy_into": 14, "pathlib.Path.move": 14, "pathlib.Path.move_into": 14}
ELSEWHERE = {
    "spawnlp",
    "spawnlpe",
    "spawnvp",
    "spawnvpe",
    "posix_spawn",
    "posix_spawnp",
    "copy_file_range",
    "fdatasync",
}


def rows() -> Iterator[str]:
    """The names the table holds of packages that are installed here."""
    for row in table("blocking")["package"]:
        for package in [row["name"]] if isinstance(row["name"], str) else row["name"]:
            if package.partition(".")[0] not in STANDARD | {"httpx"} or package in GONE:
                continue
            yield from (f"{package}.{name}" for name in row.get("calls", ()))
            for class_, methods in [*row.get("methods", {}).items(), *row.get("all_but", {}).items()]:
                yield from (f"{package}.{class_}.{method}" for method in methods)


@pytest.mark.parametrize("name", sorted(set(rows())))
def test_every_row_names_something(name: str) -> None:
    owner, _, method = name.rpartition(".")
    if sys.version_info < (3, SINCE.get(name, 0)) or (method in ELSEWHERE and not hasattr(real(owner), method)):
        pytest.skip("not in this Python")
    holders = [real(holder) for holder in MADE_ELSEWHERE.get(owner, (owner,))]
    found = [getattr(holder, method) for holder in holders if hasattr(holder, method)]
    assert found
    assert not any(inspect.iscoroutinefunction(each) for each in found)


PROBES = {
    "builtins.open": "open(target)",
    "io.open": "io.open(target)",
    "codecs.open": "io.open(target)",
    "pathlib.Path.open": "path.open()",
    "pathlib.Path.read_bytes": "path.read_bytes()",
    "pathlib.Path.read_text": "path.read_text()",
    "pathlib.Path.write_bytes": "path.write_bytes(b'')",
    "pathlib.Path.write_text": "path.write_text('')",
    "pathlib.Path.exists": "path.exists()",
    "pathlib.Path.is_file": "path.is_file()",
    "pathlib.Path.mkdir": "(folder / 'made').mkdir()",
    "pathlib.Path.resolve": "path.resolve()",
    "pathlib.Path.stat": "path.stat()",
    "pathlib.Path.unlink": "(folder / 'gone').unlink(missing_ok=True)",
    "os.makedirs": "os.makedirs(folder / 'a' / 'b')",
    "os.path.exists": "os.path.exists(target)",
    "os.stat": "os.stat(target)",
    "os.system": "os.system('true')",
    "os.popen": "os.popen('true').close()",
    "shutil.copy": "shutil.copy(target, folder / 'copy')",
    "shutil.copyfile": "shutil.copyfile(target, folder / 'copyfile')",
    "shutil.copytree": "shutil.copytree(folder / 'tree', folder / 'copytree')",
    "shutil.make_archive": "shutil.make_archive(folder / 'archive', 'zip', folder / 'tree')",
    "shutil.move": "shutil.move(folder / 'moved', folder / 'there')",
    "shutil.rmtree": "shutil.rmtree(folder / 'rmtree')",
    "shutil.which": "shutil.which('nothing')",
    "subprocess.Popen": "subprocess.Popen(['true']).wait()",
    "subprocess.run": "subprocess.run(['true'])",
    "subprocess.check_output": "subprocess.check_output(['true'])",
    "socket.getaddrinfo": "socket.getaddrinfo('127.0.0.1', 80)",
    "socket.gethostbyname": "socket.gethostbyname('127.0.0.1')",
    "socket.gethostname": "socket.gethostname()",
    "sqlite3.connect": "sqlite3.connect(folder / 'db').close()",
    "tarfile.open": "tarfile.open(folder / 'tar', 'w').close()",
    "zipfile.ZipFile": "zipfile.ZipFile(folder / 'zip', 'w').close()",
    "gzip.open": "gzip.open(folder / 'gz', 'w').close()",
    "urllib.request.urlopen": "urllib.request.urlopen(path.as_uri()).close()",
    "urllib.request.Request": "urllib.request.Request('http://bakery.test')",
    "http.client.HTTPConnection": "http.client.HTTPConnection('bakery.test')",
    "tempfile.gettempdir": "tempfile.gettempdir()",
}
NO_METADATA = ("open", "shutil.", "subprocess.", "socket.getaddrinfo", "socket.gethostbyname", "os.system", "sqlite3.",
               "urllib.", "os.posix_spawn")  # fmt: skip

PROBE = """
import asyncio, codecs, gzip, http.client, io, json, os, pathlib, shutil, socket, sqlite3, subprocess, sys, tarfile
import tempfile, threading, urllib.request, zipfile

folder = pathlib.Path(sys.argv[1])
path = folder / "target"
target = str(path)
path.write_text("x")
for name in ("tree", "rmtree", "moved"):
    (folder / name).mkdir()
    (folder / name / "leaf").write_text("x")
events, seen = None, {}
sys.addaudithook(lambda event, args: events.append((event, threading.get_ident())) if events is not None else None)
tempfile.gettempdir()


async def main():
    global events
    loop = threading.get_ident()
    for name, code in json.loads(sys.argv[2]).items():
        run = compile(code, name, "eval")
        events = []
        eval(run)
        seen[name] = sorted({event for event, thread in events if thread == loop})
        events = None


asyncio.run(main())
print(json.dumps(seen))
"""


@pytest.fixture(scope="module")
def observed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the interpreter reports each call to do, on the event loop's own thread, before it returns."""
    folder = tmp_path_factory.mktemp("probe")
    command = [sys.executable, "-W", "ignore", "-c", PROBE, str(folder), json.dumps(PROBES)]
    found: dict[str, list[str]] = json.loads(subprocess.run(command, capture_output=True, check=True, text=True).stdout)
    return found


@pytest.mark.parametrize("name", sorted(PROBES))
def test_what_the_table_says_blocks_reaches_for_files_processes_or_the_network_on_the_loop(
    observed: dict[str, list[str]], name: str
) -> None:
    reaches = any(event.startswith(NO_METADATA) for event in observed[name])
    assert reaches is (counterpart(PROJECT, name) is not None)


SENDING = ("delete", "get", "head", "options", "patch", "post", "put", "request", "send", "stream")
BUILDING = ("build_request", "close")


def act(client: Any, method: str) -> Any:
    if method == "send":
        return client.send(client.build_request("GET", "https://bakery.test"))
    if method in ("request", "stream", "build_request"):
        return getattr(client, method)("GET", "https://bakery.test")
    return client.close() if method == "close" else getattr(client, method)("https://bakery.test")


@pytest.mark.parametrize("method", [*SENDING, *BUILDING])
def test_a_sync_client_has_sent_on_the_callers_thread_when_it_returns(method: str) -> None:
    threads: list[int] = []

    def answer(request: httpx.Request) -> httpx.Response:
        threads.append(threading.get_ident())
        return httpx.Response(200)

    client = httpx.Client(transport=httpx.MockTransport(answer))
    found = act(client, method)
    if method == "stream":
        with found:
            pass
    assert threads == ([threading.get_ident()] if method in SENDING else [])
    assert (counterpart(PROJECT, f"httpx.Client.{method}") is not None) is (method in SENDING)
    client.close()


@pytest.mark.parametrize("method", SENDING)
def test_an_async_client_has_sent_nothing_before_it_is_awaited(method: str) -> None:
    sent: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200)

    found = act(httpx.AsyncClient(transport=httpx.MockTransport(answer)), method)
    assert not sent
    assert inspect.isawaitable(found) is (method != "stream")
    if method != "stream":
        found.close()
    assert counterpart(PROJECT, f"httpx.AsyncClient.{method}") is None


def test_the_table_lists_what_a_sync_client_sends_by() -> None:
    row = next(row for row in table("blocking")["package"] if "httpx" in row["name"])
    assert sorted(row["methods"]["Client"]) == sorted(SENDING)
    assert sorted(row["calls"]) == sorted(set(SENDING) - {"send"})


@pytest.mark.parametrize(
    "name", ["pathlib.Path.exists", "pathlib.Path.mkdir", "redis.asyncio.Redis.get", "asyncio.sleep"]
)
def test_what_does_not_block(name: str) -> None:
    assert counterpart(PROJECT, name) is None


@pytest.mark.parametrize(
    "name",
    [
        "requests.Session.get",
        "redis.Redis.hgetall",
        "botocore.client.BaseClient.put_object",
        "openai.OpenAI.chat.completions.create",
        "stripe.checkout.Session.create",
        "twilio.rest.Client.messages.create",
        "psycopg2.extensions.cursor.execute",
        "pymongo.collection.Collection.find_one",
        "google.cloud.storage.Blob.upload_from_string",
        "kubernetes.client.CoreV1Api.read_namespaced_pod",
    ],
)  # fmt: skip
def test_what_blocks_in_packages_that_are_not_installed_here(name: str) -> None:
    assert counterpart(PROJECT, name)


@pytest.mark.parametrize(
    "name",
    [
        "redis.Redis.pipeline",
        "redis.asyncio.Redis.get",
        "botocore.client.BaseClient.generate_presigned_url",
        "openai.OpenAI",
        "openai.AsyncOpenAI.chat.completions.create",
        "stripe.Webhook.construct_event",
        "google.cloud.storage.Client.bucket",
    ],
)  # fmt: skip
def test_what_sends_nothing_in_packages_that_are_not_installed_here(name: str) -> None:
    assert counterpart(PROJECT, name) is None
