"""Makes real wikis with the programs that Debian packages: `python -m tests.wikis.make FOLDER`.

FOLDER/mediawiki holds current.xml and full.xml (dumpBackup.php), FOLDER/dokuwiki data/ (pages saved by dwpage.php, and
those that the package ships), each with rendered.json: what the wiki makes of its pages, by title or id.

Each wiki lives in FOLDER alone; no web server is needed. Takes about a minute.
"""

from __future__ import annotations

import json
import os
import shutil
import struct
import subprocess
import sys
import zlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

from tests.wikis import town_dokuwiki, town_mediawiki

HERE = Path(__file__).parent
MEDIAWIKI = Path(os.environ.get("MEDIAWIKI", "/usr/share/mediawiki"))
DOKUWIKI = Path(os.environ.get("DOKUWIKI", "/usr/share/dokuwiki"))
SHIPPED_PAGES = Path(os.environ.get("DOKUWIKI_PAGES", "/var/lib/dokuwiki/data/pages"))
INSTALL = (
    "apt-get install -y --no-install-recommends php-cli php-cgi php-sqlite3 micro-httpd mediawiki dokuwiki "
    "(as root, with DEBIAN_FRONTEND=noninteractive)"
)
ADDRESS = "https://hallowby.example"
_WRITTEN = datetime(2023, 5, 1, 10, tzinfo=UTC).timestamp()
_SETTINGS = f"""
$wgArticlePath = '/wiki/$1';
$wgServer = '{ADDRESS}';
$wgMainCacheType = CACHE_NONE;
$wgEnableUploads = true;
$wgUseImageResize = false;
$wgUploadDirectory = __DIR__ . '/images';
$wgCacheDirectory = __DIR__ . '/cache';
$wgShellLocale = 'C.UTF-8';
wfLoadExtension( 'Cite' );
wfLoadExtension( 'ParserFunctions' );
wfLoadExtension( 'Poem' );
wfLoadExtension( 'SyntaxHighlight_GeSHi' );
"""


def missing() -> str | None:
    """What is not installed and how to get it; None if all is there."""
    if shutil.which("php") is None:
        return f"there is no php; run: {INSTALL}"
    for name, needed in (("MEDIAWIKI", MEDIAWIKI / "maintenance"), ("DOKUWIKI", DOKUWIKI / "bin")):
        if not needed.is_dir():
            return f"there is no {needed}; run: {INSTALL}, or set {name}"
    if not os.access(SHIPPED_PAGES / "wiki", os.R_OK | os.X_OK):
        return f"DokuWiki's own pages cannot be read in {SHIPPED_PAGES}; run as root, or set DOKUWIKI_PAGES to a copy"
    return None


def make_mediawiki(folder: Path) -> None:
    """Sets a wiki up in the folder, writes the pages, dumps and renders them. Raises CalledProcessError."""
    settings = install_mediawiki(folder := folder.absolute(), ADDRESS, "/w")
    settings.write_text(settings.read_text("utf-8") + _SETTINGS, "utf-8")
    (folder / "pictures").mkdir()
    (folder / "pictures" / "Lady Ossory.png").write_bytes(_picture())
    maintain("importImages.php", str(folder / "pictures"), configured=settings)
    write_mediawiki(folder, settings, town_mediawiki.PAGES)
    for title, text in town_mediawiki.EDITS.items():
        maintain("edit.php", "--user", "Bo Tarnwell", title, configured=settings, text=text)
    for kind in ("current", "full"):
        dumped = maintain("dumpBackup.php", f"--{kind}", "--quiet", configured=settings)
        (folder / f"{kind}.xml").write_bytes(dumped)
    maintain(HERE / "render.php", str(folder / "rendered.json"), configured=settings)


