"""`campaign review`: what nobody can be sure about, one at a time; and without a keyboard."""

import json
import os
import pty
import re
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest
from stage import GROUPS, START, Stage, environment, stage
from terminal import listen, on_a_terminal

from mailer.nouns import Address, Candidate, Finding, Kind, LetterId, Match, Outcome, Reason, State

KIT = GROUPS + "chipy,,Kit,Kit,kit@mail.example,,,\noslo-python,,Kit,Kit,kit@mail.example,,,\n"
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

TIE = """\
From: "Kit \x1b]0;owned\x07" <kit@mail.example>
To: fellow@rehearsal.example
Subject: One of my groups \x1b[31m
Message-ID: <kit-{number}@mail.example>

We would like a project night. \x1b[2J
"""
STRANGER = """\
From: Jay <jay@postbox.example>
To: fellow@rehearsal.example
Subject: Your mail {number}
Message-ID: <jay-{number}@postbox.example>

Please take me off your list.
"""
ANSWER = """\
From: Mo <mo@elsewhere.example>
To: kit@mail.example, fellow@rehearsal.example
Subject: Re: One of my groups
Message-ID: <mo-{number}@elsewhere.example>
In-Reply-To: <kit-1@mail.example>

I could bring cake.
"""


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    with stage(tmp_path_factory.mktemp("played") / "w") as play:
        play.write("campaigns/groups.csv", KIT)
        play.run("send", "hello", "--confirm", "3")
        play.clock.move_on(timedelta(days=1))
        for text in (TIE, STRANGER):
            arrive(play, text, 1)
        play.run("replies")
        yield play


@pytest.fixture
def unclear(played, tmp_path, monkeypatch):
    """A mail of somebody who stands for two groups, and a wish from nobody knows whom."""
    shutil.copytree(played.folder, tmp_path / "w")
    # What the account remembers of the ledger goes along, or the copy would be an older one.
    shutil.copytree(os.environ["XDG_STATE_HOME"], tmp_path / "state")
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Stage(tmp_path / "w", played.post)


def arrive(play, text, number):
    play.post.inject(text.format(number=number).replace("\n", "\r\n").encode())


def listed(play, *words):
    return json.loads(play.run("review", *words, "--json").stdout)["rows"]


def ids(play):
    return {row["sender"].partition("@")[0]: row["id"][:6] for row in listed(play)}


def history(play):
    with play.look() as ledger:
        return ledger.history()


def note(play, finding, *letters, sender="robin@chipy.example", name="a" * 12):
    """A message as a reader would have noted it."""
    with play.ledger() as ledger:
        first = ledger.messages()[0]
        match = Match(tuple(Candidate(LetterId.parse(letter), 99, "its id") for letter in letters))
        message = replace(
            first, id=name, message_id=f"<{name}@x>", sender=sender, finding=finding, match=match
        )
        ledger.note(message, ledger.cursor("INBOX"))


# Without a keyboard


def test_the_list_has_the_words_the_guesses_and_the_reasons_all_cleaned(unclear):
    kit, jay = listed(unclear)
    assert (kit["doubt"], jay["doubt"]) == ("which group?", "from whom?")
    assert {guess["group"] for guess in kit["guesses"]} == {"chipy", "oslo-python"}
    assert [guess["number"] for guess in kit["guesses"]] == [1, 2]
    said = unclear.run("review", "--list", width=80).stdout
    assert "We would like a project night." in said
    assert "Who wants no more letters?" in said
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f\x9b]", said)
    assert max(map(len, said.splitlines())) <= 80


def test_nothing_is_asked_where_nobody_is_at_the_keyboard(unclear):
    refused = unclear.run("review", code=2)
    for flag in ("--list", "--accept", "--group", "--letter", "--kind", "--unrelated", "--done"):
        assert flag in refused.stderr
    assert listed(unclear)


