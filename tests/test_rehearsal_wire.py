"""The rehearsal's IMAP server to the octet: its grammar alone, and conversations over bare sockets."""

import socket
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mailer.rehearsal import Clock, Rehearsal, Trouble
from mailer.rehearsal.imap_fetch import halves
from mailer.rehearsal.imap_syntax import BadSyntax, Word, folded, moment, parse, pick

START = datetime(2024, 6, 3, 8, 0, tzinfo=UTC)
LETTER = b"From: Ana <ana@a.example>\r\nSubject: One\r\nMessage-ID: <1@a.example>\r\n\r\nHello\r\n"


@pytest.fixture
def post() -> Iterator[Rehearsal]:
    with Rehearsal(clock=Clock(START)) as running:
        yield running


class Line:
    """A bare connection that says and hears octets."""

    def __init__(self, post) -> None:
        self.socket = socket.create_connection((post.host, post.imap_port), timeout=20)
        self.file = self.socket.makefile("rb")

    def __enter__(self):
        self.hear()
        return self

    def __exit__(self, *_):
        self.file.close()
        self.socket.close()

    def say(self, *octets: bytes) -> None:
        for piece in octets:
            self.socket.sendall(piece)

    def hear(self) -> bytes:
        return self.file.readline()

    def until(self, tag: bytes) -> list[bytes]:
        lines = [self.hear()]
        while lines[-1] and not lines[-1].startswith(tag + b" "):
            lines.append(self.hear())
        return lines

    def ask(self, command: bytes) -> bytes:
        """The tagged answer to a command sent under the tag `t`."""
        self.say(b"t " + command + b"\r\n")
        return self.until(b"t")[-1]


@pytest.fixture
def line(post) -> Iterator[Line]:
    with Line(post) as one:
        yield one


@pytest.fixture
def inside(post, line) -> Line:
    """A bare connection, signed in."""
    return signed_in(post, line)


def signed_in(post, line) -> Line:
    answer = line.ask(b"LOGIN %b %b" % (post.user.encode(), post.password.encode()))
    assert answer.startswith(b"t OK")
    return line


def expunge_first(post) -> None:
    """Another client deletes the first mail of the inbox."""
    with Line(post) as other:
        signed_in(post, other).ask(b"SELECT INBOX")
        other.ask(b"STORE 1 +FLAGS.SILENT (\\Deleted)")
        assert other.ask(b"EXPUNGE").startswith(b"t OK")


# --- the grammar ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name", "arguments"),
    [
        (b"a NOOP", "NOOP", ()),
        (b"a uid fetch 1:* flags", "UID", (Word(b"fetch"), Word(b"1:*"), Word(b"flags"))),
        (b'a LOGIN "a \\"b\\\\" c', "LOGIN", (Word(b'a "b\\', quoted=True), Word(b"c"))),
        (b"a LOGIN {3}\r\na\r\n {0+}\r\n", "LOGIN", (Word(b"a\r\n", quoted=True), Word(b"", quoted=True))),
        (b"a X ((1) (2 3)) ()", "X", (((Word(b"1"),), (Word(b"2"), Word(b"3"))), ())),
        (
            b"a FETCH 1 (BODY.PEEK[HEADER.FIELDS (From To)]<0.9> UID)",
            "FETCH",
            (Word(b"1"), (Word(b"BODY.PEEK[HEADER.FIELDS (From To)]<0.9>"), Word(b"UID"))),
        ),
    ],
)
def test_commands_are_read_as_the_grammar_says(text, name, arguments):
    command = parse(text)
    assert (command.tag, command.name, command.arguments) == ("a", name, arguments)


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"a",
        b"a ",
        b"* NOOP",
        b"+ NOOP",
        b"a (",
        b"a X (",
        b"a X )",
        b'a X "open',
        b'a X "bad \\n"',
        b"a X {5}\r\nabc",
        b'a X "a""b"',
        b"a X [open",
        b"a X {x}",
        b"a X \xff",
        b"a X " + b"(" * 40 + b")" * 40,
        b"a X\x00",
    ],
)
def test_what_is_no_command_is_said_to_be_none(text):
    with pytest.raises(BadSyntax):
        parse(text)


