"""What names an index in Milvus, who is told of it, and what is said where it cannot be used."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.errors import SettingsError
from bot.langchain import FootnoteRetriever
from bot.settings import Settings
from bot.status import index_status, public_message
from bot.ui.library.uploads import uploads_of
from index.address import MilvusAddress, index_place
from index.build import ingest
from index.cli import main
from index.errors import FootnoteIndexError, IndexCorruptError, IndexMissingError
from index.milvus.client import connect
from index.milvus.tables import RECORDS
from index.opened import open_index
from tests.conftest import ROOT
from tests.fakes import HashedWords, write_articles


@pytest.mark.parametrize(
    ("text", "uri", "name"),
    [
        ("milvus:./wiki.db", "./wiki.db", "footnote"),
        ("milvus:/srv/my wiki.db#news", "/srv/my wiki.db", "news"),
        ("milvus:http://host:19530", "http://host:19530", "footnote"),
        ("milvus:https://in05.example.org#news_2024", "https://in05.example.org", "news_2024"),
    ],
)
def test_an_address_is_read_and_said(text: str, uri: str, name: str) -> None:
    found = index_place(text, "user:secret")
    assert found == MilvusAddress(uri, name, "user:secret")
    assert str(found) == text and "secret" not in repr(found)
    assert isinstance(found, MilvusAddress) and found.is_file == uri.endswith(".db")


@pytest.mark.parametrize("text", ["wiki", "/srv/wiki", "a/b.d", "../x:y", "C", "2024-01"])
def test_all_else_is_a_directory(text: str) -> None:
    assert index_place(text) == Path(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("milvus:", "'milvus:' is no address of Milvus; write it as milvus:./wiki.db or milvus:http://HOST:19530"),
        ("milvus:wiki", "'milvus:wiki' is no address"),
        ("milvus:ftp://host", "'milvus:ftp://host' is no address"),
        ("milvus:http://", "'milvus:http://' is no address"),
        ("milvus:http://host:port", "is no address"),
        ("milvus:./wiki.db#a b", "'a b' is no name for collections; give letters, digits and underscores"),
        ("milvus:http://me:geheim@host:19530", "leave them out, and set FOOTNOTE_MILVUS_TOKEN"),
        ("qdrant:http://host", "an index cannot be kept at 'qdrant:'...; give a directory, or an address of Milvus"),
        ("https://host/index", "an index cannot be kept at 'https:'"),
    ],
)
def test_what_is_no_place_is_named_with_the_remedy(text: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(FootnoteIndexError) as caught:
        index_place(text)
    assert said in str(caught.value) and "geheim" not in str(caught.value)
    with pytest.raises(SettingsError, match="FOOTNOTE_INDEX: "):
        Settings.load({"FOOTNOTE_INDEX": text}, tmp_path)


def test_the_settings_know_the_token_and_do_not_tell_it(tmp_path: Path) -> None:
    (tmp_path / "footnote.toml").write_text('index = "milvus:http://host:19530#news"\n')
    settings = Settings.load({"FOOTNOTE_MILVUS_TOKEN": "root:geheim"}, tmp_path)
    assert settings.index == MilvusAddress("http://host:19530", "news", "root:geheim")
    assert "geheim" not in repr(settings) + str(settings.index)
    other = settings.with_index("milvus:./a.db").index
    assert other == MilvusAddress("./a.db", token="root:geheim")
    assert settings.with_index(MilvusAddress("./a.db")).index == other
    assert settings.with_index("folder").index == Path("folder")


def test_uploads_stand_beside_a_file_and_beside_other_things_of_a_server() -> None:
    assert uploads_of(Settings(index=MilvusAddress("/srv/wiki.db"))) == Path("/srv/wiki.db-uploads")
    expected = Path(".footnote/news-uploads").absolute()
    assert uploads_of(Settings(index=MilvusAddress("http://host:19530", "news"))) == expected


def test_a_retriever_takes_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOOTNOTE_MILVUS_TOKEN", "geheim")
    found: Any = FootnoteRetriever(index="milvus:http://host:19530")  # type: ignore[arg-type]
    assert found.index == MilvusAddress("http://host:19530") and "geheim" not in repr(found)
    assert found._serving.settings.index.token == "geheim"
    with pytest.raises(ValueError, match="is no address of Milvus"):
        FootnoteRetriever(index="milvus:nowhere")  # type: ignore[arg-type]


def test_a_server_that_does_not_answer_is_named_without_its_token() -> None:
    with socket.socket() as held:  # bound and not listening: nobody else gets the port
        held.bind(("127.0.0.1", 0))
        address = MilvusAddress(f"http://127.0.0.1:{held.getsockname()[1]}", token="root:geheim")
        for use in (open_index, lambda place: ingest(["a"], place, HashedWords())):
            with pytest.raises(FootnoteIndexError) as caught:
                use(address)
            assert f"no Milvus server answers at {address.uri}, or it refuses the token; start it" in str(caught.value)
            assert "geheim" not in str(caught.value)
        assert public_message(caught.value, address).startswith("no Milvus server answers at its address, or")
    failed = FootnoteIndexError(f"the index at {address} cannot be asked (no route to {address.uri[7:]})")
    assert public_message(failed, address) == "the index at its address cannot be asked (no route to its address)"


def test_a_file_that_another_process_has_open_is_named_with_the_remedy(tmp_path: Path) -> None:
    file = tmp_path / "held.db"
    code = (
        "import sys\nfrom index.address import MilvusAddress\nfrom index.milvus.client import connect\n"
        "connect(MilvusAddress(sys.argv[1]))\nprint('open', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(file)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "open\n"
        with pytest.raises(FootnoteIndexError) as caught:
            open_index(MilvusAddress(str(file)))
        other.communicate()
    assert "another process has it open" in str(caught.value) and "run a Milvus server" in str(caught.value)
    assert str(tmp_path) not in public_message(caught.value, MilvusAddress(str(file)))


@pytest.mark.parametrize("missing", ["pymilvus", "milvus_lite"])
def test_without_the_libraries_the_command_to_install_them_is_said(
    missing: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    with pytest.raises(FootnoteIndexError, match=r"python -m pip install -r requirements-milvus\.txt"):
        open_index(MilvusAddress(str(tmp_path / "new.db")))
    assert list(tmp_path.iterdir()) == []


def test_status_and_messages_for_readers(milvus_file: Path, tmp_path: Path) -> None:
    address = MilvusAddress(str(milvus_file), "status")
    with pytest.raises(IndexMissingError) as caught:
        index_status(Settings(index=address))
    assert public_message(caught.value, address) == "there is no index at index.db; make one: python ingest.py PATH"
    ingest([str(write_articles(tmp_path / "a"))], address, HashedWords())
    status = index_status(Settings(index=address))
    assert (status.documents, status.passages) == (3, open_index(address).manifest.passages)
    assert status == index_status(Settings(index=address))


def test_a_damaged_manifest_is_named_with_the_remedy(milvus_file: Path, tmp_path: Path) -> None:
    address = MilvusAddress(str(milvus_file), "damaged")
    ingest([str(write_articles(tmp_path / "a"))], address, HashedWords())
    client = connect(address)
    (row,) = client.rows(RECORDS, 'kind == "manifest"', [field.name for field in RECORDS.fields])
    for payload, said in (("{", "its manifest cannot be read"), ('{"format_version": 99}', "format version 99")):
        client.put(RECORDS, [{**row, "payload": payload}])
        with pytest.raises(IndexCorruptError, match=said):
            open_index(address)
    client.remove(RECORDS, 'kind == "manifest"')
    with pytest.raises(IndexCorruptError, match="ingest your articles again into another name"):
        open_index(address)


def test_the_commands_take_an_address(milvus_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    address = MilvusAddress(str(milvus_file), "commands")

    def run(*arguments: str) -> int:
        return main([*arguments, "--index", str(address)], default_index=tmp_path / "none", model="/no/such/model")

    assert run("--list") == 1
    assert f"error: there is no index at {address}; make one: python ingest.py PATH --index {address}" in (
        capsys.readouterr().err
    )
    ingest([str(write_articles(tmp_path / "a"))], address, HashedWords())
    assert run("--list") == 0
    assert [line.split("\t")[0] for line in capsys.readouterr().out.splitlines()] == [
        *("bakery.txt", "ferry.txt", "owls.md"),
    ]
    assert main(["a", "--index", "milvus:nowhere"], default_index=tmp_path / "none", model="/no/such/model") == 1
    assert "'milvus:nowhere' is no address of Milvus" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]
