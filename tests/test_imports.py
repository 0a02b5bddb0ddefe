"""The rules of the house on imports, read from the source. Nothing here imports the product, but for one subprocess."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGES = ("index", "bot")
SOURCES = sorted(p for package in PACKAGES for p in (ROOT / package).rglob("*.py"))
ENTRIES = [ROOT / "ingest.py", ROOT / "app.py"]
OUTSIDE = {"eval", "app", "ingest", "training", "tests", "benchmarks"}

# What may be imported in one place only, and where.
HOMES = {
    "faiss": ("index/faiss_store.py",),
    "sentence_transformers": ("index/encoders/sentence.py", "index/reader/cross_encoder.py"),
    "torch": ("index/network/torch.py", "index/reader/", "index/threads.py"),
    "openvino": ("index/network/openvino.py",),
    "safetensors": ("index/reader/packed.py", "index/encoders/checkpoint.py"),
    "tokenizers": ("index/reader/tokens.py", "index/encoders/network.py"),
    "transformers": ("index/encoders/sentence.py", "index/reader/cross_encoder.py"),
    "rapidfuzz": ("index/vocabulary.py",),
    "pymilvus": ("index/milvus/client.py",),
    "milvus_lite": ("index/milvus/client.py",),
    "grpc": ("index/milvus/client.py",),
    "Stemmer": ("index/terms.py",),
    "sentencex": ("index/sentences.py",),
    "markdown_it": ("index/formats/markdown.py",),
    "charset_normalizer": ("index/formats/text.py",),
    "trafilatura": ("index/formats/html",),
    "lxml": ("index/formats/", "index/web/"),
    "htmldate": ("index/formats/html_dates.py",),
    "pypdf": ("index/formats/pdf",),
    "docx": ("index/formats/docx.py",),
    "mwparserfromhell": ("index/formats/wikitext",),
    "protego": ("index/web/robots.py",),
    "httpcore": ("index/web/",),
    "langchain": ("bot/llm/model.py",),
    "langchain_core": ("bot/llm/", "bot/langchain.py"),
    "mcp": ("bot/mcp/",),
    "mcp_types": ("bot/mcp/",),
    "openai": ("bot/llm/",),
    "tiktoken": ("bot/llm/budget.py",),
    "streamlit": ("app.py", "bot/ui/"),
    "starlette": ("bot/ui/", "bot/api/"),
    "fastapi": ("bot/api/",),
    "prometheus_client": ("bot/api/metrics.py",),
    "ray": ("index/workers/ray_cluster.py",),
}
FORBIDDEN = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal"}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """What a file is made of, as far as the rules look at it; parsed once for all of them."""
    kinds = (ast.Import, ast.ImportFrom, ast.Attribute, ast.keyword)
    return tuple(node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, kinds))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The full names of the modules that a file imports, wherever in the file."""
    return tuple(_imported(path))


def _imported(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}: imports are absolute"
            yield f"{node.module}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@cache
def roots(path: Path) -> frozenset[str]:
    return frozenset(name.split(".")[0] for name in imported(path))


def test_there_is_something_to_check() -> None:
    assert len(SOURCES) > 30
    assert "index" in roots(ROOT / "bot" / "chat.py")


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_arrows_point_one_way(path: Path) -> None:
    found = roots(path)
    assert not found & OUTSIDE
    if path.is_relative_to(ROOT / "index"):
        assert "bot" not in found, "index knows nothing of bot"


@pytest.mark.parametrize("path", [*SOURCES, *ENTRIES], ids=name_of)
def test_each_library_has_one_home(path: Path) -> None:
    for library, homes in HOMES.items():
        if library in roots(path):
            assert any(name_of(path) == home or name_of(path).startswith(home) for home in homes if home), library


@pytest.mark.parametrize("path", [*SOURCES, *ENTRIES], ids=name_of)
def test_only_the_page_knows_the_page(path: Path) -> None:
    if path == ROOT / "app.py" or path.is_relative_to(ROOT / "bot" / "ui"):
        return
    serves = path.is_relative_to(ROOT / "bot" / "api")
    assert not [name for name in imported(path) if name.startswith("bot.ui" if serves else ("bot.ui", "bot.api"))]


@pytest.mark.parametrize("path", [*SOURCES, *ENTRIES], ids=name_of)
def test_nothing_is_pickled(path: Path) -> None:
    assert not roots(path) & FORBIDDEN
    for node in nodes(path):
        if isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("path", [*SOURCES, *ENTRIES], ids=name_of)
def test_the_environment_is_read_in_one_place(path: Path) -> None:
    reads = []
    for node in nodes(path):
        if isinstance(node, ast.Attribute) and node.attr in ("environ", "environb", "getenv", "putenv"):
            reads.append(node.lineno)
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            assert not {alias.name for alias in node.names} & {"environ", "environb", "getenv"}
    if name_of(path) in ("index/encoders/sentence.py", "index/threads.py", "index/workers/ray_cluster.py"):
        lines = path.read_text("utf-8").splitlines()
        reads = [n for n in reads if "environ.setdefault(" not in lines[n - 1]]  # set for a library, not read
    if name_of(path) != "bot/settings.py":
        assert reads == []


def test_importing_does_nothing_heavy() -> None:
    modules = [name_of(p).removesuffix(".py").removesuffix("/__init__").replace("/", ".") for p in SOURCES]
    others = {"bot.__main__", "index.network.torch"}  # the latter is loaded where there is no OpenVINO
    wanted = [m for m in modules if not m.startswith("bot.ui") and m not in others]
    code = (
        "import importlib, os, socket, sys\n"
        "before = dict(os.environ)\n"
        "def refuse(*arguments, **options): raise AssertionError('the network at import')\n"
        "socket.socket.connect = refuse\n"
        f"for name in {wanted!r}: importlib.import_module(name)\n"
        "heavy = {'torch', 'sentence_transformers', 'transformers', 'streamlit', 'huggingface_hub', 'pickle5', 'ray'}\n"
        "print(sorted(heavy & set(sys.modules)), dict(os.environ) == before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout == "[] True\n"
