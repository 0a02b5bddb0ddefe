"""Many programs at once: python -m benchmarks.load [--clients 50] [--seconds 180] [--index DIR] [--direct]

Starts the server as users do, and nginx before it with deploy/nginx.conf on free ports, and lets each client ask, wait
for the whole answer and ask again at once: the even ones /api/ask, the odd ones /api/ask/stream. A client that is told
to come later (429) does so after `Retry-After`. Prints how many answers a second there were, the milliseconds to an
answer, errors, and the server's memory each half minute. `--direct` leaves nginx out.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from benchmarks.served import disguised, index_of, nginx, questions, resident_mib, row, serving

_PATIENCE_S = 180
_EVERY_S = 30


@dataclass
class Told:
    """What the clients met: milliseconds to whole answers and to the first event of streams."""

    answers: list[float] = field(default_factory=list)
    first: list[float] = field(default_factory=list)
    abstained: int = 0
    later: int = 0
    errors: list[str] = field(default_factory=list)


async def client(http: httpx.AsyncClient, seed: int, asked: list[str], until: float, told: Told) -> None:
    """Asks again as soon as it has its answer, until the time is over."""
    chance = random.Random(seed)
    while time.perf_counter() < until:
        body = {"question": disguised(chance.choice(asked), chance)}
        started = time.perf_counter()
        try:
            status, text, wait = await (_streamed if seed % 2 else _whole)(http, body, told, started)
        except httpx.HTTPError as error:
            told.errors.append(type(error).__name__)
            continue
        if status == 429:
            told.later += 1
            await asyncio.sleep(wait)
        elif status != 200 or '"sentences"' not in text:
            told.errors.append(f"{status} {text[:200]}")
        else:
            told.answers.append((time.perf_counter() - started) * 1000)
            told.abstained += '"abstained": true' in text


async def _whole(http: httpx.AsyncClient, body: dict[str, str], _: Told, _started: float) -> tuple[int, str, float]:
    response = await http.post("api/ask", json=body)
    return response.status_code, response.text, float(response.headers.get("retry-after", 1))


async def _streamed(
    http: httpx.AsyncClient, body: dict[str, str], told: Told, started: float
) -> tuple[int, str, float]:
    async with http.stream("POST", "api/ask/stream", json=body) as response:
        text = ""
        async for line in response.aiter_lines():
            if line.startswith("event: passages"):
                told.first.append((time.perf_counter() - started) * 1000)
            text += line + "\n"
    return response.status_code, text, float(response.headers.get("retry-after", 1))


async def measure(address: str, pid: int, clients: int, seconds: float) -> None:
    """Warms the models up, lets the clients in, and prints what they met."""
    asked, told = questions(), Told()
    limits = httpx.Limits(max_connections=clients)
    async with httpx.AsyncClient(base_url=address, timeout=_PATIENCE_S, limits=limits) as http:
        await client(http, 0, asked, time.perf_counter() + 10, Told())
        started = time.perf_counter()
        watch = asyncio.create_task(_watch(pid, started))
        await asyncio.gather(*(client(http, 1 + n, asked, started + seconds, told) for n in range(clients)))
        watch.cancel()
        took = time.perf_counter() - started
    print(f"{clients} clients for {took:.0f} s: {len(told.answers)} answers, {len(told.answers) / took:.2f} a second")
    print(f"{told.abstained} abstentions, {told.later} times told to come later, {len(told.errors)} errors")
    print(row("passages", told.first), row("answer", told.answers), sep="\n")
    print(f"memory at the end {resident_mib(pid):,.0f} MiB")
    for error in sorted(set(told.errors)):
        print(f"error: {error}")


async def _watch(pid: int, started: float) -> None:
    while True:
        print(f"memory after {time.perf_counter() - started:4.0f} s {resident_mib(pid):,.0f} MiB", flush=True)
        await asyncio.sleep(_EVERY_S)


def main() -> None:
    parser = argparse.ArgumentParser(description="Many programs at once.")
    parser.add_argument("--clients", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=180)
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--index", type=Path, help="an index of your own")
    parser.add_argument("--direct", action="store_true", help="without nginx")
    options = parser.parse_args()
    with serving(options.index or index_of(options.passages)) as (server, pid):
        if options.direct:
            asyncio.run(measure(f"http://{server}/", pid, options.clients, options.seconds))
            return
        with nginx(server) as address:
            asyncio.run(measure(address, pid, options.clients, options.seconds))


if __name__ == "__main__":
    main()
