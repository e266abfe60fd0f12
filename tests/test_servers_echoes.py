"""What of a server's words is told, when they repeat the password in some form."""

import base64
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from liars import ODD_SECRETS

from mailer.servers.echoes import LEFT_OUT, repeats
from mailer.servers.passwords import Credentials, told

ODD = (
    *ODD_SECRETS,
    "пароль-лошадь",
    "=?utf-8?q?x?=",
    "a&b+c d/e",
    "5.7 horse 550",
    "pin7",
    "!!§$",
)
"""Passwords that are hard to find again."""


def in_base64(text):
    return base64.b64encode(text.encode()).decode()


def quoted_string(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def in_the_middle(text, mark):
    return mark.join((text[: len(text) // 2], text[len(text) // 2 :]))


ECHOES = {
    "as it is": str,
    "in a quoted string": quoted_string,
    "escaped for a URL": lambda text: quote(text, safe=""),
    "escaped for a form": quote_plus,
    "in base64": in_base64,
    "in base64 with the name": lambda text: in_base64(f"\0fellow\0{text}"),
    "in base64 of a sentence": lambda text: in_base64(f"You said: {text}, which is wrong."),
    "in capitals": str.upper,
    "in small base64": lambda text: in_base64(text).lower(),
    "over two lines": lambda text: in_the_middle(text, "\n"),
    "over two lines with their codes": lambda text: in_the_middle(text, "\n5.7.8 "),
    "in base64 over two lines": lambda text: in_the_middle(in_base64(f"\0fellow\0{text}"), "\r\n"),
    "with marks that nobody sees": "\u200b".join,
    "as Python shows it": lambda text: f"unexpected: {text.encode()!r}",
    "at the edge of what is shown": lambda text: f"{'x' * 296}{text}",
}


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("password", ODD)
def test_words_that_repeat_the_password_are_left_out(password, echo):
    words = f"no, not {ECHOES[echo](password)} here"
    known = Credentials("fellow", password)
    assert known.quote(words) == known.discreet(words) == told(words, known) == LEFT_OUT


def test_words_in_the_wrong_charset_are_left_out_too():
    for charset in ("latin-1", "ascii"):
        words = "Schlüssel-für-Zoë".encode().decode(charset, "replace")
        assert repeats(words, "Schlüssel-für-Zoë")


@pytest.mark.parametrize("password", ODD)
@pytest.mark.parametrize(
    "words",
    [
        "",
        "5.7.8 Username and Password not accepted. For more information, go to https://support.example/?p=Bad%20",
        "[AUTHENTICATIONFAILED] Invalid credentials (Failure) 98e67ed59e1d1-3 - gsmtp",
        "Error: authentication failed: UGFzc3dvcmQ6",
    ],
)
def test_other_words_are_told_as_they_are(words, password):
    known = Credentials("fellow", password)
    assert known.discreet(words) == words
    assert known.quote(words) == words


@pytest.mark.parametrize("password", ["password", "Password", "user", "mail", "unknown", "a", "or", "é"])
def test_a_password_that_is_an_ordinary_word_hides_no_sentence(password):
    for words in ("535 5.7.8 wrong user or password", "550 5.1.1 User unknown; no café takes mail for it"):
        assert Credentials("fellow", password).discreet(words) == words


@pytest.mark.parametrize("password", ["password", "user", "mail", "secret"])
def test_in_base64_an_ordinary_word_is_left_out_all_the_same(password):
    for echo in ("in base64", "in base64 with the name"):
        assert repeats(f"535 no, not {ECHOES[echo](password)} here", password)


TYPED = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))


@given(st.text(TYPED, min_size=4).filter(lambda text: not text.isalpha()), st.text(), st.text())
def test_no_password_is_ever_told(password, before, after):
    assert password not in Credentials("fellow", password).discreet(before + password + after)
