"""What a person wrote herself, whatever program she wrote it with, and what we had written before."""

import time

import pytest

from mailer.replies import read, recalled, texts_of
from mailer.replies.quoting.known_lines import marked
from mailer.replies.quoting.quotes import own_words
from mailer.replies.reading.html_text import text_from_html
from mailer.replies.requests import stop_request
from tests.answers import HERS, KEPT, LISTS, SENT, answers, hard_answers, html_answers

LANGUAGES = {
    name.split()[-2] for name in (each.name for each in answers()) if name.endswith(("above", "below"))
}


@pytest.mark.parametrize("sent", [(), (SENT,)], ids=["by their form", "by our words"])
def test_answers_of_all_programs_in_all_languages_are_read_exactly(sent):
    wrong = [each.name for each in answers() if own_words(each.text, sent).split() != each.hers.split()]
    assert wrong == []
    assert len(LANGUAGES & set(HERS)) > 30


@pytest.mark.parametrize("sent", [(), (SENT,)], ids=["by their form", "by our words"])
def test_answers_of_html_alone_are_read_exactly(sent):
    wrong = [
        name
        for name, html, hers in html_answers()
        if own_words(text_from_html(html), sent).split() != hers.split()
    ]
    assert wrong == []


@pytest.mark.parametrize("answer", list(hard_answers()), ids=lambda answer: answer.name)
def test_who_knows_our_letter_tells_her_words_from_ours(answer):
    assert own_words(answer.text, (SENT,)).split() == answer.hers.split()


@pytest.mark.parametrize(("name", "text"), KEPT.items(), ids=KEPT.keys())
def test_a_letter_without_quotes_stays_whole(name, text):
    own = own_words(text)
    assert own == (text if name != "code" else text.replace("    >>> import loire\n    >>> loire.go()\n", ""))


def test_our_own_footer_is_no_request_of_hers():
    answer = f"\n\n5 majo 2025 Maria skribis:\n\n{SENT}"
    assert stop_request(own_words("unsubscribe"), "Re: A project night?")
    assert own_words(answer, (SENT,)) == ""
    assert stop_request(own_words(answer, (SENT,)), "Re: A project night?") == ""


def test_a_list_that_adds_its_footer_and_breaks_our_lines_hides_nothing():
    text = f"Gladly.\n\n{marked(SENT, (SENT,))}\n{LISTS['Mailman']}"
    assert own_words(text) == "Gladly."


def test_a_line_that_many_people_write_is_hers():
    letter = "Hello Ana,\n\nwould you like a project night?\n\nLooking forward to hearing from you\n\nMaria"
    hers = "Hello Ana,\n\nwe would.\n\nLooking forward to hearing from you"
    assert own_words(hers, (letter,)) == hers


LETTER = (
    b"From: Maria <maria@fellows.example>\nMIME-Version: 1.0\n"
    b'Content-Type: multipart/alternative; boundary="b"\n\n'
    b"--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n"
    b"Would you like to run a caf=C3=A9 night with us (https://x.example) in June, with your group?\n"
    b"--b\nContent-Type: text/html; charset=utf-8\n\n"
    b"<p>Would you like to run a caf\xc3\xa9 night with <a href='https://x.example'>us</a> in June,"
    b" with your group?</p>\n--b--\n"
)


def test_an_answer_may_quote_either_version_of_our_letter():
    texts = texts_of(LETTER)
    assert [text.strip()[:17] for text in texts] == ["Would you like to"] * 2
    for quote in ("café night with us (https://x.example) in June,", "café night with us in June,"):
        mail = read(f"Subject: x\n\nYes.\n\nWould you like to run a\n{quote} with your group?".encode())
        assert own_words(recalled(mail, texts).text) == "Yes."


ENDLESS = [
    "On ",
    "> ",
    "On 5 May 2025 Maria wrote:\n",
    "-----\n",
    "-- \n",
    "Warm regards\n",
    "Hello Ana,\n",
    "From: a@b.example\nSent: 5\n",
    ">>> a@b >>>\n",
    "http://",
    "MF>",
    "This e-mail ",
    SENT,
]


def seconds(work, text):
    """The quickest of three, so that a busy machine does not count."""
    times = []
    for turn in range(3):
        begun = time.process_time()
        work(f"{text}{turn}")
        times.append(time.process_time() - begun)
    return min(times)


@pytest.mark.parametrize("piece", ENDLESS)
def test_four_times_the_text_takes_about_four_times_the_time(piece):
    long = piece * (10_000 // len(piece))
    once = seconds(lambda text: own_words(text, (SENT,)), long)
    four_times = seconds(lambda text: own_words(text, (SENT,)), long * 4)
    # For twice the text at most 2.5 times the time, and so once more.
    assert four_times < max(2.5 * 2.5 * once, 0.1)