def test_naming_the_group_frees_the_other_one_and_undo_binds_it_again(unclear):
    kit = ids(unclear)["kit"]
    assert {group for group in ("chipy", "oslo-python") if history(unclear).answer("hello", group)} == {
        "chipy",
        "oslo-python",
    }
    said = unclear.run("review", kit, "--group", "oslo-python").stderr
    assert "oslo-python" in said
    assert history(unclear).answer("hello", "chipy") is None
    assert history(unclear).answer("hello", "oslo-python").source.startswith(f"message {kit}")
    assert kit not in ids(unclear).values()
    assert "you said so (order o1)" in unclear.run("show", kit).stdout
    said = unclear.run("undo", "o1").stderr
    assert f"taken back: the message {kit} of Kit" in said
    assert history(unclear).answer("hello", "chipy")
    assert kit in ids(unclear).values()


def test_whom_she_names_is_known_for_the_group_and_unknown_again_after_undo(unclear):
    jay = ids(unclear)["jay"]
    said = unclear.run("review", jay, "--group", "chipy", "--because", "she told me").stderr
    assert "jay@postbox.example is known for chipy from now on" in said
    assert history(unclear).stop("", "jay@postbox.example")
    arrive(unclear, STRANGER, 2)
    unclear.run("replies")
    assert history(unclear).messages[-1].match.best.letter.group == "chipy"
    assert unclear.run("undo").stdout.count("she told me") == 1
    unclear.run("undo", "o1")
    arrive(unclear, STRANGER, 3)
    unclear.run("replies")
    assert history(unclear).messages[-1].match.best is None


def test_who_answers_a_mail_that_she_placed_belongs_where_she_placed_it(unclear):
    unclear.run("review", ids(unclear)["kit"], "--group", "oslo-python")
    arrive(unclear, ANSWER, 1)
    unclear.run("replies")
    assert history(unclear).messages[-1].match.best.letter.group == "oslo-python"


def test_the_other_ways_to_decide(unclear):
    kit, jay = ids(unclear)["kit"], ids(unclear)["jay"]
    unclear.run("review", jay, "--unrelated")
    assert jay not in ids(unclear).values()
    unclear.run("review", kit, "--kind", "unsubscribe", "--accept", "2")
    message = history(unclear).messages[0]
    assert (message.finding.kind, message.match.best.points) == (Kind.UNSUBSCRIBE, 100)
    assert listed(unclear) == []
    assert "nothing to look through" in unclear.run("review", "--list").stderr
    unclear.run(
        "review", kit, "--letter", "hello/chipy/hello", "--kind", "out-of-office", "--until", "monday"
    )
    assert history(unclear).messages[0].finding.until.weekday() == 0
    unclear.run("review", kit, "--done")
    assert all(not each.startswith(kit) for each in map(str, history(unclear).open_messages(START.date())))


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--accept", "7"], "no guess number 7"),
        (["--accept", "0"], "no guess number 0"),
        (["--group", "oslo-pyton"], "did you mean oslo-python?"),
        (["--group", "boston-python"], "no letter went to a group 'boston-python'"),
        (["--letter", "hello/oslo-python/helo"], "did you mean hello/oslo-python/hello?"),
        (["--letter", "hello"], "campaign why GROUP lists its letters"),
        (["--until", "monday"], "--kind out-of-office --until monday"),
        (["--accept", "3"], "write a number from 1 to 2"),
        (["--kind", "humn"], "did you mean human?"),
        (["--kind", "human", "--until", "monday"], "--until goes with --kind out-of-office"),
        (["--group", "chipy", "--unrelated"], "--group and --unrelated do not go together"),
        (["--kind", "human", "--done"], "--done and --kind do not go together"),
    ],
)
def test_a_slip_of_the_keyboard_decides_nothing(unclear, flags, says):
    assert says in unclear.run("review", ids(unclear)["kit"], *flags, code=2).stderr.replace(
        "\n         ", " "
    )
    assert history(unclear).orders == ()


