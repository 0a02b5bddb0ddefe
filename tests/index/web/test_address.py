"""Web addresses: how they are written, and which may be fetched."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from index.errors import SourceError
from index.web.address import MAX_URL_CHARS, check_address, shown, target


def refusal(url: str, *, allow_private: bool = False) -> str:
    with pytest.raises(SourceError) as caught:
        target(url, allow_private=allow_private)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("https://news.example/a?b=c#d", "https://news.example/a?b=c"),
        (" https://news.example \n", "https://news.example/"),
        ("HTTPS://News.Example.:443/A", "https://news.example/A"),
        ("http://news.example:/", "http://news.example/"),
        ("http://news.example:8080", "http://news.example:8080/"),
        ("https://news.example:80/", "https://news.example:80/"),
        ("https://news.example?q", "https://news.example/?q"),
        ("https://bücher.example/Öl?ü=ß", "https://xn--bcher-kva.example/%C3%96l?%C3%BC=%C3%9F"),
        ("https://BÜCHER。example/", "https://xn--bcher-kva.example/"),
        ("https://news.example/a b%20c", "https://news.example/a%20b%20c"),
        ("https://news.example/@jane/x@y", "https://news.example/@jane/x@y"),
        ("https://a_b.news.example/", "https://a_b.news.example/"),
        ("http://134744072/", "http://8.8.8.8/"),
        ("http://0x08.010.2056/", "http://8.8.8.8/"),
        ("http://８.8.8.8/", "http://8.8.8.8/"),
        ("http://[2606:4700:0:0::1111]/", "http://[2606:4700::1111]/"),
        ("http://[::ffff:8.8.8.8]:8080/", "http://[::ffff:808:808]:8080/"),
        ("http://[64:ff9b::8.8.8.8]/", "http://[64:ff9b::808:808]/"),
        ("http://1.2.3.4.example/", "http://1.2.3.4.example/"),
    ],
)
def test_an_address_is_put_in_its_one_form(given: str, url: str) -> None:
    found = target(given)
    assert found.url == url
    assert target(found.url) == found


def test_the_parts_of_an_address() -> None:
    found = target("https://news.example:8443/a?b")
    assert (found.scheme, found.host, found.port, found.path) == ("https", "news.example", 8443, "/a?b")
    assert (found.origin, found.authority) == ("https://news.example:8443", "news.example:8443")
    assert found.address is None
    assert target("http://[2606:4700::1111]/").host == "2606:4700::1111"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("", "is no web address; write it as https://"),
        ("news.example/a", "is no web address"),
        ("ftp://news.example/", "is no web address"),
        ("file:///etc/passwd", "is no web address"),
        ("javascript:alert(1)", "is no web address"),
        ("https:/news.example/", "is no web address"),
        ("https:\\\\news.example\\", "is no web address"),
        ("https://", "no valid host name"),
        ("https:///path", "no valid host name"),
        ("https://.example/", "no valid host name"),
        ("https://a..example/", "no valid host name"),
        ("https://-a.example/", "no valid host name"),
        ("https://news example/", "no valid host name"),
        ("https://news.example\\@other.example/", "take the part up to the @ out"),
        ("https://news.example\\.other.example/", "no valid host name"),
        ("https://127%2e0.0.1/", "no valid host name"),
        (f"https://{'a' * 64}.example/", "no valid host name"),
        (f"https://{'a.' * 130}example/", "no valid host name"),
        ("https://ex\u202eample.example/", "no valid host name"),
        ("https://xn--\u2603-.example/", "no valid host name"),
        ("https://news.example:443:443/", "no valid host and port"),
        ("https://news.example:٤٤٣/", "no valid host and port"),
        ("https://[::1/", "no valid host and port"),
        ("https://[news.example]/", "no valid IPv6 address"),
        ("https://[::1%25lo]/", "names a network interface (the part after %); take it out"),
        ("https://256.1.1.1/", "neither a name nor an address"),
        ("https://1.2.3.4.5/", "neither a name nor an address"),
        ("https://08.8.8.8/", "neither a name nor an address"),
        ("https://1_0.8.8.8/", "neither a name nor an address"),
        ("https://news.example.0x7f/", "neither a name nor an address"),
        ("https://news.example/\x00", "control characters"),
        ("https://news.exa\tmple/", "control characters"),
        ("https://news.example/\ud800", "control characters"),
        (f"https://news.example/{'a' * MAX_URL_CHARS}", "longer than 4096 characters"),
    ],
)
def test_what_is_no_address_is_refused_with_the_remedy(given: str, words: str) -> None:
    message = refusal(given)
    assert words in message
    assert message.isprintable() and len(message) < 400
    assert ";" in message


@pytest.mark.parametrize("port", ["0", "1", "22", "25", "81", "1023", "6379", "11211", "65536", "99999", "0000080443"])
def test_ports_where_no_web_server_is_are_refused(port: str) -> None:
    assert "use 80, 443 or one over 1023" in refusal(f"http://news.example:{port}/", allow_private=True)


@pytest.mark.parametrize(
    "given",
    [
        "https://jane:s3cret@news.example/a",
        "https://jane:s3cret@127.0.0.1/",
        "https://s3cret@news.example",
        "https://jane:s3/cret@news.example/a",
        "https://jane:s3#cret@news.example/a",
        "https://jane:s3cret@news.example:99999/",
        "ftp://jane:s3cret@news.example/",
    ],
)
def test_credentials_are_refused_and_never_repeated(given: str) -> None:
    message = refusal(given)
    assert "news.example" in message or "127.0.0.1" in message
    assert not any(secret in message for secret in ("s3", "cret", "jane"))


def test_a_url_in_a_message_is_one_short_line() -> None:
    assert shown("https://news.example:8080/@jane") == "https://news.example:8080/@jane"
    assert shown("https://news.example/\x1b[31m\n") == "https://news.example/\\x1b[31m\\n"
    assert len(shown("https://news.example/" + "\x1b" * 5000)) == 200


# Address, what it is called, and whether --allow-private lets it pass.
REFUSED = [
    ("10.1.2.3", "a private address", True),
    ("172.16.0.1", "a private address", True),
    ("172.31.255.255", "a private address", True),
    ("192.168.1.1", "a private address", True),
    ("127.0.0.1", "an address of this computer", True),
    ("127.255.255.254", "an address of this computer", True),
    ("169.254.1.1", "a link-local address", True),
    ("100.64.0.1", "inside a provider's network", True),
    ("100.127.255.255", "inside a provider's network", True),
    ("198.18.0.1", "for tests of networks", True),
    ("::1", "an address of this computer", True),
    ("fd12:3456::1", "a private address", True),
    ("fe80::1", "a link-local address", True),
    ("fec0::1", "a private address", True),
    ("::ffff:10.0.0.1", "a private address", True),
    ("64:ff9b::192.168.0.1", "a private address", True),
    ("2002:7f00:1::1", "an address of this computer", True),
    ("0.0.0.0", "an unspecified address", False),
    ("0.1.2.3", "an unspecified address", False),
    ("169.254.169.254", "a cloud's own metadata", False),
    ("169.254.170.2", "a cloud's own metadata", False),
    ("100.100.100.200", "a cloud's own metadata", False),
    ("168.63.129.16", "a cloud's own metadata", False),
    ("192.0.0.192", "a reserved address", False),
    ("192.0.2.1", "for examples", False),
    ("224.0.0.1", "a multicast address", False),
    ("239.255.255.255", "a multicast address", False),
    ("240.0.0.1", "a reserved address", False),
    ("255.255.255.255", "a reserved address", False),
    ("::", "an unspecified address", False),
    ("fd00:ec2::254", "a cloud's own metadata", False),
    ("::ffff:169.254.169.254", "a cloud's own metadata", False),
    ("2002:a9fe:a9fe::", "a cloud's own metadata", False),
    ("ff02::1", "a multicast address", False),
    ("2001:db8::1", "for examples", False),
    ("2001:0:7f00:1::", "a reserved address", False),
    ("::127.0.0.1", "a reserved address", False),
    ("::ffff:0:127.0.0.1", "a reserved address", False),
    ("64:ff9b:1::7f00:1", "a reserved address", False),
    ("100::1", "a reserved address", False),
    ("4000::1", "a reserved address", False),
]


@pytest.mark.parametrize(("address", "kind", "helps"), REFUSED, ids=[row[0] for row in REFUSED])
def test_addresses_that_are_not_public(address: str, kind: str, helps: bool) -> None:
    url = f"http://[{address}]/a" if ":" in address else f"http://{address}/a"
    message = refusal(url)
    assert message.startswith(f"{url} leads to ") and kind in message
    assert ("--allow-private" in message) == helps
    if helps:
        assert target(url, allow_private=True).address == ip_address(address)
    else:
        assert refusal(url, allow_private=True) == message


@pytest.mark.parametrize(
    "address",
    [
        *("1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.167.1.1", "223.255.255.255"),
        *("2606:4700::1111", "2002:808:808::1", "2001:4860::8888", "64:ff9b::101:101", "::ffff:1.1.1.1"),
    ],
)
def test_public_addresses_pass(address: str) -> None:
    check_address(ip_address(address), "http://news.example/", allow_private=False)


def test_names_of_this_computer() -> None:
    for host in ("localhost", "LOCALHOST.", "app.localhost"):
        assert "--allow-private" in refusal(f"http://{host}:8000/")
        assert target(f"http://{host}:8000/", allow_private=True).address is None
    assert target("http://localhost.example/").host == "localhost.example"
