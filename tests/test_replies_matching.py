"""What tells which letter a mail answers, piece by piece: ids, subjects, writers, quotes, hosts."""

import time
from collections import Counter

import pytest
from answers_to_letters import RENAMED, SAID, correspondence
from shapes_of_answers import Hand, headed, plain
from stage import START

from mailer.inbox.ours import Ours
from mailer.nouns import Address, Cursor, Finding, Kind, Match, Message, OrderKind, Place, mailbox_of
from mailer.rehearsal.people import Program
from mailer.replies import Quotations, bare, classify, given_in, match, read, words_in
from mailer.replies.matching.hosts import is_free_mail, is_shared, organisation
from mailer.replies.matching.ids import written_out
from mailer.replies.matching.senders import addresses_in, writers
from mailer.replies.matching.subjects import is_about

US = Address.parse("fay@rehearsal.example")
MARK = "abcdefghijklmn22.opqrstuvwxyz2345"


@pytest.fixture(scope="module")
def letters(tmp_path_factory):
    with correspondence(tmp_path_factory.mktemp("letters") / "w") as found:
        yield found


def alone(letters, campaign="first"):
    """A letter whose reader got no other one, and whose address is of a host of its own."""
    _, sent, _ = letters
    got = Counter(each.address for each in sent)
    return next(
        each
        for each in sent
        if got[each.address] == 1 and each.id.campaign == campaign and "gmail" not in each.address
    )


def hand(letters, sent):
    return Hand(sent, letters[1], Program.CONSOLE, "x")


@pytest.mark.parametrize(
    "text",
    [
        f"<c.{MARK}@fellows.example>",
        f"X-Campaign-Ref: {MARK.upper()}",
        f"see %3Cc.{MARK}%40fellows.example%3E",
        f"see %3Cc.{MARK.replace('.', '%2E')}%40fellows.example%3E",
        f"> Message-ID: <c.{MARK[:20]}\n> {MARK[20:]}@fellows.example>",
        f"Message-ID: <c.{MARK[:7]}=\n{MARK[7:]}@fellows.example>",
        f"bounce-{MARK}=x.example@relay.example",
        f"Ref:{MARK}, thanks",
    ],
)
def test_a_mark_of_ours_is_found_however_it_was_mangled(text):
    assert MARK in [each.strip("<>").removeprefix("c.").partition("@")[0] for each in written_out(text)]


@pytest.mark.parametrize("text", [f"{MARK}x", MARK.replace(".", ","), "a.b", "Message-ID:", ""])
def test_what_only_looks_like_a_mark_is_none(text):
    assert MARK not in list(written_out(text))


@pytest.mark.parametrize("number", RENAMED)
def test_the_id_that_a_provider_gives_is_learned_from_its_answer(number):
    assert given_in(SAID[number].format(n=7)) == (bare(RENAMED[number].format(n=7)),)


@pytest.mark.parametrize(
    "words",
    [
        "2.0.0 Ok: queued as 4WxYz0007",
        "2.0.0 OK  1717243000 a640c23a62f3a-a68 - gsmtp",
        "OK id=1sDbXk-0004fG-2z",
        "Great success",
        "<" * 5000,
        "",
    ],
)
def test_a_queue_s_number_is_no_id(words):
    assert given_in(words) == ()


def test_amazon_s_ids_are_the_same_in_every_region():
    local = "0100018f00000007-5d1c2b3a-7788-4e4e-9f9f-000000000007-000000"
    regions = ("email.amazonses.com", "eu-west-1.amazonses.com", "us-east-1.amazonses.com")
    assert {bare(f"<{local}@{region}>") for region in regions} == set(given_in(f"Ok {local}"))


def test_an_id_that_two_letters_were_given_names_none(letters, monkeypatch):
    play, sent, _ = letters
    with play.look() as ledger:
        ours = Ours(ledger, US, ())
        assert ours.renamed(sent[2].renamed) == sent[2].id
        monkeypatch.setattr("mailer.inbox.ours.given_in", lambda words: ("the-same@x.example",))
        assert Ours(ledger, US, ()).renamed("<the-same@x.example>") is None


