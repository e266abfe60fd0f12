"""Whoever reads a mail in whatever way, what she could read is found; and nothing takes long."""

import base64
import quopri
import time
from email.message import EmailMessage

import pytest

from mailer.nouns import Address, Traces
from mailer.replies import every_text

ANA = Traces.of(Address.parse("ana@müller.example"), ["Ana Souza"])
WORDS = "so write to ana@müller.example, or to nobody at all, ünd soon"


def speaks(raw):
    return ANA.spoken_of(every_text(raw), ANA.far)


def made(words=WORDS, **more):
    message = EmailMessage()
    message["Subject"] = more.pop("subject", "Hi")
    message.set_content(words, **more)
    return message


def inside(inner):
    message = made("see below")
    message.add_attachment(inner)
    return bytes(message)


@pytest.mark.parametrize(
    "raw",
    [
        bytes(made(cte="base64")),
        bytes(made(cte="quoted-printable")),
        bytes(made(cte="8bit")),
        bytes(made(charset="iso-8859-1", cte="base64")),
        bytes(made(charset="utf-16", cte="base64")),
        bytes(made("hi", subject="Grüße von Ana Souza und allen anderen " * 3)),
        bytes(made("hi", subject="=?utf-8?b?QW5hIFNv?= =?utf-8?b?dXph?=")),
        bytes(made("<p>ana&#64;<b>m&uuml;ller</b>.example</p>", subtype="html", cte="quoted-printable")),
        bytes(made("<a href='mailto:%61na%40xn--mller-kva.example'>x</a>", subtype="html")),
        inside(made(cte="base64")),
        inside(made("hi", subject="Grüße, Ana Souza")),
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(inside(made(cte="base64"))),
        quopri.encodestring(bytes(made(cte="base64"))),
        # Its label says nothing of the encoding, its end is cut off, and it is quoted.
        b"On Monday:\n> CTE: base64\n>\n> " + base64.encodebytes(WORDS.encode()).replace(b"\n", b"\n> ")[:-9],
        "\ufeffana@müller.example".encode("utf-16"),
        WORDS.encode("latin-1"),
    ],
)
def test_she_is_found_however_it_is_written(raw):
    assert speaks(raw)


@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit"])
def test_who_is_not_in_it_is_not_found(cte):
    assert not speaks(bytes(made("write to joana@müller.example: Ana will, Souza ünd all", cte=cte)))
    assert not speaks(inside(made("nobody", cte=cte)))


@pytest.mark.parametrize(
    "evil",
    [
        b"A" * 10**6,
        b"base64\n" + b"AAAA\n" * 200_000,
        b"base64\n" + b" " * 10**6,
        b"=?" * 300_000,
        b"=?utf-8?q?" * 60_000,
        b"<" * 500_000,
        b"& <" * 300_000,
        b"=" * 10**6,
        b"=41" * 300_000,
        b"charset=a;" * 100_000,
        b"ana+" * 250_000,
        b"ana  " * 200_000,
        b"%" * 10**6,
    ],
    ids=lambda evil: ascii(evil[:12]),
)
def test_malice_takes_no_longer_than_other_text(evil):
    begun = time.process_time()
    ANA.spoken_of(every_text(evil[:250_000]), ANA.own)
    # Less than a second was measured; what grows with the square would take minutes.
    assert time.process_time() - begun < 10