words = st.one_of(
    st.binary(max_size=20).map(lambda octets: Word(octets, quoted=True)),
    st.text("abcXYZ0129.:*\\-", min_size=1, max_size=9).map(lambda text: Word(text.encode())),
)
arguments = st.recursive(words, lambda inner: st.lists(inner, max_size=4).map(tuple), max_leaves=12)


def written(argument, how):
    """An argument as a client might write it; `how` draws between quotes and the two kinds of literal."""
    if isinstance(argument, tuple):
        return b"(" + b" ".join(written(one, how) for one in argument) + b")"
    if not argument.quoted:
        return argument.raw
    if how(st.booleans()) and not set(argument.raw) & set(b"\r\n\0"):
        return b'"' + argument.raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"') + b'"'
    return b"{%d%b}\r\n%b" % (len(argument.raw), how(st.sampled_from([b"", b"+"])), argument.raw)


@given(st.lists(arguments, max_size=5).map(tuple), st.data())
@settings(max_examples=80, deadline=None)
def test_whatever_a_client_writes_is_read_back(given_arguments, data):
    text = b" ".join([b"tag1 UID", *(written(one, data.draw) for one in given_arguments)])
    assert parse(text).arguments == given_arguments


@given(st.binary(max_size=60))
@settings(max_examples=300, deadline=None)
def test_arbitrary_octets_are_a_command_or_bad_syntax_and_nothing_else(octets):
    with suppress(BadSyntax):
        parse(b"a X " + octets)


@pytest.mark.parametrize(
    ("number_set", "chosen"),
    [
        ("1", []),
        ("2", [2]),
        ("2:5", [2, 4]),
        ("9:4", [4, 9]),
        ("*", [11]),
        ("99:*", [11]),
        ("*:9", [9, 11]),
        ("4,2,4", [2, 4]),
        ("1:*", [2, 4, 9, 11]),
    ],
)
def test_number_sets_choose_among_what_is_there(number_set, chosen):
    assert pick(number_set, [2, 4, 9, 11]) == chosen


@pytest.mark.parametrize("number_set", ["", "a", "1,", "1:", "-1", "1:2:3", "12345678901"])
def test_other_texts_are_no_number_sets(number_set):
    with pytest.raises(BadSyntax):
        pick(number_set, [1, 2])


@given(st.sets(st.integers(1, 40)))
@settings(max_examples=60, deadline=None)
def test_a_folded_set_unfolds_to_the_same_numbers(numbers):
    ordered = sorted(numbers)
    assert pick(folded(ordered), range(1, 41)) == ordered if ordered else folded(ordered) == ""


def test_moments_are_read_in_any_zone():
    assert moment(" 3-Jun-2024 10:00:00 +0200") == moment("03-Jun-2024 03:30:00 -0430") == START


@pytest.mark.parametrize("text", ["03-Jun-2024", "31-Feb-2024 10:00:00 +0000", "03-Foo-2024 10:00:00 +0000"])
def test_other_texts_are_no_moments(text):
    with pytest.raises(BadSyntax):
        moment(text)


@pytest.mark.parametrize(
    ("raw", "header"),
    [
        (b"A: 1\r\n\r\nb", b"A: 1\r\n\r\n"),
        (b"A: 1\n\nb\r\n\r\n", b"A: 1\n\n"),
        (b"A: 1", b"A: 1"),
        (b"\r\nbody", b"\r\n"),
        (b"", b""),
    ],
)
def test_a_mail_is_cut_at_its_first_empty_line(raw, header):
    assert halves(raw) == (header, raw[len(header) :])


# --- conversations ---


def test_sasl_plain_may_send_its_answer_at_once(post, line):
    assert line.ask(b"AUTHENTICATE PLAIN !!!").startswith(b"t BAD")
    assert line.ask(b"AUTHENTICATE CRAM-MD5").startswith(b"t NO")
    assert line.ask(b"AUTHENTICATE PLAIN AGZlbGxvd0ByZWhlYXJzYWwuZXhhbXBsZQByZWhlYXJzYWw=").startswith(
        b"t OK"
    )
    assert line.ask(b"LOGIN a b").startswith(b"t BAD")