@pytest.mark.parametrize(
    "subject",
    [
        *("Hello Oslo", "Re: Hello Oslo", "RE : Hello  Oslo", "AW: WG: Hello Oslo", "Re[3]: Hello Oslo"),
        *("[list] Re: Hello Oslo", "Re: [list] hello oslo", "[EXTERNAL] RE: Hello Oslo", "Hello Oslo (fwd)"),
        *("回复\uff1aHello Oslo", "【外部】Re: Hello Oslo", "رد: Hello Oslo", "Odp: Hello Oslo [#12]"),
        *("Automatic reply: Hello Oslo", "Respuesta automática: Hello Oslo", "Friday? (was: Hello Oslo)"),
        *("Undeliverable: Hello Oslo", "Accepted: Hello Oslo", "Re: Fwd: Re: Hello Oslo ..."),
    ],
)
def test_a_subject_is_known_again_behind_whatever_stands_before_it(subject):
    assert is_about(subject, "Re: Hello Oslo")


@pytest.mark.parametrize(
    "subject", ["Hello", "Oslo", "Hello Oslo and Bergen", "About: your Hello Oslo", "", "Re:"]
)
def test_another_subject_is_another(subject):
    assert not is_about(subject, "Hello Oslo")


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.co.uk", "hotmail.fr", "gmx.at", "qq.com", "mail.ru"])
def test_free_mail_is_nobody_s_organisation(domain):
    assert is_free_mail(domain)
    assert organisation(domain) == ""


@pytest.mark.parametrize("domain", ["ana.github.io", "meetup.com", "googlegroups.com", "x.groups.io"])
def test_a_platform_is_nobody_s_organisation(domain):
    assert is_shared(domain)
    assert organisation(domain) == ""


def test_hosts_of_one_organisation_are_known_as_such():
    assert organisation("mail.loirepy.example") == organisation("loirepy.example") == "loirepy.example"
    assert organisation("cs.uni.ac.uk") == "uni.ac.uk"
    assert organisation("notgmail.com") == "notgmail.com"


def test_spellings_of_one_mailbox_are_one():
    assert mailbox_of("ana.b+python@googlemail.com") == mailbox_of("anab@gmail.com")
    assert mailbox_of("ana.b+x@chipy.example") == "ana.b@chipy.example"


@pytest.mark.parametrize(
    "fields",
    [
        {"From": "Ana <ana@chipy.example>"},
        {"From": "Ana via L <l@lists.example>", "Reply-To": "ana@chipy.example"},
        {"From": "Ana via L <l@lists.example>", "X-Original-From": "Ana <ana@chipy.example>"},
        {"From": "\"'ana@chipy.example' via L\" <l@lists.example>"},
        {"From": "Boss <pa@agency.example>", "Sender": "ana@chipy.example"},
        {"From": "ana-owner@chipy.example"},
        {"From": "ana-bounces+fay=x.example@chipy.example"},
        {"From": "ana+owner@chipy.example"},
    ],
)
def test_the_writer_is_found_wherever_the_way_has_put_her(fields):
    found = writers(read(plain("Yes", **fields)), US)
    assert Address.parse("ana@chipy.example") in found


def test_addresses_are_found_in_a_text_once_each():
    found = addresses_in("Ana <ana@x.example>, mailto:ana@x.example; (bo@y.example). @ a@ @b a@b")
    assert [str(each) for each in found] == ["ana@x.example", "bo@y.example"]


def test_an_alias_that_was_taught_stands_for_its_group(letters):
    play, _, _ = letters
    sent = alone(letters)
    stranger = plain("Yes, call me.", From="pat@elsewhere.example", Subject="hm")
    later = plain("Are you there?", From="pat@elsewhere.example", Subject="once more")
    with play.look() as ledger:
        groups = play.manuscript().groups
        assert match(read(stranger), Ours(ledger, US, groups)).candidates == ()
        finding, place = Finding(Kind.HUMAN, ("x",)), Place("000001.mails", 0, 1)
        person = ("pat@elsewhere.example", "Pat", "hm", "Yes")
        before = Message("m1", "", "INBOX", 1, START, *person, finding, Match(), place)
        ledger.note(before, Cursor("INBOX", 1, 1))
        ledger.give(OrderKind.MATCH, "m1", "maria", "I know her", START, says=str(sent.id))
        assert match(read(later), Ours(ledger, US, groups)).best.letter.group == sent.id.group


