"""A letter tried out: it goes to one address, is not remembered, and what it brings is nobody's answer."""

import contextlib
import hashlib
import io
import json
import subprocess
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from stage import environment, stage

from mailer.cli import cli
from mailer.cli.entrance import run
from mailer.nouns import Kind, OrderKind, marks
from mailer.rehearsal import Habit, Person
from mailer.rehearsal.people import Program

ME = "fay@home.example"


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        yield made


def try_out(play, *words, to=ME, group="chipy", code=0):
    """`campaign send hello --test-to … --as …` in this very process, for speed; all that was said."""
    heard = io.StringIO()
    typed = ["-C", str(play.folder), "send", "hello", *(["--test-to", to] if to else []), *words]
    typed += ["--as", group] if group else []
    with contextlib.redirect_stdout(heard), contextlib.redirect_stderr(heard):
        ended = run(cli, typed, play.world)
    said = " ".join(heard.getvalue().split())
    assert ended == code, said
    return said


def arrived(play):
    """The mails that the server took, read."""
    return [message_from_bytes(posted.raw, policy=policy.default) for posted in play.post.letters]


def everything_in(folder):
    """Every file of a folder by its path, with a digest and what the system says of it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        str(path): (hashlib.sha256(path.read_bytes()).digest(), path.stat().st_mtime_ns, path.stat().st_mode)
        for path in files
    }


# What arrives


def test_the_words_are_those_that_the_group_would_get(play):
    done = play.run("send", "hello", "--test-to", ME, "--as", "chipy")
    [mail] = arrived(play)
    [posted] = play.post.letters
    assert posted.to == (ME,)
    assert (mail["To"], mail["From"]) == (ME, "Fay Fellow <fellow@rehearsal.example>")
    assert mail["Subject"] == "[test as chipy] Hello ChiPy"
    assert "Dear Robin," in mail.get_body(("plain",)).get_content()
    assert "<strong>project night</strong>" in mail.get_body(("html",)).get_content()
    assert "the server has taken it" in done.stderr
    assert "250 2.0.0 OK: taken in" in done.stderr


def test_nothing_in_it_leads_back_to_the_real_letter(play):
    play.run("send", "hello", "--confirm", "3")
    try_out(play, "--step", "again")
    *_, mail = arrived(play)
    assert mail["Subject"] == "[test as chipy] Re: Hello ChiPy"
    assert not {"In-Reply-To", "List-Unsubscribe", "X-Campaign-Ref"} & set(mail.keys())
    assert mail["References"] == mail["Message-ID"]
    assert marks.is_trial(mail["Message-ID"])
    with play.ledger() as ledger:
        assert marks.genuine(mail["Message-ID"], ledger.seal) == ""
        for delivery in ledger.deliveries().values():
            bare = delivery.message_id.strip("<>").partition("@")[0].removeprefix("c.").encode()
            assert bare not in play.post.letters[-1].raw


def test_it_is_the_groups_next_letter_else_the_first(play):
    play.run("send", "hello", "--only", "chipy", "--confirm", "1")
    try_out(play)
    try_out(play, group="oslo-python")
    try_out(play, "--step", "hello")
    play.clock.move_on(timedelta(days=8))
    play.run("send", "hello", "--only", "chipy", "--confirm", "1")
    try_out(play)
    subjects = [mail["Subject"] for mail in arrived(play) if "test as" in mail["Subject"]]
    assert subjects == [
        "[test as chipy] Re: Hello ChiPy",
        "[test as oslo-python] Hello Oslo Python",
        "[test as chipy] Hello ChiPy",
        "[test as chipy] Hello ChiPy",
    ]


def test_each_test_has_an_id_of_its_own(play):
    try_out(play)
    play.clock.move_on(timedelta(seconds=1))
    try_out(play)
    ids = [mail["Message-ID"] for mail in arrived(play)]
    assert len(set(ids)) == 2


# The ledger is only looked at


def test_the_ledger_stays_as_it_was_to_the_last_byte(play):
    play.run("send", "hello", "--confirm", "3")
    before = everything_in(play.folder)
    play.run("send", "hello", "--test-to", ME, "--as", "chipy")
    try_out(play, "--step", "again")
    assert everything_in(play.folder) == before
    assert "no letter is due now" in play.run("send", "hello").stdout


@contextlib.contextmanager
def somebody_sends(play):
    """Another process has both locks of the ledger, in the middle of a change."""
    code = (
        "import sys; from pathlib import Path; from mailer.ledger import open_ledger; f = Path(sys.argv[1])\n"
        "with open_ledger(f / 'ledger', f / 'ledger-id') as ledger, ledger.sending(), ledger.together():\n"
        "    print('here', flush=True); sys.stdin.read()"
    )
    words = ["python", "-c", code, str(play.folder / "campaigns")]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(words, env=environment(), **pipes) as process:
        assert process.stdout.readline() == "here\n"
        try:
            yield
        finally:
            process.stdin.close()


def test_it_works_while_letters_are_being_sent(play):
    with somebody_sends(play):
        try_out(play)
    assert len(play.post.letters) == 1


def test_a_line_that_is_being_written_is_no_fault(play):
    play.run("send", "hello", "--confirm", "3")
    journal = play.workspace.ledger_folder / "journal.jsonl"
    whole = journal.read_bytes()
    journal.write_bytes(whole + b'{"crc":"0123')
    try_out(play)
    assert journal.read_bytes() == whole + b'{"crc":"0123'


def test_without_its_ledger_nothing_is_tried(play):
    play.workspace.ledger_folder.rename(play.folder / "elsewhere")
    try_out(play, code=78)
    assert play.post.letters == ()


# What comes back from it


TESTERS = [
    *(Person(f"{p.value}@home.example", Habit.ANSWERS, name="Kim", writes_with=p) for p in Program),
    Person("away@home.example", Habit.AWAY),
    Person("bounces@home.example", Habit.BOUNCES),
    Person("ticket@home.example", Habit.TICKET),
    Person("colleague@home.example", Habit.COLLEAGUE, other="boss@home.example"),
    Person("stops@home.example", Habit.STOPS),
]


def test_an_answer_or_a_bounce_to_it_is_no_message_of_the_campaign(tmp_path):
    with stage(tmp_path / "w", TESTERS) as play:
        play.run("send", "hello", "--confirm", "3")
        for person in TESTERS:
            try_out(play, to=person.address)
        play.clock.move_on(timedelta(days=1))
        play.run("replies")
        with play.ledger() as ledger:
            messages = ledger.messages()
            assert len(messages) == len(TESTERS)
            assert [m.match.candidates for m in messages] == [()] * len(TESTERS)
            assert Kind.HUMAN not in {m.finding.kind for m in messages}
            assert {d.state for d in ledger.deliveries().values()} == {"accepted"}
        play.clock.move_on(timedelta(days=7))
        play.run("send", "hello", "--confirm", "3")


def test_but_from_somebody_who_got_the_real_letter_by_then_it_waits_for_her(tmp_path):
    kim = Person("kim@home.example", Habit.ANSWERS, after=timedelta(hours=2))
    with stage(tmp_path / "w", [kim]) as play:
        try_out(play, to=kim.address)
        table = (play.folder / "campaigns/groups.csv").read_text()
        play.write("campaigns/groups.csv", table.replace("robin@chipy.example", kim.address))
        play.clock.move_on(timedelta(hours=1))
        play.run("send", "hello", "--confirm", "3")
        play.clock.move_on(timedelta(minutes=90))
        play.run("replies")
        with play.ledger() as ledger:
            [about_the_test] = ledger.messages()
            assert about_the_test.finding.kind is Kind.HUMAN
        assert "chipy" in play.run("todo").stdout


@pytest.mark.parametrize(("words", "kind"), [("Yes!", Kind.HUMAN), ("Please remove me.", Kind.UNSUBSCRIBE)])
def test_a_tested_mail_that_an_organizer_answers_hides_neither_answer_nor_stop(play, words, kind):
    play.run("send", "hello", "--confirm", "3")
    try_out(play, to="kim@home.example")
    lines = [
        "From: robin@chipy.example",
        "Subject: Re: x",
        "In-Reply-To: <manual1@x.example>",
        f"References: {arrived(play)[-1]['Message-ID']} <manual1@x.example>",
    ]
    play.post.inject("\r\n".join([*lines, "", words, ""]).encode())
    play.run("replies")
    with play.ledger() as ledger:
        assert [m.finding.kind for m in ledger.messages()] == [kind]
        assert (ledger.history().stop("", "robin@chipy.example") is not None) == (kind is Kind.UNSUBSCRIBE)
    play.clock.move_on(timedelta(days=8))
    play.run("send", "hello", "--confirm", "2")
    assert "robin@chipy.example" not in {posted.to[0] for posted in play.post.letters[-2:]}


def test_the_copy_in_her_own_inbox_is_her_own(play):
    play.run("send", "hello", "--confirm", "3")
    try_out(play, to=play.post.user)
    play.post.inject(play.post.letters[-1].raw)
    said = play.run("replies").stderr
    assert "1 own-copy" in said
    assert "campaign show" not in said  # nothing is listed that it could print
    with play.ledger() as ledger:
        assert [(m.finding.kind, m.match.candidates) for m in ledger.messages()] == [(Kind.OWN_COPY, ())]


# To whom it may go


def test_not_to_somebody_who_would_get_the_letter_twice(play):
    assert "would get the letter twice" in try_out(play, to="Robin@ChiPy.example", code=2)
    assert "would get the letter twice" in try_out(play, to="taylor@bostonpython.example", code=2)
    play.run("send", "hello", "--confirm", "3")
    table = (play.folder / "campaigns/groups.csv").read_text()
    play.write("campaigns/groups.csv", table.replace("robin@chipy.example", "new@chipy.example"))
    assert "belongs to chipy" in try_out(play, to="robin@chipy.example", code=2)
    assert len(play.post.letters) == 3


def test_to_her_own_address_even_if_she_organizes_a_group(play):
    table = (play.folder / "campaigns/groups.csv").read_text()
    play.write("campaigns/groups.csv", table.replace("robin@chipy.example", play.post.user))
    try_out(play, to=play.post.user.upper())
    assert len(play.post.letters) == 1


@pytest.mark.parametrize("whom", [ME, "fellow@rehearsal.example"])
def test_not_to_an_address_that_was_stopped(play, whom):
    with play.ledger() as ledger:
        ledger.give(OrderKind.STOP, whom, "fay", "no more of this", play.clock.now())
    assert "no more of this" in try_out(play, to=whom, code=2)
    assert play.post.letters == ()


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        (["--test-to", ME], "--as GROUP"),
        (["--as", "chipy"], "--test-to ADDRESS"),
        (["--step", "hello"], "--test-to"),
        (["--test-to", "fay at home", "--as", "chipy"], "has no @"),
        (["--test-to", "a@b.example,c@d.example", "--as", "chipy"], "more than one address"),
        (["--test-to", ME, "--as", "chpiy"], "did you mean chipy?"),
        (["--test-to", ME, "--as", "Chipy"], "did you mean chipy?"),
        (["--test-to", ME, "--as", "bostn"], "did you mean boston-python?"),
        (["--test-to", ME, "--as", "zzz"], "rows that cannot be used, if there are any"),
        (["--test-to", ME, "--as", "boston-python"], "outside the audience"),
        (["--test-to", ME, "--as", "chipy", "--step", "agian"], "did you mean again?"),
        (["--test-to", ME, "--as", "chipy", "--dry-run"], "leave --dry-run out"),
        (["--test-to", ME, "--as", "chipy", "--limit", "1"], "leave --limit out"),
        (["--test-to", ME, "--as", "chipy", "--only", "chipy"], "leave --only out"),
        (["--test-to", ME, "--as", "chipy", "--confirm", "0"], "leave --confirm out"),
        (
            ["--test-to", ME, "--as", "chipy", "--limit", "3", "--confirm", "1"],
            "leave --limit and --confirm out",
        ),
    ],
)
def test_a_slip_sends_nothing_and_is_answered(play, words, advice):
    assert advice in try_out(play, *words, to="", group="", code=2)
    assert play.post.letters == ()


# Mistakes


def test_mistakes_elsewhere_do_not_block_it(play):
    table = (play.folder / "campaigns/groups.csv").read_text()
    play.write("campaigns/groups.csv", table.replace("ingrid@oslopython.example", "ingrid at oslo"))
    play.write("templates/again.md", "{{ nmae }}")
    play.write("campaigns/other.toml", "nonsense")
    try_out(play)
    assert len(play.post.letters) == 1


@pytest.mark.parametrize(
    ("file", "before", "after", "where"),
    [
        ("templates/hello.md", "{{ name }}", "{{ nmae }}", "templates/hello.md"),
        ("campaigns/hello.toml", '"7 days"', '"7 dyas"', "hello.toml"),
        ("campaigns/hello.toml", "lane ==", "lnae ==", "hello.toml"),
        ("campaigns/groups.csv", "Robin,Robin,", "Robin,,", "greeting"),
    ],
)
def test_mistakes_in_this_letter_do(play, file, before, after, where):
    text = (play.folder / file).read_text()
    play.write(file, text.replace(before, after))
    said = try_out(play, code=65)
    assert where in said
    assert "Traceback" not in said
    assert play.post.letters == ()


# What the server says


def test_a_refused_address_is_said_with_the_servers_words(tmp_path):
    with stage(tmp_path / "w", [(ME, Habit.UNKNOWN)]) as play:
        said = try_out(play, code=1)
        assert "the server refuses it" in said
        assert "550 5.1.1 Nobody of that name here" in said
        with play.ledger() as ledger:
            assert ledger.deliveries() == {}


def test_without_a_server_or_the_right_password(play):
    settings = (play.folder / "campaigns/settings.toml").read_text()
    play.write("campaigns/settings.toml", settings.replace('"rehearsal"', '"wrong"'))
    try_out(play, code=77)
    play.write("campaigns/settings.toml", settings)
    play.post.stop()
    assert "nobody answers" in try_out(play, code=69)


def test_programs_get_one_document(play):
    done = play.run("send", "hello", "--test-to", ME, "--as", "chipy", "--json")
    told = json.loads(done.stdout)
    assert told["sums"]["test"] is True
    [row] = told["rows"]
    assert (row["letter"], row["to"], row["outcome"], row["code"]) == (
        "hello/chipy/hello",
        ME,
        "accepted",
        250,
    )
