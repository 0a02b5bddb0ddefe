"""Many readers at once: python -m benchmarks.sessions [--readers 30] [--seconds 120] [--passages 10000] [--index DIR]

Starts the server as users do, opens a session for each reader over the page's own web socket, and lets each ask, wait
for the answer, think for a while and ask again; no browser, so that what is measured is the server. Questions are those
of the bundled suites, with the case of their words changed at random: no two are the same to a cache, all cost the
same. Prints the milliseconds to the first sign of the question on the page and to its answer, errors, and the server's
memory when the readers have come and when they go. Without --index an index of as many passages is made of the
sentences of the bundled articles, shuffled, and kept under .footnote for the next time.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.served import disguised, index_of, questions, resident_mib, row, serving

_PATIENCE_S = 60


@dataclass
class Told:
    """What the readers met, in milliseconds."""

    signs: list[float] = field(default_factory=list)
    answers: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Session:
    """One tab of a browser, without the browser."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._input = ""
        self._turns = 0

    async def open(self) -> None:
        """Loads the page."""
        await self._run(BackMsg())
        async for message in self._messages():
            element = message.delta.new_element
            if element.WhichOneof("type") == "chat_input":
                self._input = element.chat_input.id
            if message.WhichOneof("type") == "script_finished" and self._input:
                return

    async def ask(self, question: str) -> tuple[float, float]:
        """Milliseconds to the first sign of the question and to its answer; raises RuntimeError for an error's note."""
        self._turns += 1
        asked, sign, answer = BackMsg(), 0.0, 0.0
        widget = asked.rerun_script.widget_states.widgets.add(id=self._input)
        widget.chat_input_value.data = question
        turn = f'id="t{self._turns}"'
        started = time.perf_counter()
        await self._run(asked)
        async for message in self._messages():
            shown = message.delta.new_element.html.body
            if turn in shown:
                now = (time.perf_counter() - started) * 1000
                sign = sign or now
                if "fn-notice" in shown:
                    raise RuntimeError(shown)
                if "fn-answer" in shown:
                    answer = answer or now
            if message.WhichOneof("type") == "script_finished" and answer:
                return sign, answer
        raise RuntimeError("the connection ended")

    async def _run(self, message: BackMsg) -> None:
        message.rerun_script.query_string = ""
        await self._socket.send(message.SerializeToString())

    async def _messages(self) -> AsyncIterator[ForwardMsg]:
        async with asyncio.timeout(_PATIENCE_S):
            async for data in self._socket:
                message = ForwardMsg()
                message.ParseFromString(data if isinstance(data, bytes) else data.encode())
                yield message


async def reader(address: str, seed: int, questions: list[str], think_s: float, until: float, told: Told) -> None:
    """One who asks, reads, and asks again until the time is over."""
    chance = random.Random(seed)
    try:
        async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:  # type: ignore[list-item]
            session = Session(socket)
            await session.open()
            await asyncio.sleep(chance.uniform(0, think_s))
            while time.perf_counter() < until:
                sign, answer = await session.ask(disguised(chance.choice(questions), chance))
                told.signs.append(sign)
                told.answers.append(answer)
                await asyncio.sleep(chance.uniform(0.5, 1.5) * think_s)
    except Exception as error:  # whatever it is, the reader has no answer: that is what is counted
        told.errors.append(f"{type(error).__name__}: {str(error)[:200]}")


async def measure(address: str, pid: int, readers: int, seconds: float, think_s: float) -> None:
    """Warms the models up, lets the readers in, and prints what they met."""
    asked, told = questions(), Told()
    await reader(f"ws://{address}/_stcore/stream", 0, asked, 0.1, time.perf_counter() + 10, Told())
    alone = Told()
    await reader(f"ws://{address}/_stcore/stream", 1, asked, 0.5, time.perf_counter() + 20, alone)
    print(f"alone, {len(alone.answers)} questions, {len(alone.errors)} errors {alone.errors[:1] or ''}")
    print(row("first sign", alone.signs), row("answer", alone.answers), sep="\n")
    before, until = resident_mib(pid), time.perf_counter() + seconds
    who = [reader(f"ws://{address}/_stcore/stream", 2 + n, asked, think_s, until, told) for n in range(readers)]
    await asyncio.gather(*who)
    print(f"{readers} readers for {seconds:.0f} s, {len(told.answers)} questions, {len(told.errors)} errors")
    print(row("first sign", told.signs), row("answer", told.answers), sep="\n")
    print(f"memory {before:,.0f} MiB at the start, {resident_mib(pid):,.0f} MiB at the end")
    for error in sorted(set(told.errors)):
        print(f"error: {error}")


def main() -> None:
    parser = argparse.ArgumentParser(description="Many readers at once.")
    parser.add_argument("--readers", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--think", type=float, default=10, help="seconds that a reader thinks between two questions")
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--index", type=Path, help="an index of your own")
    options = parser.parse_args()
    with serving(options.index or index_of(options.passages)) as (address, pid):
        asyncio.run(measure(address, pid, options.readers, options.seconds, options.think))


if __name__ == "__main__":
    main()