def test_a_mail_that_came_before_the_one_it_belongs_to_is_matched_when_asked_again(letters):
    play, _, _ = letters
    sent = alone(letters)
    early = plain(
        "Let us do that.", From="pat@x.example", Subject="hm", **{"Message-ID": "<early@x.example>"}
    )
    ids = {"In-Reply-To": "<early@x.example>", "References": f"{sent.letter.message_id} <early@x.example>"}
    late = plain("So do I.", From=sent.address, Subject="Re: hm", **ids)
    with play.look() as ledger:
        ours = Ours(ledger, US, ())
        for raw in (early, late):
            ours.hear(read(raw), match(read(raw), ours))
        assert match(read(early), Ours(ledger, US, ())).candidates == ()
        again = match(read(early), ours)
    assert again.best.letter == sent.id
    assert "a mail that answers it" in again.best.because


def test_what_was_heard_counts_before_what_the_ledger_says(letters):
    play, _, _ = letters
    sent = alone(letters)
    mail = read(plain("x", **{"Message-ID": "<m@x.example>"}))
    with play.look() as ledger:
        ours = Ours(ledger, US, ())
        ours.hear(mail, match(read(hand(letters, sent)()), ours))
        assert ours.answered_by("<M@x.example>") == sent.id


def test_a_contradiction_is_said_and_lowers_the_points(letters):
    _, sent, ours = letters
    one = alone(letters)
    other = next(
        e
        for e in sent
        if e.address != one.address and e.id.group != one.id.group and e.id.campaign == "night"
    )
    mail = read(hand(letters, one)(address=other.address))
    found = match(mail, ours)
    assert found.best.letter == one.id
    assert found.best.points == 95
    assert other.id.group in {candidate.letter.group for candidate in found.candidates}


def of_another_group(letters, one):
    """A letter to another group, whose reader got that one only."""
    got = Counter(each.address for each in letters[1])
    return next(
        each
        for each in letters[1]
        if got[each.address] == 1 and each.id.group != one.id.group and "gmail" not in each.address
    )


@pytest.mark.parametrize("shown", ["Message-ID", "subject"])
def test_who_passes_on_another_groups_letter_may_speak_for_either(letters, shown):
    one = alone(letters)
    hers = of_another_group(letters, one)
    header = f"\n\nMessage-ID: {one.letter.message_id}\n" if shown == "Message-ID" else ""
    text = f"Somebody sent me this. We would love that, too!{header}"
    found = match(read(plain(text, From=hers.address, Subject=f"Fwd: {one.letter.subject}")), letters[2])
    assert found.best is None
    assert {one.id.group, hers.id.group} <= {group for _, group in found.conversations}


def test_who_answers_another_groups_answer_is_listed_with_her_own(letters):
    play, _, _ = letters
    one = alone(letters)
    hers = of_another_group(letters, one)
    first = read(hand(letters, one)())
    with play.look() as ledger:
        ours = Ours(ledger, US, ())
        ours.hear(first, match(first, ours))
        second = plain("I am in.", From=hers.address, Subject="Re: hm", **{"In-Reply-To": first.message_id})
        found = match(read(second), ours)
    assert found.best.letter == one.id
    assert hers.id.group in {each.letter.group for each in found.candidates}


def test_who_writes_for_another_group_is_for_a_person(letters):
    one = alone(letters)
    hers = of_another_group(letters, one)
    text = f"I write for {one.group.name}: they would love it."
    found = match(read(plain(text, From=hers.address, Subject="A word")), letters[2])
    assert found.best is None
    assert {one.id.group, hers.id.group} <= {group for _, group in found.conversations}


ALIKE = """> this summer I help with project nights: one evening, ten beginners,
> three open source projects, and a mentor at each table. The material is
> ready and I bring it along.
"""


@pytest.mark.parametrize("by_chance", ["", "I read it on the train to Perth.\n"])
def test_a_stranger_who_quotes_what_all_letters_say_is_for_a_person(letters, by_chance):
    found = match(read(plain(by_chance + ALIKE, From="k@k.example", Subject="hm")), letters[2])
    assert found.best is None
    assert {each.letter.campaign for each in found.candidates} == {"night"}


def report(to, path, on=""):
    return (
        f"{path}From: Mail Delivery System <mailer-daemon@x.example>\nDate: {on}\nSubject: Undelivered mail\n"
        "MIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n"
        "--b\n\nSorry.\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; x\n\n"
        f"Final-Recipient: rfc822; {to}\nAction: failed\nStatus: 5.1.1\nDiagnostic-Code: smtp; 550 5.1.1 no\n"
        "--b--\n"
    ).encode()


