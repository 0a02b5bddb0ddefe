"""Real wikis on a port of this machine, served by PHP itself."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from tests.wikis.make import DOKUWIKI, MEDIAWIKI, SHIPPED_PAGES

CONFIGURED = Path(os.environ.get("DOKUWIKI_CONF", "/etc/dokuwiki"))
_UP_S = 60.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def dokuwiki(folder: Path, pages: Mapping[str, str]) -> Iterator[str]:
    """Debian's DokuWiki with its configuration and data in the folder (conf/, data/), and these pages by their ids; its
    address, which is of another site than 127.0.0.1."""
    for name in ("cache", "index", "locks", "tmp", "meta", "attic", "media_attic", "media_meta", "log"):
        (folder / "data" / name).mkdir(parents=True)
    for name in ("pages", "media"):
        shutil.copytree(SHIPPED_PAGES.parent / name, folder / "data" / name)
    shutil.copytree(CONFIGURED, folder / "conf")
    local = folder / "conf" / "local.php"
    local.write_text(
        f"<?php $conf['savedir'] = '{folder}/data'; $conf['useacl'] = 0; $conf['title'] = 'Newsroom wiki';"
    )
    (folder / "first.php").write_text(f"<?php define('DOKU_CONF', '{folder}/conf/');", "utf-8")
    for id, text in pages.items():
        path = folder / "data" / "pages" / f"{id.replace(':', '/')}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    with _php(DOKUWIKI, {}, "-d", f"auto_prepend_file={folder / 'first.php'}") as address:
        yield address


@contextmanager
def mediawiki(settings: Path, port: int) -> Iterator[str]:
    """Debian's MediaWiki with these settings, at the port that they name."""
    with _php(MEDIAWIKI, {"MW_CONFIG_FILE": str(settings)}, port=port) as address:
        yield address


@contextmanager
def _php(root: Path, environment: Mapping[str, str], *options: str, port: int | None = None) -> Iterator[str]:
    port = port or free_port()
    command = [
        "php",
        "-d",
        "display_errors=stderr",
        "-d",
        "opcache.enable=0",
        *options,
        "-S",
        f"localhost:{port}",
        "-t",
        str(root),
    ]
    known = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8", **environment}
    server = subprocess.Popen(command, env=known, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_until_up(f"http://localhost:{port}/", server)
        yield f"http://localhost:{port}/"
    finally:
        server.terminate()
        server.wait()


def _wait_until_up(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _UP_S
    while time.monotonic() < deadline:
        try:
            with urlopen(f"{address}README", timeout=5):
                return
        except HTTPError as answered:
            answered.close()
            return
        except (URLError, OSError):
            assert server.poll() is None, "php ended"
            time.sleep(0.1)  # between two attempts; there is nothing to wait on before the port is open
    raise AssertionError(f"no wiki came up at {address}")
