"""The mailbox, against an IMAP server that lies, breaks off, or means harm; and the way to it."""

import base64
from datetime import UTC

import pytest
from liars import (
    CANARY,
    LONG_AGO,
    SHORT,
    Imap,
    a_certificate,
    a_mail,
    everything_said_by,
    server_side,
    settings_for,
)

from mailer.errors import BadSettings, CampaignError, ServerUnavailable, SignInRefused
from mailer.nouns import Cursor
from mailer.servers import mailbox
from mailer.servers.patience import ImapPatience


@pytest.fixture(autouse=True)
def password(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", CANARY)


def read(server, after=None, since=LONG_AGO, folder="INBOX", patience=None, user="fellow", **how):
    """What is new in a folder: (cursor, mail) pairs."""
    with mailbox(settings_for(server.port, user=user, **how), patience) as box:
        return [(cursor, mail) for cursor, mail in box.fetch(folder, after, since) if mail]


def _read_all(server, user, patience, how):
    with mailbox(settings_for(server.port, user=user, **how), patience) as box:
        box.folders()
        list(box.fetch("INBOX", None, LONG_AGO))


def fail(server, user="fellow", **how):
    """The error of reading the INBOX after its folders were listed."""
    patience = how.pop("patience", None)
    with pytest.raises(CampaignError) as caught:
        _read_all(server, user, patience, how)
    return caught.value


# ── Lies ─────────────────────────────────────────────────────────────────────────────────────────────────


def bodies(*pairs):
    parts = [b"* %d FETCH (UID %d BODY[]<0> {%d}\r\n%b)\r\n" % (u, u, len(raw), raw) for u, raw in pairs]
    return b"".join(parts) + b"TAG OK done\r\n"


USUAL = b""


@pytest.mark.parametrize(
    ("facts", "answers", "raws"),
    [
        # Mails that nobody asked for are left aside.
        (USUAL, [bodies((1, b"one"), (2, b"two"), (99, b"evil"), (0, b"evil"))], {1: b"one", 2: b"two"}),
        # One that is left out is asked for by itself; if it is gone by then, it is left out.
        (USUAL, [bodies((1, b"one")), bodies((2, b"two"))], {1: b"one", 2: b"two"}),
        (USUAL, [bodies((1, b"one")), b"TAG OK nothing\r\n"], {1: b"one"}),
        (USUAL, [bodies((1, b"one")), bodies((99, b"evil"))], {1: b"one"}),
        # One that cannot be shown is kept as an empty one.
        (
            USUAL,
            [
                b"* 2 FETCH (UID 2 BODY[]<0> NIL)\r\n" + bodies((1, b"one")),
                b"* 2 FETCH (UID 2 BODY[] NIL)\r\nTAG OK x\r\n",
            ],
            {1: b"one", 2: b""},
        ),
        (
            USUAL,
            [b"TAG NO [SERVERBUG] x\r\n", bodies((1, b"one")), b"TAG NO cannot\r\n"],
            {1: b"one", 2: b""},
        ),
        (USUAL, [b"TAG BAD what\r\n", b"TAG BAD what\r\n", bodies((2, b"two"))], {1: b"", 2: b"two"}),
        (
            USUAL,
            [b"* 1 FETCH (UID 1 BODY[] " + b"(" * 5000 + b"\r\nTAG OK x\r\n", USUAL, USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (
            USUAL,
            [b'* 1 FETCH (UID 1 BODY[] "no end)\r\nTAG OK x\r\n', USUAL, USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (
            USUAL,
            [b"* 1 FETCH (UID one BODY[] x)\r\nTAG OK x\r\n", USUAL, USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (USUAL, [b"* 1 FETCH (UID 1 BODY[] 5)\r\nTAG OK x\r\n", USUAL, USUAL], {1: a_mail(0), 2: a_mail(1)}),
        (
            USUAL,
            [b"* 1 FETCH (UID 1 FLAGS (\\Seen))\r\nTAG OK x\r\n", USUAL, USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        # What is told about sizes and dates is only a hint.
        (b"TAG NO no facts\r\n", [USUAL], {1: a_mail(0), 2: a_mail(1)}),
        (
            b"* 1 FETCH (UID 1 RFC822.SIZE NIL INTERNALDATE NIL)\r\nTAG OK x\r\n",
            [USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (
            b'* 1 FETCH (UID 1 RFC822.SIZE 5 INTERNALDATE "yesterday")\r\nTAG OK x\r\n',
            [USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (
            b'* 1 FETCH (UID 1 RFC822.SIZE -5 INTERNALDATE "01-Jan-0001 00:00:00 +2359")\r\nTAG OK x\r\n',
            [USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
        (
            b"* 1 FETCH (UID 1 RFC822.SIZE 99999999999999999999 INTERNALDATE 5)\r\nTAG OK x\r\n",
            [USUAL],
            {1: a_mail(0), 2: a_mail(1)},
        ),
    ],
)
def test_a_lying_answer_costs_at_most_the_mail_it_is_about(facts, answers, raws):
    with Imap(map(a_mail, range(2)), {"UID FETCH": [facts, *answers]}) as server:
        got = read(server)
    assert {mail.uid: mail.raw for _, mail in got} == raws
    assert all(mail.at.tzinfo is UTC and mail.size >= len(mail.raw) for _, mail in got)


def heads(*pairs):
    parts = [
        b"* %d FETCH (UID %d BODY[HEADER]<0> {%d}\r\n%b)\r\n" % (u, u, len(raw), raw) for u, raw in pairs
    ]
    return b"".join(parts) + b"TAG OK done\r\n"


@pytest.mark.parametrize(
    ("told", "uids"),
    [
        ([USUAL], [1, 2, 3]),
        # Of mails that nobody asked about nothing is believed.
        ([heads((1, b"x"), (2, b"x"), (3, b"no"), (99, b"x"), (0, b"x"))], [1, 2]),
        # One that is left out is asked about by itself.
        ([heads((1, b"x"), (3, b"x")), heads((2, b"x"))], [1, 2, 3]),
        ([heads((1, b"x"), (3, b"x")), b"TAG OK nothing\r\n"], [1, 3]),
        # One whose header cannot be shown may be wanted.
        ([b"TAG NO cannot\r\n", heads((1, b"x")), b"TAG NO cannot\r\n", heads((3, b"x"))], [1, 2, 3]),
        ([b"* 1 FETCH (UID 1 BODY[HEADER] (((\r\nTAG OK x\r\n", USUAL, USUAL, USUAL], [1, 2, 3]),
        ([b"* 1 FETCH (UID 1 BODY[HEADER] NIL)\r\nTAG OK x\r\n", USUAL, USUAL, USUAL], [1, 2, 3]),
    ],
)
def test_of_what_is_chosen_by_its_header_a_lie_costs_at_most_the_mail_it_is_about(told, uids):
    with Imap(map(a_mail, range(3)), {"UID FETCH": told}) as server:
        found = chosen(server, lambda head: b"no" not in head)
    assert [mail.uid for _, mail in found if mail] == uids
    assert found[-1][0].uid == 3


def chosen(server, wanted):
    with mailbox(settings_for(server.port, user="fellow")) as box:
        return list(box.fetch("INBOX", None, LONG_AGO, wanted))


def test_a_server_that_shows_no_header_at_all_is_not_taken_for_an_empty_folder():
    refusals = [b"TAG NO cannot\r\n"] * 4
    with Imap(map(a_mail, range(3)), {"UID FETCH": refusals}) as server, pytest.raises(ServerUnavailable):
        chosen(server, bool)


@pytest.mark.parametrize(
    "found",
    [
        b"* SEARCH 2 1 2 1 2\r\n",
        b"* SEARCH 0 1 2 4294967296 99999999999999999999\r\n",
        b"* SEARCH 1 2 (MODSEQ 5)\r\n",
    ],
)
def test_numbers_that_cannot_be_are_left_aside(found):
    with Imap(map(a_mail, range(2)), {"UID SEARCH": [found + b"TAG OK x\r\n"]}) as server:
        assert [mail.uid for _, mail in read(server)] == [1, 2]
    assert [line.split()[2] for line in server.commands if "FETCH" in line] == ["1,2", "1,2"]


def test_a_cursor_that_a_lie_drove_up_is_brought_back_down():
    with Imap(map(a_mail, range(2)), {"UID SEARCH": [b"* SEARCH 4000000000\r\nTAG OK x\r\n"]}) as server:
        assert [mail.uid for _, mail in read(server)] == []
        assert [mail.uid for _, mail in read(server, Cursor("INBOX", 7, 4_000_000_000))] == [1, 2]


def numbers(upcoming):
    return b'* STATUS "INBOX" (MESSAGES 2 UIDNEXT %d UIDVALIDITY 7)\r\nTAG OK x\r\n' % upcoming


def opened(upcoming):
    return b"* 2 EXISTS\r\n* OK [UIDVALIDITY 7]\r\n* OK [UIDNEXT %d]\r\nTAG OK x\r\n" % upcoming


@pytest.mark.parametrize(("told", "counted"), [(3, 4), (4, 3), (3, 3), (4, 0)])
def test_a_mail_that_is_counted_before_it_can_be_found_is_read_the_next_time(told, counted):
    script = {
        "STATUS": [numbers(told)],
        "EXAMINE": [opened(counted)],
        "UID SEARCH": [b"* SEARCH 1 2\r\nTAG OK x\r\n"],
    }
    with Imap(map(a_mail, range(3)), script) as server:
        with mailbox(settings_for(server.port, user="fellow")) as box:
            before = list(box.fetch("INBOX", None, LONG_AGO))
        assert [mail.raw for _, mail in before if mail] == [a_mail(0), a_mail(1)]
        assert [mail.raw for _, mail in read(server, before[-1][0])] == [a_mail(2)]


@pytest.mark.parametrize("told", [b"4000000000", b"99999999999999999999", b"0", b"-5"])
def test_a_next_number_that_is_a_lie_costs_no_mail(told):
    script = {"STATUS": [numbers(1).replace(b"UIDNEXT 1", b"UIDNEXT " + told)]}
    script["EXAMINE"] = [opened(1).replace(b"UIDNEXT 1", b"UIDNEXT " + told)]
    with Imap(map(a_mail, range(2)), script) as server:
        with mailbox(settings_for(server.port, user="fellow")) as box:
            cursor = [cursor for cursor, _ in box.fetch("INBOX", None, LONG_AGO)][-1]
        server.put(a_mail(2))
        assert a_mail(2) in [mail.raw for _, mail in read(server, cursor)]


COMMANDS = ("LIST", "STATUS", "EXAMINE", "UID SEARCH", "UID FETCH")
LIES = {
    "close": "close",
    "reset": "reset",
    "bye": b"* BYE going down\r\nTAG OK x\r\n",
    "bye and away": b"* BYE going down\r\n",
    "two billion bytes": b"* 1 FETCH (UID 1 BODY[] {2000000000}\r\nx",
    "more than memory": b"* 1 FETCH (UID 1 BODY[] {1000000000000000000}\r\nx",
    "a line without end": "endless",
    "an unknown tag": b"ZZ99 OK done\r\n",
    "html": b"<html>\r\n",
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("lie", LIES)
def test_a_line_that_breaks_is_unavailable_and_says_what_was_being_done(command, lie):
    with Imap([a_mail(1)], {command: [LIES[lie]]}) as server:
        error = fail(server)
    assert isinstance(error, ServerUnavailable), error
    assert error.what.startswith(f"127.0.0.1:{server.port} failed while ")
    assert error.fix
    assert CANARY not in everything_said_by(error)


@pytest.mark.parametrize("command", ["LIST", "STATUS", "EXAMINE", "UID SEARCH"])
@pytest.mark.parametrize("refusal", [b"TAG NO [SERVERBUG] sorry\r\n", b"TAG BAD what\r\n"])
def test_a_refused_command_is_told_with_the_servers_words(command, refusal):
    with Imap([a_mail(1)], {command: [refusal]}) as server:
        error = fail(server)
    assert isinstance(error, ServerUnavailable)
    assert ("sorry" in error.what) == (b"sorry" in refusal)


@pytest.mark.parametrize("command", [*COMMANDS, "GREETING", "CAPABILITY", "AUTHENTICATE"])
@pytest.mark.parametrize("lie", ["stall", "drip"])
def test_a_server_that_is_silent_or_never_comes_to_an_end_is_given_up(command, lie):
    patience = ImapPatience(connect=SHORT, silence=SHORT / 2, command=SHORT, courtesy=SHORT / 8)
    with Imap([a_mail(1)], {command: [lie], "LOGOUT": [lie]}) as server:
        error = fail(server, patience=patience)
    assert isinstance(error, ServerUnavailable), error


def test_an_answer_without_end_is_given_up_before_it_fills_the_memory():
    with Imap([a_mail(1)], {"UID FETCH": ["flood"]}) as server:
        error = fail(server)
    assert "without end" in error.what


# ── Opening ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("script", "kind"),
    [
        ({"GREETING": ["close"]}, ServerUnavailable),
        ({"GREETING": ["reset"]}, ServerUnavailable),
        ({"GREETING": [b"* BYE too many connections\r\n"]}, ServerUnavailable),
        ({"GREETING": [b"220 mx.example ESMTP\r\n"]}, CampaignError),
        ({"GREETING": [b"\x15\x03\x01\x00\x02\x02\n"]}, CampaignError),
        ({"GREETING": ["endless"]}, CampaignError),
        ({"CAPABILITY": [b"TAG OK none\r\n"]}, BadSettings),
        ({"CAPABILITY": [b"* CAPABILITY\r\nTAG OK x\r\n"]}, BadSettings),
        ({"CAPABILITY": [b"* CAPABILITY NNTP\r\nTAG OK x\r\n"]}, BadSettings),
        ({"CAPABILITY": ["close"]}, ServerUnavailable),
        ({"GREETING": [b"* PREAUTH welcome\r\n"]}, SignInRefused),
        ({"AUTHENTICATE": [b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n"]}, SignInRefused),
        ({"AUTHENTICATE": [b"TAG NO [UNAVAILABLE] try later\r\n"]}, ServerUnavailable),
        ({"AUTHENTICATE": [b"TAG BAD what\r\n"]}, SignInRefused),
        ({"AUTHENTICATE": ["close"]}, ServerUnavailable),
        ({"AUTHENTICATE": [b"* BYE idle\r\nAWAY"]}, ServerUnavailable),
    ],
)
def test_a_mailbox_that_does_not_open_says_why(script, kind):
    with Imap(script=script) as server:
        error = fail(server)
    assert isinstance(error, kind), error
    assert error.fix
    assert CANARY not in everything_said_by(error)


def test_a_wrong_password_is_tried_once():
    with Imap(script={"AUTHENTICATE": [b"TAG NO [AUTHENTICATIONFAILED] wrong\r\n"]}) as server:
        error = fail(server)
    assert "does not let fellow sign in: [AUTHENTICATIONFAILED] wrong" in error.what
    assert sum(line.startswith(("AUTHENTICATE", "LOGIN")) for line in server.commands) == 1


@pytest.mark.parametrize("reply", [b"TAG NO you said %b\r\n", b"TAG BAD you said %b\r\n", b"TAG NO %bAWAY"])
@pytest.mark.parametrize("capabilities", ["IMAP4rev1", "IMAP4rev1 AUTH=PLAIN"])
@pytest.mark.parametrize("echo", [CANARY, base64.b64encode(f"\0fellow\0{CANARY}".encode()).decode()])
def test_a_server_that_echoes_the_password_does_not_make_us_print_it(reply, capabilities, echo):
    step = reply % echo.encode()
    with Imap(script={"LOGIN": [step], "AUTHENTICATE": [step]}, capabilities=capabilities) as server:
        error = fail(server)
    assert isinstance(error, ServerUnavailable if step.endswith(b"AWAY") else SignInRefused)
    assert CANARY not in everything_said_by(error)
    assert echo not in everything_said_by(error)


@pytest.mark.parametrize(
    ("user", "line"),
    [
        ("fellow@psf.example", f'LOGIN fellow@psf.example "{CANARY}"'),
        ('grace "h" \\ x', f'LOGIN "grace \\"h\\" \\\\ x" "{CANARY}"'),
    ],
)
def test_where_there_is_only_login_the_name_is_one_word(user, line):
    with Imap([a_mail(1)], capabilities="IMAP4rev1") as server:
        assert len(read(server, user=user)) == 1
    assert line in server.commands


def test_a_password_of_any_letters_is_sent_where_that_is_possible(monkeypatch):
    monkeypatch.setenv("CAMPAIGN_IMAP_PASSWORD", "pässwörd €")
    with Imap([a_mail(1)]) as server:
        assert len(read(server)) == 1
    assert "- \0fellow\0pässwörd €" in server.heard
    with Imap([a_mail(1)], capabilities="IMAP4rev1") as server:
        error = fail(server)
    assert isinstance(error, SignInRefused)
    assert "pässwörd" not in everything_said_by(error)
    assert not any("LOGIN" in line for line in server.commands)


def test_where_no_sign_in_is_offered_none_is_tried():
    with Imap(capabilities="IMAP4rev1 LOGINDISABLED") as server:
        assert isinstance(fail(server), SignInRefused)
    assert not any("LOGIN" in line for line in server.commands)


def test_nobody_at_the_port_and_no_user_are_one_sentence_and_a_next_step():
    with Imap() as server:
        port = server.port
    with (
        pytest.raises(ServerUnavailable, match=f"nobody answers at 127.0.0.1:{port}"),
        mailbox(settings_for(port, user="fellow")),
    ):
        pass
    with pytest.raises(BadSettings) as caught, mailbox(settings_for(port, user="")):
        pass
    assert "write user" in caught.value.fix
    with (
        pytest.raises(BadSettings) as caught,
        mailbox(settings_for(port, user="fellow", host="mail.psf.example")),
    ):
        pass
    assert "tls" in caught.value.fix


# ── TLS ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A throw-away certificate for this machine, and one for another."""
    folder = tmp_path_factory.mktemp("tls")
    return {
        "here": a_certificate(folder, "here", "IP:127.0.0.1"),
        "elsewhere": a_certificate(folder, "elsewhere", "DNS:elsewhere.example"),
    }


def with_tls(certificate, tls, **how):
    offers = "IMAP4rev1 AUTH=PLAIN" + (" STARTTLS" if tls == "starttls" else "")
    return Imap(
        [a_mail(1)], capabilities=offers, context=server_side(certificate), implicit=tls == "implicit", **how
    )


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
def test_with_tls_the_mailbox_is_read(tls, certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate["here"][0]))
    with with_tls(certificate["here"], tls) as server:
        assert [mail.raw for _, mail in read(server, tls=tls)] == [a_mail(1)]


@pytest.mark.parametrize("tls", ["starttls", "implicit"])
@pytest.mark.parametrize(
    ("whose", "trusted", "words"),
    [("here", None, "nobody whom this machine trusts"), ("elsewhere", "elsewhere", "another name")],
)
def test_a_wrong_certificate_is_named_in_plain_words(tls, whose, trusted, words, certificate, monkeypatch):
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[trusted][0]))
    with with_tls(certificate[whose], tls) as server:
        error = fail(server, tls=tls)
    assert isinstance(error, SignInRefused)
    assert words in error.what
    assert not any("AUTHENTICATE" in line for line in server.commands)


@pytest.mark.parametrize(
    ("offers", "script"),
    [
        ("", {}),
        ("STARTTLS", {"STARTTLS": [b"TAG NO not now\r\n"]}),
        ("STARTTLS", {"STARTTLS": [b"TAG BAD what\r\n"]}),
        ("STARTTLS", {"STARTTLS": ["close"]}),
        ("STARTTLS", {"GREETING": [b"* PREAUTH welcome\r\n"]}),
    ],
)
def test_without_encryption_no_password_leaves(offers, script):
    with Imap(script=script, capabilities=f"IMAP4rev1 AUTH=PLAIN {offers}") as server:
        error = fail(server, tls="starttls")
    assert isinstance(error, SignInRefused | ServerUnavailable)
    assert not any("AUTHENTICATE" in line or "LOGIN" in line for line in server.commands)


@pytest.mark.parametrize("tls", ["starttls", "none"])
def test_a_server_that_greets_us_as_signed_in_is_not_believed(tls):
    greeting = b"* PREAUTH welcome\r\n"
    with Imap(script={"GREETING": [greeting]}, capabilities="IMAP4rev1 AUTH=PLAIN STARTTLS") as server:
        error = fail(server, tls=tls)
    assert "says that we are signed in before we are" in error.what
    assert server.commands == ["CAPABILITY"]


def test_what_came_in_the_clear_is_forgotten_once_it_is_encrypted(certificate, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate["here"][0]))
    script = {"STARTTLS": [b"TAG OK go\r\n* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n* BYE injected\r\n"]}
    with with_tls(certificate["here"], "starttls", script=script) as server:
        assert len(read(server, tls="starttls")) == 1


def test_tls_where_there_is_none_is_a_setting_to_correct():
    with Imap() as server:
        error = fail(server, tls="implicit")
    assert isinstance(error, BadSettings)
    assert "starttls" in error.fix