@pytest.mark.parametrize("path", ["Return-Path: <>\n", "Return-Path: <mailer-daemon@x.example>\n", ""])
def test_a_servers_report_without_the_letter_is_believed(letters, path):
    one = alone(letters)
    on = one.letter.at.strftime("%a, %d %b %Y %H:%M:%S +0000")
    assert match(read(report(one.address, path, on)), letters[2]).best.letter == one.id


@pytest.mark.parametrize(
    ("path", "on"), [("Return-Path: <eve@evil.example>\n", ""), ("", "Sun, 06 Sep 2026 10:00:00 +0000")]
)
def test_a_report_that_no_server_sent_or_that_comes_too_late_is_for_a_person(letters, path, on):
    one = alone(letters)
    found = match(read(report(one.address, path, on)), letters[2])
    assert found.best is None
    assert found.candidates[0].letter == one.id


def test_an_old_thread_used_again_by_a_stranger_is_for_a_person(letters):
    one = alone(letters)
    raw = hand(letters, one)(
        address="pat@x.example", subject="Rooms", references=f"<z@z> {one.letter.message_id}"
    )
    found = match(read(raw), letters[2])
    assert found.best is None
    assert found.candidates[0].letter == one.id
    assert "old thread" in found.candidates[0].because


def test_her_answer_to_something_else_is_for_a_person(letters):
    raw = hand(letters, alone(letters))(subject="Re: Invoice 17", in_reply_to="<invoice@x.example>")
    found = match(read(raw), letters[2])
    assert found.best is None
    assert found.candidates


def test_words_of_two_of_her_groups_letters_are_for_a_person(letters):
    _, sent, ours = letters
    zoe = next(o.address for e in sent for o in e.group.organizers if o.name == "Zoe Twin")
    words = "> Would you like to take part in one of the two? Two things I hope to see before the year is out"
    body = f"Hello\n\n{words}\n> If you would rather not hear from me again, just say so in a reply.\n"
    found = match(read(plain(body, From=str(zoe), Subject="hm")), ours)
    assert found.best is None
    assert len({group for _, group in found.conversations}) > 1


def test_a_letter_that_left_after_the_mail_is_not_its_answer(letters):
    _, sent, ours = letters
    again = next(each for each in sent if each.id.step == "first-again")
    before = again.letter.at.strftime("Mon, 01 Jun 2026 %H:%M:%S +0000")
    raw = hand(letters, again).bare(subject="Hi Fay")
    found = match(read(headed(raw, Date=before)), ours)
    assert all(candidate.points < 60 for candidate in found.candidates)


def test_our_letter_through_a_list_is_a_copy_whatever_id_and_from_it_has(letters):
    _, sent, ours = letters
    renamed = next(each for each in sent if each.renamed)
    for fields in (
        {"Message_ID": renamed.renamed, "X_Campaign_Ref": None},
        {"Message_ID": "<list@x.example>"},
    ):
        mail = read(headed(renamed.letter.raw, From="l@lists.example", **fields))
        assert classify(mail, match(mail, ours), ours).kind is Kind.OWN_COPY


def test_the_words_of_a_letter_are_read_back_from_its_bytes(letters):
    _, sent, ours = letters
    assert all(ours.text_of(each.id).strip() == each.letter.text.strip() for each in sent[:20])


def test_a_text_of_our_own_words_points_to_no_letter():
    index = Quotations((), lambda letter: "")
    assert index.quoted(words_in("would you like to host a project night in your city this summer"), ()) == ()


@pytest.mark.parametrize(
    "piece", ["a@b.example ", "Subject: x\n", "abcdefghijklmn22.", "[x] Re: ", "> c.\n", "é 字"]
)
def test_the_time_grows_with_the_length_and_no_more(letters, piece):
    """I12."""
    _, _, ours = letters

    def seconds(length):
        text = (piece * (length // len(piece) + 1))[:length]
        mail = read(plain(text, Subject=text[:500], From="a@b.example"))
        begun = time.process_time()
        match(mail, ours)
        return time.process_time() - begun

    seconds(1000)
    short = min(seconds(16_000) for _ in range(3))
    assert min(seconds(32_000) for _ in range(3)) < 2.5 * short + 0.02
