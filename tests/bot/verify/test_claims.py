"""What a model writes becomes claims, the same streamed and whole."""

from __future__ import annotations

import random

import pytest

from bot.verify.claim import Claim
from bot.verify.claims import ClaimStream, claims
from bot.verify.markers import numbers_of, only_markers, without_markers

ANSWER = """<think>The user wants [1]. Or not.
Done.</think>**Answer:** Here is what the sources say:

## Background
- **Penhale** said that the board must give up *hope* [1][2]. He called it the sole way.[3]
- Brandt, e.g. in March, offered peace [1, 2]. Dr. Smith of the U.S. Army agreed (3).
1. The ferry stopped 【4】
2) The bakery opened[^5]

What did he say? He said “No. Never.” twice [1-3].

The text is hard
wrapped like this [2].
[7]

According to [2], the sky is blue. Passage 3 says that it rained.

```python
print("hi. there")
```
| Name | Age |
|---|---|
| Penhale | 61 [2] |

Sources:
[1] An article. 2022.
- Third

[^1]: a note
"""


def streamed(text: str, seed: int) -> list[Claim]:
    rng, stream, found, at = random.Random(seed), ClaimStream(), [], 0
    while at < len(text):
        size = rng.choice([1, 1, 2, 3, 5, 8, 40])
        found += stream.feed(text[at : at + size])
        at += size
    return found + stream.close()


def test_an_answer_with_all_that_models_do() -> None:
    assert claims(ANSWER) == [
        Claim("Here is what the sources say:", ()),
        Claim("Penhale said that the board must give up hope.", (1, 2)),
        Claim("He called it the sole way.", (3,)),
        Claim("Brandt, e.g. in March, offered peace.", (1, 2)),
        Claim("Dr. Smith of the U.S. Army agreed.", (3,)),
        Claim("The ferry stopped", (4,)),
        Claim("The bakery opened", (5,)),
        Claim("He said “No. Never.” twice.", (1, 2, 3)),
        Claim("The text is hard wrapped like this.", (2, 7)),
        Claim("The sky is blue.", (2,)),
        Claim("It rained.", (3,)),
        Claim("Penhale; 61", (2,)),
    ]


_PIECES = [
    *"aA.!?:,\n\n  \"“”()*_`#-|1234[]",
    "[1]", "[2, 3]", "【4】", "(1)", "¹", "Mr. ", "e.g. ", "U.S. ", "Sources:\n", "```\n", "<think>", "</think>",
    "said ", "The ferry stopped. ", "“It has won,” he said. ", "- ", "1. ", "| a | b |\n", "|---|---|\n",
    "[^1]: ", "\r\n", "é", "日。",
]  # fmt: skip


@pytest.mark.parametrize("seed", range(60))
def test_any_cutting_into_tokens_gives_the_same_claims(seed: int) -> None:
    rng = random.Random(seed)
    text = "".join(rng.choice(_PIECES) for _ in range(rng.randint(0, 120)))
    for part in (text, ANSWER):
        assert streamed(part, seed) == claims(part)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        (" \n\n ", []),
        ("[1]", []),
        ("...", []),
        ("He stopped.[99] 5,532 came [1; 2 and 4].", [("He stopped.", (99,)), ("5,532 came.", (1, 2, 4))]),
        ("It cost $3.5 million.[2]Then it fell.", [("It cost $3.5 million.", (2,)), ("Then it fell.", ())]),
        ("In 2022 [2022] it was [sic] so (1988).", [("In 2022 [2022] it was [sic] so (1988).", ())]),
        ("See [the page](http://x.y/z) [1](http://x.y).", [("See the page.", (1,))]),
        ("[1] The ferry stopped. [2] The bakery opened.", [("The ferry stopped.", (1,)), ("The bakery opened.", (2,))]),
        ("Sources: [1], [2]", []),
        ("**Sources**\n1. The first. Text.\n2. Another.", []),
        ("It covers 40 km² of land.²", [("It covers 40 km² of land.", (2,))]),
        ("Is it so? [1]", []),
        ("He asked: “Who will pay?”", [("He asked: “Who will pay?”", ())]),
        ("```markdown\nThe ferry stopped [1].\n```", [("The ferry stopped.", (1,))]),
        ("“I would stop. Not go,” he said [1].", [("“I would stop. Not go,” he said.", (1,))]),
        ("The ferry stopped<sup>2</sup>. It [3†L1-4] rusts.", [("The ferry stopped.", (2,)), ("It rusts.", (3,))]),
        ("In the article [1], it rains.", [("It rains.", (1,))]),
        ("- [ ] The ferry stopped [1]", [("The ferry stopped", (1,))]),
        ("Паром стоит [1]. Он старый [2].", [("Паром стоит.", (1,)), ("Он старый.", (2,))]),
        ("Question: when?\nA: In May [1].", [("In May.", (1,))]),
    ],
)  # fmt: skip
def test_forms(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert [(c.text, c.cited) for c in claims(text)] == expected


def test_a_sentence_comes_as_soon_as_the_next_has_begun() -> None:
    stream = ClaimStream()
    assert stream.feed("The ferry stopped [1]. ") == []
    assert stream.feed("It rusts ") == [Claim("The ferry stopped.", (1,))]
    assert stream.feed("now.") == []
    assert stream.close() == [Claim("It rusts now.", ())]


def test_a_line_without_end_is_cut_somewhere() -> None:
    found = claims("word " * 5000)
    assert len(found) > 1
    assert sum(len(claim.text.split()) for claim in found) == 5000


@pytest.mark.parametrize(
    ("inside", "numbers"),
    [("1", (1,)), ("1, 2 and 4", (1, 2, 4)), ("2-4", (2, 3, 4)), ("Source 2, passage 3", (2, 3)),
     ("4-2", (4, 2)), ("¹²", (12,))],
)  # fmt: skip
def test_numbers_of_a_marker(inside: str, numbers: tuple[int, ...]) -> None:
    assert numbers_of(inside) == numbers


def test_where_markers_stood() -> None:
    plain = without_markers("A [1]. B[2]C")
    assert plain.text == "A. B C"
    assert plain.marks == ((1, (1,)), (4, (2,)))
    assert ["A [1]. B[2]C"[n] for n in plain.origin if n != 11] == ["A", ".", " ", "B"]
    assert only_markers(" [1] [2]. ") == (1, 2)
    assert only_markers("[1] and more") == ()
