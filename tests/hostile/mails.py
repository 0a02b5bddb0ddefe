"""Mail: parts within parts, headers that go on, charsets and codings that lie, mailboxes that break off."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tests.hostile.case import STORY, TEXT, Case, usable, useless

_HEAD = b"From: Hedda Brock <hedda@bell.example>\nSubject: The bell\nDate: Fri, 3 Mar 2023 10:00:00 +0000\n"
_PLAIN = b"\n" + " ".join(STORY).encode() + b"\n"
_LINE = b"From hedda@bell.example Fri Mar  3 10:00:00 2023\n"


def mails(chance: Random) -> Iterator[Case]:
    yield from _parts()
    yield from _headers()
    yield from _codings()
    yield from _boxes()


def _typed(kind: bytes, body: bytes = _PLAIN) -> bytes:
    return _HEAD + b"Content-Type: " + kind + b"\n" + body


def _parts() -> Iterator[Case]:
    def mixed(inner: bytes, boundary: bytes = b"b") -> bytes:
        return b"multipart/mixed; boundary=%s\n\n--%s\n%s\n--%s--\n" % (boundary, boundary, inner, boundary)

    part = b"--b\nContent-Type: text/plain\n\nThe bell.\n"
    yield useless(
        "mail with 10,000 MIME parts", "parts.eml", _typed(b"multipart/mixed; boundary=b", b"\n" + part * 10_000)
    )
    nested = b"text/plain\n" + _PLAIN
    for depth in range(300):
        nested = mixed(b"Content-Type: " + nested, b"b%d" % depth)
    yield useless("mail with parts nested 300 deep", "nested.eml", _HEAD + b"Content-Type: " + nested)
    inner = (_HEAD + b"Content-Type: message/rfc822\n\n") * 1_000 + TEXT
    yield useless("mail with nested messages 1,000 deep", "messages.eml", inner)
    many = b"".join(b"--b%d\nContent-Type: multipart/mixed; boundary=b%d\n\n" % (n, n + 1) for n in range(3_000))
    yield useless(
        "mail that opens 3,000 parts and closes none", "open.eml", _typed(b"multipart/mixed; boundary=b0", b"\n" + many)
    )
    yield usable("mail with a boundary that never comes", "never.eml", _typed(b"multipart/mixed; boundary=never"))
    yield usable("mail with an empty boundary", "empty.eml", _typed(b'multipart/mixed; boundary=""'))
    yield usable("mail in parts without a boundary", "none.eml", _typed(b"multipart/mixed"))
    yield usable(
        "mail with a boundary of 100,000 letters",
        "boundary.eml",
        _typed(b"multipart/mixed; boundary=" + b"b" * 100_000),
    )
    body = b"\n--b\nContent-Type: message/external-body; access-type=local-file; name=outside/secret.txt\n\n\n--b--\n"
    yield useless(
        "mail whose text is a file of this computer", "external.eml", _typed(b"multipart/mixed; boundary=b", body)
    )
    yield useless(
        "mail that is a part of a message", "partial.eml", _typed(b'message/partial; id="a"; number=1; total=9')
    )
    body = (
        b'\n--b\nContent-Type: application/x-dosexec\nContent-Disposition: attachment; filename="..\\a"\n\nMZ\n--b--\n'
    )
    yield useless("mail of a program and nothing else", "program.eml", _typed(b"multipart/mixed; boundary=b", body))
    yield useless("mail that is encrypted", "smime.eml", _typed(b"application/pkcs7-mime; smime-type=enveloped-data"))
    deep = b"\n" + b"<div>" * 100_000 + TEXT
    yield useless("mail in HTML nested 100,000 deep", "html.eml", _typed(b"text/html", deep))
    quotes = b"\n<p>" + TEXT + b"<blockquote type=cite>a</blockquote>b" * 3_000
    yield usable("mail in HTML with 3,000 quotes", "quotes.eml", _typed(b"text/html", quotes))
    yield usable(
        "mail in HTML that is a signature",
        "signature.eml",
        _typed(b"text/html", b'\n<html class="gmail_signature"><p>' + TEXT),
    )


def _headers() -> Iterator[Case]:
    def sent(kind: str, name: str, header: bytes) -> Case:
        return usable(kind, name, header + _HEAD + _PLAIN)

    yield sent("mail from comments in comments", "comments.eml", b"From: " + b"(" * 1_900 + b"a@b.example\n")
    yield sent("mail from groups in groups", "groups.eml", b"From: " + b"a:" * 900 + b";\n")
    yield sent("mail from a name in broken Base64", "base64.eml", b"From: =?utf-8?b?a?= <a@b.example>\n")
    yield sent("mail with a subject in broken Base64", "subject.eml", b"Subject: =?utf-8?b?a?=\n")
    yield sent("mail with a subject in no charset", "charset.eml", b"Subject: =?x-none?q?=FF=FE?= =?idna?q?xn--a?=\n")
    yield sent(
        "mail with a subject of 30,000 coded words", "words.eml", b"Subject: " + b"=?utf-8?q?a?= " * 30_000 + b"\n"
    )
    yield sent("mail with a subject of 100,000 lines", "folded.eml", b"Subject: a\n" + b" a\n" * 100_000)
    yield sent("mail with 50,000 headers", "headers.eml", b"".join(b"X-%d: a\n" % n for n in range(50_000)))
    yield sent("mail with a header of 1 MB", "header.eml", b"X-A: " + b"a" * 1_000_000 + b"\n")
    yield sent("mail with headers that are none", "bad.eml", b"\xff\xfe: a\n:\n a\nA\x00: \x00\n")
    marks = b'Content-Type: multipart/mixed; "' + b";" * 60_000 + b"\n"
    yield sent("mail with 60,000 semicolons in its type", "type.eml", marks)
    pieces = b"Content-Type: text/plain;" + b"".join(b" charset*%d*=a;" % n for n in range(3_000)) + b"\n"
    yield sent("mail with a charset in 3,000 pieces", "pieces.eml", pieces)
    yield sent("mail with a date that never was", "date.eml", b"Date: Xxx, 99 Yyy 99999999999 99:99:99 +999999\n")
    yield sent("mail with a name that leads out", "id.eml", b"Message-ID: <../../\xe2\x80\xaea\x1b[2J>\n")
    yield useless("mail of headers and nothing else", "only.eml", _HEAD)
    yield useless("text named as mail", "text.eml", TEXT)
    yield useless("a picture named as mail", "picture.eml", b"\xff\xd8\xff\xe0" + bytes(999))


def _codings() -> Iterator[Case]:
    def coded(kind: str, name: str, coding: bytes, body: bytes) -> Case:
        return usable(kind, name, _HEAD + b"Content-Transfer-Encoding: " + coding + b"\n\n" + body)

    yield usable(
        "mail with a lying charset",
        "lie.eml",
        _typed(b"text/plain; charset=utf-16", "\nÅ é ü “a”\n".encode("cp1252") + _PLAIN),
    )
    for number, charset in enumerate(
        (b"zip", b"rot13", b"utf-7", b"punycode", b"unicode_escape", b"../../etc", b"\xff" * 99)
    ):
        kind = f"mail in the charset {charset[:20].decode('ascii', 'replace')!a}"
        yield usable(kind, f"charset-{number}.eml", _typed(b"text/plain; charset=" + charset, _PLAIN + b"\xff\xfe"))
    yield coded("mail in Base64 that is none", "none64.eml", b"base64", TEXT)
    yield coded("mail in Base64 of NULs", "nuls64.eml", b"base64", b"AAAA" * 9_000)
    yield coded("mail in broken quoted-printable", "qp.eml", b"quoted-printable", TEXT + b"=\n=X=Y=ZZ" * 3_000)
    yield coded("mail in uuencode that breaks off", "uu.eml", b"x-uuencode", b"begin 644 /etc/hostname\nM" + b"a" * 999)
    yield coded("mail in a coding that is none", "coding.eml", b"x-none; \x00", TEXT)
    flowed = b"\n" + (b"a" * 200 + b" \n") * 20_000
    yield usable("mail of 20,000 long lines that flow", "flowed.eml", _typed(b"text/plain; format=flowed", flowed))
    yield usable("mail of 100,000 quoted lines", "quoted.eml", _HEAD + b"\n" + b"> a\n" * 100_000 + TEXT)
    yield usable("mail of 100,000 signatures", "signatures.eml", _HEAD + b"\n" + TEXT + b"\n-- \n" * 100_000)
    yield usable(
        "mail of headers of old messages", "old.eml", _HEAD + b"\n" + TEXT + b"\nFrom: a\nSent: b\nTo: c\n" * 9_000
    )
    yield useless("mail in UTF-16", "utf16.eml", (_HEAD + _PLAIN).decode().encode("utf-16"))


def _boxes() -> Iterator[Case]:
    whole = _LINE + _HEAD + _PLAIN + b"\n"
    yield usable("a mailbox with half a message", "half.mbox", whole + _LINE + _HEAD[:60])
    yield useless("a mailbox of 20,000 messages of nothing", "nothing.mbox", (_LINE + b"\n") * 20_000)
    yield usable("a mailbox with a bad message", "bad.mbox", whole + _LINE + b"no header\n\nno text\n")
    yield useless("a mailbox with no message", "none.mbox", TEXT)
    yield usable("a mailbox with NULs between its messages", "nuls.mbox", whole + bytes(9_999) + b"\n\n" + whole)
    dates = _LINE[:-5] + b" 1:11" * 30 + b"\n"
    yield usable("a mailbox whose lines are nearly the starts of messages", "nearly.mbox", whole + dates * 3_000)
    yield usable("a mailbox with one message 1,000 times", "same.mbox", whole * 1_000)
    other = b"".join(
        _LINE + b"Message-ID: <a@b>\n" + _HEAD + b"\nThe bell rang %d times that night.\n\n" % n for n in range(300)
    )
    yield usable("a mailbox with 300 messages of one name", "names.mbox", other)