def install_mediawiki(folder: Path, address: str, scripts: str) -> Path:
    """Sets an empty wiki up in the folder, to be served at the address with its scripts below the path; the file of its
    settings. Raises CalledProcessError."""
    folder = folder.absolute()
    for name in ("images", "cache", "files"):
        (folder / name).mkdir(parents=True)
    sites = ["--server", address, "--scriptpath", scripts, "--dbtype", "sqlite", "--dbname", "wiki"]
    paths = ["--dbpath", str(folder / "db"), "--confpath", str(folder)]
    maintain("install.php", *sites, *paths, "--pass", "a-quay-of-salt", "Hallowby Wiki", "Keeper", configured=None)
    return folder / "LocalSettings.php"


def write_mediawiki(folder: Path, settings: Path, pages: Mapping[str, str]) -> None:
    """Writes pages by their titles into the wiki in the folder. Raises CalledProcessError."""
    files = [_written(folder / "files" / f"{title}.txt", text) for title, text in pages.items()]
    maintain("importTextFiles.php", "--use-timestamp", "--user", "Ada Quern", *map(str, files), configured=settings)


def maintain(script: str | Path, *arguments: str, configured: Path | None, text: str = "") -> bytes:
    """Runs one of MediaWiki's maintenance scripts; what it prints."""
    path = MEDIAWIKI / "maintenance" / script  # or the script itself, if its path is absolute
    conf = ["--conf", str(configured)] if configured else []
    return _php(str(path), *conf, *arguments, text=text, environment={"MW_INSTALL_PATH": str(MEDIAWIKI)})


def make_dokuwiki(folder: Path) -> None:
    """Sets a wiki up in the folder, writes the pages and renders them. Raises CalledProcessError."""
    folder = folder.absolute()
    for name in ("cache", "index", "locks", "tmp", "media", "meta", "attic", "media_attic", "media_meta", "log"):
        (folder / "data" / name).mkdir(parents=True)
    shutil.copytree(SHIPPED_PAGES, folder / "data" / "pages")
    (folder / "conf").mkdir()
    (folder / "conf" / "local.php").write_text(f"<?php $conf['savedir'] = '{folder}/data';", "utf-8")
    (folder / "first.php").write_text(f"<?php define('DOKU_CONF', '{folder}/conf/');", "utf-8")
    for pages in (town_dokuwiki.PAGES, town_dokuwiki.EDITS):
        for page, text in pages.items():
            _written(folder / "page", text)
            _doku(folder, "dwpage.php", "commit", "-m", "written", str(folder / "page"), page)
    rendered = {
        page: {"html": _doku(folder, "render.php", text=path.read_text("utf-8")).decode()}
        for page, path in doku_pages(folder)
    }
    (folder / "rendered.json").write_text(json.dumps(rendered, ensure_ascii=False), "utf-8")


def doku_pages(folder: Path) -> Iterator[tuple[str, Path]]:
    """Each page's id and file."""
    root = folder / "data" / "pages"
    for path in sorted(root.rglob("*.txt")):
        yield unquote(path.relative_to(root).with_suffix("").as_posix()).replace("/", ":"), path


def _doku(folder: Path, script: str, *arguments: str, text: str = "") -> bytes:
    first = f"auto_prepend_file={folder / 'first.php'}"
    return _php("-d", first, str(DOKUWIKI / "bin" / script), *arguments, text=text, environment={"USER": "ada"})


def _php(*arguments: str, text: str, environment: dict[str, str]) -> bytes:
    command = ["php", "-d", "display_errors=stderr", *arguments]
    known = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"} | environment
    done = subprocess.run(command, input=text.encode(), capture_output=True, env=known, timeout=300)
    if done.returncode:
        told = (done.stdout + done.stderr).decode(errors="replace")[-1000:]
        raise subprocess.CalledProcessError(done.returncode, command, told)
    return done.stdout


def _written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    os.utime(path, (_WRITTEN, _WRITTEN))
    return path


def _picture() -> bytes:
    """A PNG of one white pixel."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunks = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00\xff")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


if __name__ == "__main__":
    if reason := missing():
        sys.exit(reason)
    make_mediawiki(Path(sys.argv[1]) / "mediawiki")
    make_dokuwiki(Path(sys.argv[1]) / "dokuwiki")