@pytest.mark.parametrize(
    "command",
    [b"SELECT INBOX", b"FETCH 1 FLAGS", b"UID FETCH 1 FLAGS", b'LIST "" *', b"STATUS INBOX (UIDNEXT)"],
)
def test_nothing_is_shown_before_signing_in(line, command):
    assert line.ask(command).startswith(b"t BAD")


def test_places_do_not_shift_while_a_command_speaks_in_them(post, inside):
    for _ in range(3):
        post.inject(LETTER)
    inside.ask(b"SELECT INBOX")
    expunge_first(post)
    inside.say(b"t FETCH 1:3 UID\r\n")
    assert inside.until(b"t")[:-1] == [b"* 2 FETCH (UID 2)\r\n", b"* 3 FETCH (UID 3)\r\n"]
    inside.say(b"t UID SEARCH ALL\r\n")
    assert inside.until(b"t")[:-1] == [b"* 1 EXPUNGE\r\n", b"* SEARCH 2 3\r\n"]


def test_an_idle_client_hears_of_new_mail_at_once(post, inside):
    inside.ask(b"EXAMINE INBOX")
    inside.say(b"t IDLE\r\n")
    assert inside.hear().startswith(b"+")
    post.inject(LETTER)
    assert inside.hear() == b"* 1 EXISTS\r\n"
    inside.say(b"DO", b"NE\r\n")
    assert inside.hear().startswith(b"t OK")
    inside.say(b"t IDLE\r\n")
    inside.hear()
    assert inside.ask(b"NOOP").startswith(b"t BAD")


def test_renumbered_folders_send_their_readers_away(post, inside):
    post.inject(LETTER)
    post.inject(LETTER)
    expunge_first(post)
    inside.ask(b"EXAMINE INBOX")
    post.renumber()
    inside.say(b"t NOOP\r\n")
    assert inside.hear().startswith(b"* BYE")
    assert [mail.uid for mail in post.inbox] == [1]
    with Line(post) as other:
        signed_in(post, other).say(b"t STATUS INBOX (UIDVALIDITY UIDNEXT)\r\n")
        told = b'* STATUS "INBOX" (UIDVALIDITY %d UIDNEXT 2)\r\n' % (START.timestamp() + 1)
        assert other.until(b"t")[0] == told


def test_a_client_that_reads_nothing_does_not_keep_the_server_from_stopping(post, inside):
    for _ in range(20):
        post.inject(b"x" * 1_000_000)
    inside.ask(b"EXAMINE INBOX")
    inside.say(b"t FETCH 1:* BODY.PEEK[]\r\n")
    assert inside.hear().startswith(b"* 1 FETCH")
    post.stop()
    with suppress(ConnectionError):
        assert len(inside.file.read()) < 20_000_000


# --- octets on the wire --------------------------------------------------------------------------


def test_a_command_may_arrive_octet_by_octet(post, line):
    command = b"t LOGIN {%d}\r\n%b {%d+}\r\n%b\r\n"
    command %= len(post.user), post.user.encode(), len(post.password), post.password.encode()
    line.say(*(command[at : at + 1] for at in range(len(command))))
    assert [told[:4] for told in line.until(b"t")] == [b"+ go", b"t OK"]


def test_many_commands_may_arrive_at_once(inside):
    inside.say(b"a EXAMINE INBOX\r\nb NOOP\r\nc UID SEARCH ALL\r\nd CLOSE\r\ne LOGOUT\r\n")
    told = inside.file.read().splitlines()
    assert [one[:4] for one in told if one[:1] in b"abcde"] == [b"a OK", b"b OK", b"c OK", b"d OK", b"e OK"]


def test_a_literal_that_looks_like_a_command_is_none(inside, post):
    inner = b"Subject: x\r\n\r\nt LOGOUT\r\n{3}"
    assert inside.ask(b"APPEND INBOX {%d+}\r\n%b" % (len(inner), inner)).startswith(b"t OK")
    assert post.inbox[0].raw == inner