def test_too_short_a_name_is_called_so_and_not_a_message_that_is_missing(unclear):
    kit = ids(unclear)["kit"]
    for command in (["review", kit[:2], "--done"], ["show", kit[:2]]):
        said = unclear.run(*command, code=2).stderr
        assert f"'{kit[:2]}' is too short to say which message is meant" in said
        assert "the first 4 characters" in said


def test_of_one_campaign_only_its_messages_are_counted(unclear):
    unclear.run("new", "sprint")
    said = unclear.run("replies", "sprint", "--all").stderr
    count = len(json.loads(unclear.run("replies", "--all", "--json").stdout)["rows"])
    assert "0 messages so far in sprint\n" in said
    assert f"{count} others belong elsewhere; campaign replies --all lists everything" in said
    assert "may belong to several groups" not in said
    assert "elsewhere" not in unclear.run("replies", "--all").stderr


def test_show_has_the_day_of_return_and_whom_to_write_to_instead(unclear):
    back, new = unclear.clock.now().date() + timedelta(days=9), Address.parse("new@chipy.example")
    note(unclear, Finding(Kind.OUT_OF_OFFICE, ("she is away",), until=back, instead=new), "hello/chipy/hello")
    said = unclear.run("show", "aaaa").stdout
    assert f"Back     {back:%a %d %b %Y}" in said
    assert "Instead  new@chipy.example" in said


def test_a_message_that_is_not_there_is_refused(unclear):
    assert "there is no message 'ffffffff'" in unclear.run("review", "ffffffff", "--unrelated", code=2).stderr
    assert "which message" in unclear.run("review", "--unrelated", code=2).stderr


def test_a_new_contact_is_proposed_as_a_row_and_nothing_is_changed_by_it(unclear):
    new = Address.parse("new@chipy.example")
    left = Finding(Kind.AUTO_ACK, ("she has left",), reason=Reason.LEFT, instead=new)
    note(unclear, left, "hello/chipy/hello")
    before = (unclear.folder / "campaigns/groups.csv").read_text()
    row = listed(unclear, "aaaaaa")[0]
    assert row["place"] == "campaigns/groups.csv line 2"
    assert row["row"] == "chipy,ChiPy,,all at ChiPy,new@chipy.example,200,research,Chicago"
    said = unclear.run("review", "aaaaaa", width=80).stdout
    assert row["row"] in said
    assert "Nothing is changed by itself" in said
    assert "contact to change" in unclear.run("todo").stdout
    assert (unclear.folder / "campaigns/groups.csv").read_text() == before
    unclear.write("campaigns/groups.csv", before.replace(before.splitlines()[1], row["row"]))
    assert "aaaaaa" not in unclear.run("review", "--list").stdout
    assert "contact to change" not in unclear.run("todo").stdout


def test_a_report_that_was_none_gives_the_letter_back(unclear):
    robin = Address.parse("robin@chipy.example")
    note(unclear, Finding(Kind.BOUNCE_HARD, ("no such mailbox",), (robin,)), "hello/chipy/hello")
    letter = LetterId("hello", "chipy", "hello")
    with unclear.ledger() as ledger:
        ledger.change(letter, State.BOUNCED, START, "no such mailbox")
    assert history(unclear).bounced(robin.key)
    unclear.run("review", "aaaaaa", "--kind", "bounce-soft")
    assert history(unclear).bounced(robin.key) is None
    assert history(unclear).deliveries[str(letter)].state is State.ACCEPTED
    assert "everything adds up" in unclear.run("audit").stdout
    unclear.run("undo", "o1")
    assert history(unclear).bounced(robin.key)
    assert history(unclear).deliveries[str(letter)].attempts[-1].verdict.outcome is Outcome.ACCEPTED


