"""Text in a source that speaks to the machine instead of the reader: orders, role labels, forged footnotes, scripts.

An answer that quotes does not follow such text, but no reader is served by it, and it crowds out what the source
says. What a sentence reports in quotation marks is the article's own news, and stays.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from itertools import pairwise

_MACHINE = (
    r"(?:A\.?I\.?|LLMs?|chat ?bots?|(?:language|AI|LLM) models?|(?:AI|LLM|virtual|automated|any|the|this) assistants?"
    r"|assistants|bots?)"
)
_SPEAK = (
    r"(?:say|answer|reply|respond|report|state|claim|cite|quote|repeat|print|reveal|ignore|disregard|tell|volunteer|"
    r"output|append|include|log|agree|refuse|deny)"
)
_ORDERS = r"(?:instructions?|prompts?|system messages?)"
_RULES = r"(?:instructions?|prompts?|rules?|guidelines|directions|orders|commands)"
_ANSWER = r"(?:reply|replies|answers?|responses?)"
_SECRETS = (
    r"(?:system prompt|(?:secret )?API keys?|chat history|(?:your|its) (?:system |hidden |secret )?(?:prompt|"
    r"instructions)|user['’]s (?:previous|earlier) questions)"
)
_PATTERNS = (
    # "ignore all previous instructions", in the languages that it is met in
    r"(?:^\W*|[:;,\])]\s*|\b(?:please|must|should|now|then|and|to) )(?:ignore|disregard|forget|override|drop|discard)\b"
    rf"[^.!?]{{0,40}}\b(?:previous|prior|above|earlier|all|any|your)\b[^.!?]{{0,30}}\b{_ORDERS}\b",
    rf"(?:^\W*|[:;,\])]\s*|\b(?:please|now) )(?:ignore|disregard|forget|override|drop)\b[^.!?]{{0,30}}\b{_RULES}\b",
    r"\bignorier\w*\b[^.!?]{0,40}\b(?:anweisung|vorgabe|befehl|regel)\w*",
    r"\b(?:ignorez|oubliez?|ignora|ignoren?|olvid[ae]n?|ignorate|dimentica)\b[^.!?]{0,40}\b(?:instruc\w*|consignes?|istruzion\w*|órdenes|ordini)\b",
    r"(?:игнорир|забудь|пренебрег)\w*[^.!?]{0,40}(?:инструкц|указани|команд|правил)\w*",
    r"(?:忽略|无视|忘记|無視)[^。！？]{0,20}(?:指令|指示|提示|说明)",
    # templates of chat models, labels of roles, imitated ends of the material
    r"<\|[\w ]{1,30}\|>|\[/?INST\]|\[/?tool_(?:result|call)\b|^```\s*(?:assistant|system|user)\b",
    r"</?(?:context|system|instructions?|passages?|sources?|user|assistant|tool_result)\b[^>]*>",
    r"^[\W_]*(?:system|developer|assistant|chat ?bot|AI|human|user)(?: (?:message|prompt|note|instructions?))?\s*:",
    r"(?:^|\s)#{2,}\s*(?:system|assistant|user|instructions?|response)\b",
    r"\b(?:system|developer) (?:message|prompt)\b\s*[:.]",
    r"\bend of (?:the )?(?:passages|context|documents?|sources|prompt)\b\W*$",
    # addressed to machines
    rf"^\W*{_MACHINE}\s*:\s*(?:please )?{_SPEAK}\b",
    r"\b(?:note|aside|message|comment|attention|instructions?|override|memo|warning|correction|notice|hint|reminder)"
    r"\W{0,3}(?:only )?(?:to|for)\W+"
    rf"(?:all |any |the |every )?{_MACHINE}\b",
    rf"\bto (?:any|all|every) {_MACHINE}\b|\bfor {_MACHINE}(?: \w+)? only\b|\bdear {_MACHINE}\b",
    rf"\b{_MACHINE}(?: (?:readers?|systems?|models?|assistants?|agents?))?(?: that [^,.!?]{{3,60}})?,? (?:must|shall|"
    r"should|(?:is|are) required to|(?:is|are|has|have) to) (?:always |never |only |not |therefore |then )*"
    rf"{_SPEAK}\b",
    r"\bthe assistant (?:must|shall|should)\b",
    r"\byou are (?:now )?(?:in (?:developer|debug|admin|jailbreak|god) mode|DAN\b)",
    # how an answer should look
    r"\b(?:answer|reply|respond)\b[^.!?]{0,30}\bonly (?:with\b|[A-Z]{4,})",
    r"\b(?:answer|reply|respond) (?:to )?every (?:question|message)\b|\bwhatever is asked\b",
    rf"\b(?:every|each|all|your) (?:later |whole |entire |final )?{_ANSWER}\b[^.!?]{{0,20}}\b(?:is|are|must|should)\b",
    rf"\b(?:begin|start|end|prefix|at the end of|in) (?:each|every|your|the) {_ANSWER}\b(?= with|[.,!]|$)",
    r"\bif anyone asks\b[^.!?]{0,60}\banswer\b|\btell the user\b",
    # what is to be given away
    r"\b(?:print|reveal|show|repeat|output|send|list|disclose|tell me|what(?:['’]s| is))\b[^.!?]{0,50}\b"
    rf"{_SECRETS}\b|\ball the {_SECRETS}",
    # forged footnotes
    r"^\W*\[\d{1,3}\]\s|\bcite this (?:footnote|source)\b",
    r"\bno other (?:documents?|sources?|passages?|articles?) (?:needs?|is|are|has|have|should)\b",
)
_ADDRESSED = re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS), re.I)
# Code, which would act instead of being read; quotation marks are part of it.
_CODE = re.compile(
    r"<(?:script|iframe|img|style|svg|object|embed)\b|<[a-z]\w*(?:\s[\w-]+|[\s/][^<>]*?\bon[a-z]+)\s*=|"
    r"\bjavascript:|<!--|"
    r"!\[[^\]]*\]\(\w+:|\]\(https?://|\{\s*\"(?:answer|role|citations|tool|function)\"\s*:",
    re.I,
)
_OF_ITSELF = re.compile(
    r"\[\d{1,3}\]|\b(?:above|below|instructions?|passages?|footnotes?|sources?|prompts?|answers?)\b", re.I
)
_LOOSE_FOOTNOTES = re.compile(r"\[\d{1,3}\]\s+\[\d{1,3}\]")
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»|„[^“]*“")
_LABEL = re.compile(
    r"<\|[\w ]+\|>\s*\w*\W*$|\bend of (?:the )?(?:passages|context|documents?|sources|prompt)\b\W*$|^\W*\w+\s*:\W*$",
    re.I,
)


# Without one of these no pattern can match: signs, beginnings of words, letters of other scripts (and those that case
# makes equal to an i). Most sentences hold none, and looking for them takes a twentieth of the time.
_SIGNS = re.compile(r"[<&{}\[\]`#\u0250-\u1fff\u2c00-\U0010ffff\u0130\u0131]")
_BEGINNINGS = frozenset(  # of five letters at most
    "ignor disre forge overr drop disca oubli olvid dimen syste devel assis chat chatb bot bots ai llm llms langu "
    "model human user users instr promp end answe reply repli respo asked anyon api javas cite docum sourc passa "
    "artic".split()
)
_BEGINNING = re.compile(r"[^\W_]+")


def _may_address(text: str) -> bool:
    if _SIGNS.search(text):
        return True
    folded = text.casefold()
    return "a.i" in folded or not _BEGINNINGS.isdisjoint([word[:5] for word in _BEGINNING.findall(folded)])


def _is_addressed(text: str) -> bool:
    return _may_address(text) and bool(_ADDRESSED.search(text))


def addresses_machine(text: str) -> bool:
    """True if a sentence, what it reports in quotation marks left out, speaks to the machine that reads it."""
    if not _may_address(text):
        return False
    own = _QUOTED.sub(" ", text)
    return bool(_CODE.search(unescape(text))) or _is_addressed(own if any(c.isalnum() for c in own) else text)


def machine_text(sentences: Sequence[str], opens: Sequence[bool]) -> frozenset[int]:
    """The numbers of an article's sentences that speak to the machine. `opens` tells which open a paragraph.

    A paragraph that opens so is an order as a whole; after a bare label, so is the next paragraph. Inside an
    honest paragraph only the sentence itself is meant.
    """
    found: set[int] = set()
    whole = label = False
    for number, (text, first) in enumerate(zip(sentences, opens, strict=True)):
        if first:
            whole, label = label, False
        if addresses_machine(text):
            whole = whole or first
            label = first and bool(_LABEL.search(text))
            found.add(number)
        elif whole:
            found.add(number)
    return frozenset(found)


def doubtful_text(sentences: Sequence[str], opens: Sequence[bool], hostile: frozenset[int]) -> frozenset[int]:
    """The numbers of other sentences that an answer should not bring up by itself: those that report text for the
    machine in quotation marks, and, in a paragraph with such text or with loose footnotes, those that speak of the text
    itself. What else such a paragraph says is the article's own: an attack should not silence it."""
    found = {n for n, text in enumerate(sentences) if _QUOTED.search(text) and _is_addressed(text)}
    starts = [n for n, first in enumerate(opens) if first or n == 0]
    for start, end in pairwise([*starts, len(sentences)]):
        paragraph = range(start, end)
        if any(n in hostile or _LOOSE_FOOTNOTES.search(sentences[n]) for n in paragraph):
            found.update(n for n in paragraph if _OF_ITSELF.search(sentences[n]))
    return frozenset(found - hostile)  # what speaks to it in words of its own is hostile