@pytest.mark.parametrize(
    "command",
    [
        b"NONSENSE",
        b"UID",
        b"UID NOOP",
        b"LOGIN a",
        b"SELECT",
        b"SELECT (INBOX)",
        b"STATUS INBOX",
        b"STATUS INBOX (FOO)",
        b"FETCH 1 FLAGS",
        b"APPEND INBOX",
        b"APPEND INBOX word",
        b'LIST ""',
        b"SELECT \xff",
        b"(",
        b"STORE 1 +FLAGS (a)",
    ],
)
def test_bad_commands_are_said_to_be_bad_and_the_conversation_goes_on(inside, command):
    assert inside.ask(command).startswith((b"t BAD", b"t NO"))
    assert inside.ask(b"NOOP").startswith(b"t OK")


@pytest.mark.parametrize(
    "command",
    [
        b"FETCH 1 ENVELOPE",
        b"FETCH 1 BODY[1.MIME]",
        b"FETCH x FLAGS",
        b"FETCH 1",
        b"FETCH 1 ()",
        b"STORE 1 FOO (a)",
        b'STORE 1 FLAGS ("a) b")',
        b"FETCH 1 FLAGS (UNCHANGEDSINCE 3)",
        b"COPY 1",
        b"UID EXPUNGE",
        b"SEARCH",
    ],
)
def test_bad_commands_on_mails_are_said_to_be_bad(inside, post, command):
    post.inject(LETTER)
    inside.ask(b"SELECT INBOX")
    assert inside.ask(command).startswith(b"t BAD")
    assert post.inbox[0].flags == frozenset()


def test_a_silent_change_is_not_reported_to_whoever_made_it(inside, post):
    post.inject(LETTER)
    inside.ask(b"SELECT INBOX")
    inside.say(b"t STORE 1 +FLAGS.SILENT $Later\r\n")
    assert len(inside.until(b"t")) == 1
    inside.say(b"t NOOP\r\n")
    assert len(inside.until(b"t")) == 1
    assert post.inbox[0].flags == {"$Later"}


def test_a_line_without_end_is_not_kept(line):
    with suppress(ConnectionError):
        line.say(b"t LOGIN " + b"a" * 200_000)
        assert line.hear().startswith(b"* BYE")
        assert line.hear() == b""


@pytest.mark.parametrize("literal", [b"{99999999}", b"{99999999+}", b"{9999999999}"])
def test_a_literal_without_measure_is_not_awaited(inside, literal):
    inside.say(b"t APPEND INBOX " + literal + b"\r\n")
    assert inside.hear().startswith(b"* BYE")
    assert inside.hear() == b""


def test_a_client_that_hangs_up_in_mid_sentence_harms_nobody(post):
    for said in (b"", b"t LOG", b"t APPEND INBOX {100}\r\n", b"t APPEND INBOX {100+}\r\nabc"):
        with Line(post) as one:
            one.say(said)
    with Line(post) as one:
        assert signed_in(post, one).ask(b"NOOP").startswith(b"t OK")


# --- trouble on request --------------------------------------------------------------------------


def test_trouble_comes_to_the_command_that_asked_for_it(post):
    asked = []

    def trouble(number, command):
        asked.append((number, command))
        return {"EXAMINE INBOX": Trouble.NO, "UID SEARCH ALL": Trouble.CUT}.get(command)

    post.trouble = trouble
    with Line(post) as line:
        line.ask(b"LOGIN {%d+}\r\n%b %b" % (len(post.user), post.user.encode(), post.password.encode()))
        assert line.ask(b"EXAMINE INBOX") == b"t NO not now\r\n"
        assert line.ask(b"SELECT INBOX").startswith(b"t OK")
        line.say(b"t UID SEARCH ALL\r\n")
        whole = b"* SEARCH\r\nt OK done\r\n"
        assert line.file.read() == whole[: len(whole) // 2]
    assert asked[0] == (1, "LOGIN {24}")
    post.trouble = lambda number, command: Trouble.BYE if command == "NOOP" else Trouble.DROP
    with Line(post) as line:
        assert line.ask(b"NOOP") == b""
    with Line(post) as line:
        line.say(b"t CAPABILITY\r\n")
        assert line.hear() == b""