def test_what_waits_at_a_door_stands_in_todo_with_what_to_do(unclear):
    unclear.run("review", ids(unclear)["kit"], "--group", "chipy")
    note(unclear, Finding(Kind.AUTO_ACK, ("awaits",), reason=Reason.MODERATION), "hello/oslo-python/hello")
    note(unclear, Finding(Kind.CHALLENGE, ("prove it",)), "hello/sf-python/hello", name="b" * 12)
    said = unclear.run("todo").stdout
    assert "1 letter before a moderator" in said
    assert "the list's moderator must let it through" in said
    assert "ask the moderator; when it is through: campaign done aaaaaa" in said
    assert "it wants proof of a person" in said
    assert "2 held up" in unclear.run("status", "hello").stdout
    unclear.run("done", "bbbbbb")
    assert "proof of a person" not in unclear.run("todo").stdout


# With a keyboard


PROMPT = b"quit"


def reviewed(play, *keys, width=80, **more):
    """Type one key at each prompt; what the terminal showed, without colours."""
    now = play.clock.now().isoformat()
    pairs = [(PROMPT, key) for key in keys]
    shown = on_a_terminal(play.folder, "review", width=width, keys=pairs, CAMPAIGN_NOW=now, **more)
    return ESCAPE.sub("", shown).replace("\r", "")


def orders(play):
    return [(order.kind, order.says) for order in history(play).orders]


def test_one_key_decides_and_the_next_one_is_shown(unclear):
    shown = reviewed(unclear, b"2", b"u")
    assert "1 of 2" in shown
    assert "2 of 2" in shown
    second = re.search(r"^  2  (\S+)", shown, re.MULTILINE)[1]
    assert orders(unclear) == [("match", f"hello/{second}/hello"), ("match", "")]
    assert "2 decisions, nothing left to look through" in shown
    assert "campaign undo lists what was decided" in shown


def test_enter_does_not_choose_between_two_that_are_equally_likely(unclear):
    shown = reviewed(unclear, b"\rq")
    assert "equally likely: press a number" in shown
    assert orders(unclear) == []


def test_back_takes_back_and_later_leaves_it_on_the_list(unclear):
    shown = reviewed(unclear, b"1", b"b", b"n", b"q")
    assert "taken back: o1" in shown
    assert "0 decisions, 2 messages left" in shown
    assert orders(unclear) == []
    with unclear.look() as ledger:
        assert ledger.history().answer("hello", "chipy")


def test_a_group_is_completed_and_a_slip_is_asked_about(unclear):
    pairs = [(PROMPT, b"g"), (b"which group?", b"oslo\t\r"), (PROMPT, b"g"), (b"which group?", b"sf-pyton\r")]
    pairs += [(b"did you mean sf-python?", b"\r")]
    now = unclear.clock.now().isoformat()
    on_a_terminal(unclear.folder, "review", width=80, keys=pairs, CAMPAIGN_NOW=now)
    assert orders(unclear) == [("match", "hello/oslo-python/hello"), ("match", "hello/sf-python/hello")]


def test_kind_and_step_have_a_second_key(unclear):
    now = unclear.clock.now().isoformat()
    pairs = [(PROMPT, b"k"), (b"what kind", b"u"), (PROMPT, b"s"), (b"which letter to", b"1"), (PROMPT, b"q")]
    on_a_terminal(unclear.folder, "review", width=80, keys=pairs, CAMPAIGN_NOW=now)
    [kind, match] = orders(unclear)
    assert kind == ("kind", "unsubscribe")
    assert match[1] in {"hello/chipy/hello", "hello/oslo-python/hello"}


def test_no_to_a_near_miss_decides_nothing_and_is_not_asked_once_more(unclear):
    now = unclear.clock.now().isoformat()
    pairs = [(PROMPT, b"g"), (b"which group?", b"sf-pyton\r"), (b"did you mean", b"n"), (PROMPT, b"q")]
    shown = on_a_terminal(unclear.folder, "review", width=80, keys=pairs, CAMPAIGN_NOW=now)
    assert "no letter went to a group" not in " ".join(shown.split())
    assert orders(unclear) == []


