"""The ingest command line: add or refresh, list, remove, prune."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tqdm import tqdm

from index.build import IngestReport, Progress, ingest, remove
from index.encode import SentenceTransformerEncoder
from index.errors import FootnoteIndexError
from index.opened import open_index

_STAGES = {"read": "Reading", "encode": "Embedding"}
DONE, NOTHING_DONE, SOME_SKIPPED, INTERRUPTED = 0, 1, 3, 130


def main(arguments: Sequence[str], *, default_index: Path, model: str) -> int:
    """Runs the command. Returns 0 (all ingested), 3 (some skipped) or 1 (nothing done, or an error)."""
    options = _parser(default_index).parse_args(arguments)
    directory = Path(options.index) if options.index else default_index
    actions = bool(options.paths) + options.list + bool(options.remove) + options.prune
    if actions != 1:
        print("error: give paths to ingest, or one of --list, --remove, --prune (see --help)", file=sys.stderr)
        return NOTHING_DONE
    try:
        if options.list:
            return _list(directory, options.json)
        encoder = SentenceTransformerEncoder(model)
        with _Bars() as bars:
            if options.paths:
                report = ingest(options.paths, directory, encoder, progress=bars.show)
            elif options.prune:
                report = remove(directory, encoder, lambda d: not Path(d.origin).exists(), progress=bars.show)
            else:
                report = _remove(directory, encoder, options.remove, bars.show)
    except FootnoteIndexError as error:
        print(f"error: {error}", file=sys.stderr)
        return NOTHING_DONE
    except OSError as error:
        where = f" ({error.filename})" if error.filename else ""
        print(f"error: {error.strerror or error}{where}; the previous index is untouched", file=sys.stderr)
        return NOTHING_DONE
    except KeyboardInterrupt:
        print("interrupted; the previous index is untouched", file=sys.stderr)
        return INTERRUPTED
    _print_report(report, directory, options.json)
    done = len(report.added) + len(report.changed) + len(report.unchanged) + len(report.removed)
    if report.skipped:
        return SOME_SKIPPED if done else NOTHING_DONE
    return DONE if done or options.prune else NOTHING_DONE


def _parser(default_index: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python ingest.py", description="Put articles into the index.")
    parser.add_argument("paths", nargs="*", metavar="PATH", help="files (.txt, .md) or folders of them")
    parser.add_argument("--index", metavar="DIR", help=f"index directory (default: {default_index})")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    parser.add_argument("--list", action="store_true", help="list what is indexed")
    parser.add_argument("--remove", nargs="+", metavar="SOURCE", help="take these sources out")
    parser.add_argument("--prune", action="store_true", help="take out sources whose files are gone")
    return parser


def _list(directory: Path, as_json: bool) -> int:
    index = open_index(directory)
    counts = dict.fromkeys(index.documents, 0)
    for passage in index.passages:
        counts[passage.document_id] += 1
    rows = [
        {k: v for k, v in asdict(d).items() if k not in ("text", "origin")} | {"passages": counts[d.id]}
        for d in index.documents.values()
    ]
    if as_json:
        print(json.dumps({"index": str(directory), "documents": rows}, ensure_ascii=False, indent=1))
    else:
        for row in rows:
            print(f"{row['source']}\t{row['passages']} passages\t{row['title']}")
    return DONE


def _remove(
    directory: Path, encoder: SentenceTransformerEncoder, sources: list[str], progress: Progress
) -> IngestReport:
    indexed = {d.source for d in open_index(directory).documents.values()}
    unknown = [s for s in sources if s not in indexed]
    if unknown:
        raise FootnoteIndexError(f"{unknown[0]!r} is not in the index at {directory}; see --list for what is")
    return remove(directory, encoder, lambda d: d.source in sources, progress=progress)


def _print_report(report: IngestReport, directory: Path, as_json: bool) -> None:
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    if as_json:
        print(json.dumps({"index": str(directory), **asdict(report)}, ensure_ascii=False, indent=1))
        return
    parts = [
        f"{len(sources)} {name}"
        for name in ("added", "changed", "unchanged", "removed", "skipped")
        if (sources := getattr(report, name))
    ]
    print(
        f"{', '.join(parts) or 'nothing to do'}; {directory} now holds {report.documents} articles "
        f"in {report.passages} passages"
    )


class _Bars:
    """One progress bar a stage, on a terminal only."""

    def __enter__(self) -> _Bars:
        self._bars: dict[str, Any] = {}
        return self

    def __exit__(self, *_: object) -> None:
        for bar in self._bars.values():
            bar.close()

    def show(self, stage: str, done: int, total: int) -> None:
        if stage not in self._bars:
            self._bars[stage] = tqdm(total=total, desc=_STAGES[stage], disable=None, file=sys.stderr)
        self._bars[stage].update(done - self._bars[stage].n)