def test_where_there_is_no_guess_a_number_points_to_the_key_that_names_the_group(unclear):
    shown = reviewed(unclear, b"n", b"1q")
    assert "there is no guess to accept; g names the group" in shown
    assert "--group" not in shown
    first, second = re.findall(r"^.*g group  .*$", shown, re.MULTILINE)
    assert ("s step" in first, "s step" in second) == (True, False)


def test_another_key_than_a_kinds_decides_nothing_and_says_so(unclear):
    now = unclear.clock.now().isoformat()
    pairs = [(PROMPT, b"k"), (b"what kind", b"z"), (PROMPT, b"q")]
    shown = on_a_terminal(unclear.folder, "review", width=50, keys=pairs, CAMPAIGN_NOW=now)
    assert "any other key: none of these" in " ".join(ESCAPE.sub("", shown).split())
    assert "nothing is decided" in shown
    assert "\nb bounce-hard" in ESCAPE.sub("", shown).replace("\r", "")
    assert orders(unclear) == []


@pytest.mark.parametrize(("typed", "until"), [(b"2 weeks\r", True), (b"\r", False)])
def test_of_an_absence_the_first_day_back_is_asked(unclear, typed, until):
    now = unclear.clock.now()
    pairs = [(PROMPT, b"k"), (b"what kind", b"o"), (b"back on which day?", typed), (PROMPT, b"q")]
    on_a_terminal(unclear.folder, "review", width=80, keys=pairs, CAMPAIGN_NOW=now.isoformat())
    [order] = history(unclear).orders
    assert (order.says, order.until) == (
        "out-of-office",
        now.date() + timedelta(weeks=2) if until else None,
    )


def test_in_a_narrow_terminal_a_guess_stands_behind_its_number(unclear):
    lines = unclear.run("review", "--list", width=50).stdout.splitlines()
    first = next(number for number, line in enumerate(lines) if line.startswith("  1  "))
    second = next(number for number, line in enumerate(lines) if line.startswith("  2  "))
    assert second - first > 2
    assert all(line.startswith(" " * 5) for line in lines[first + 1 : second])


def test_an_odd_key_explains_itself_and_decides_nothing(unclear):
    shown = reviewed(unclear, b"x\x1b[A?q")
    assert "that key does nothing" in shown
    assert "takes back what you decided last" in shown
    assert orders(unclear) == []


def test_ctrl_d_quits(unclear):
    shown = reviewed(unclear, b"1", b"\x04")
    assert "1 decision, 1 message left to look through" in shown
    assert len(orders(unclear)) == 1


def test_ctrl_c_keeps_what_was_decided(unclear):
    child, terminal = pty.fork()  # with a terminal of its own, whose Ctrl-C interrupts
    if child == 0:
        os.chdir(unclear.folder)
        environ = environment(TERM="xterm", CAMPAIGN_NOW=unclear.clock.now().isoformat())
        os.execvpe("campaign", ["campaign", "review"], environ)
    shown = listen(terminal, [(PROMPT, b"1"), (PROMPT, b"\x03")]).decode()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 130
    os.close(terminal)
    assert "stopped; 1 decision kept, 1 message left to look through" in " ".join(shown.split())
    assert len(orders(unclear)) == 1


@pytest.mark.parametrize("width", [30, 50])
def test_it_fits_a_narrow_terminal_without_colours(unclear, width):
    now, pairs = unclear.clock.now().isoformat(), [(PROMPT, b"n"), (PROMPT, b"q")]
    options = {"width": width, "keys": pairs, "CAMPAIGN_NOW": now, "NO_COLOR": "1"}
    shown = on_a_terminal(unclear.folder, "review", **options)
    assert not re.search(r"\x1b\[[0-9;]*3[0-7][;m]", shown)
    plain = ESCAPE.sub("", shown).replace("\r", "")
    assert max(map(len, plain.splitlines())) <= width
    assert "\x07" not in plain
