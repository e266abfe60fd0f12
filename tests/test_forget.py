"""Somebody asks to be forgotten: nothing of her is left in any encoding, and the sums stand."""

import asyncio
import base64
import binascii
import json
import os
import quopri
import re
import shutil
import signal
import subprocess
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage

import pytest
from quick import Quick
from stage import START, environment, stage
from workbooks import grid, ods, ods_cell, ods_row, xlsx

from mailer.errors import CampaignError, TryAgain
from mailer.ledger import open_ledger
from mailer.ledger.journalled import durable
from mailer.ledger.journalled.locks import Turn, lock
from mailer.nouns import Address, LetterId, Place, State, Traces
from mailer.outbox import Outbox
from mailer.planning import make_plan
from mailer.workspace import find
from mailer.workspace.mentions import mentions

HER = "Ana.S@müller.example"
ASCII = "ana.s@xn--mller-kva.example"
TAGGED = ASCII.replace("@", "+lists@")
LEFT = ("ana.s", "müller.example", "xn--mller-kva", "Souza", "ana")
"""What must stand nowhere afterwards. (No word of the program or of the tests' mails holds the last.)"""

ROW = "chipy,ChiPy,Ana Souza,Ana,Ana.S@müller.example,200,research,Chicago\n"
TABLE = f"""\
group,name,organizer,greeting,email,size,lane,city
{ROW}chipy,,Noor Khan,Noor,noor@chipy.example,,,
oslo-python,Oslo Python,Ingrid Berg,Ingrid,ingrid@oslopython.example,80,research,Oslo
"""
INGRID = "ingrid@oslopython.example"
CHIPY, OSLO = LetterId("hello", "chipy", "hello"), LetterId("hello", "oslo-python", "hello")

CRASHES = (
    "forget.after_segments",
    "forget.before_snapshot",
    "snapshot.before_rename",
    "snapshot.after_rename",
    "forget.after_snapshot",
    "forget.after_unlink",
)


def mail(sender, words, answers="", **more):
    """The bytes of an incoming mail, its text in `cte` (or else as it comes)."""
    made = EmailMessage()
    made["From"] = sender
    made["To"] = "Fay <fellow@rehearsal.example>"
    made["Subject"] = more.get("subject", "Re: Hello")
    made["Message-ID"] = more.get("message_id", f"<{binascii.crc32(words.encode()):x}@mail.example>")
    if answers:
        made["In-Reply-To"] = answers
    made.set_content(words, cte=more.get("cte"))
    for attached in more.get("attached", ()):
        made.add_attachment(attached, subtype="html", cte="base64", filename="notes.html")
    return bytes(made)


def letters_come(play, hers, oslos):
    """Mails from her, about her in every encoding, and about somebody else."""
    cut = f"On Monday {'=' * 40} Ana Souza <{ASCII}> wrote to all of us"
    for raw in (
        mail(
            f"Ana Souza <Ana.S+lists@{ASCII.partition('@')[2]}>", "Ana here, call +1 555", hers, cte="base64"
        ),
        mail("Noor Khan <noor@chipy.example>", cut, hers, cte="quoted-printable"),
        mail("Noor Khan <noor@chipy.example>", "ask ana, not me", hers),
        mail("Ingrid Berg <ingrid@oslopython.example>", "With pleasure! Analysis follows.", oslos),
        mail(
            "Ingrid Berg <ingrid@oslopython.example>",
            "see the notes",
            oslos,
            attached=["<p>A&#110;a <b>Souza</b> leaves</p>"],
            subject="Grüße von Ana Souza",
        ),
        mail("List <bounces+ana.s=xn--mller-kva.example@list.example>", "a newsletter"),
    ):
        play.post.inject(raw)


def decisions(play):
    """Orders about her, one of them taken back."""
    play.run("hold", HER, "--until", "2026-07-01", "--because", f"Ana Souza ({HER}) is on leave")
    play.run("answered", "chipy", "--because", "Ana phoned")
    play.run("stop", ASCII, "--because", f"{ASCII} wrote so")
    play.run("undo", "o3", "--because", "Ana Souza did not mean it")


@dataclass(frozen=True)
class Case:
    """A folder with a workspace and the state folder that belongs to it, and a way to run commands there."""

    folder: object
    quick: Quick
    now: object = lambda: START

    @property
    def workspace(self):
        return self.folder / "w"

    def run(self, *words, code=0, **more):
        """One command of the installed program; it must end with this exit code."""
        told = {"XDG_STATE_HOME": str(self.folder / "state"), "CAMPAIGN_NOW": self.now().isoformat()}
        done = self.quick.run(self.workspace, words, environment(**{**told, "COLUMNS": "200", **more}))
        assert done.code == code, f"{words} gave {done.code}:\n{done.out}\n{done.err}"
        return done

    def start(self, *words, **more):
        """The installed command, begun, and not waited for."""
        told = {"XDG_STATE_HOME": str(self.folder / "state"), "CAMPAIGN_NOW": self.now().isoformat()}
        pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        environ = environment(**told, **more)
        return subprocess.Popen(["campaign", *words], cwd=self.workspace, env=environ, text=True, **pipes)

    def forget(self, code=0, **more):
        return self.run("forget", HER, "--confirm", HER, code=code, **more)

    @contextmanager
    def ledger(self):
        found = find(self.workspace, {})
        with open_ledger(found.ledger_folder, found.ledger_id_file) as ledger:
            yield ledger

    def sums(self):
        """Every figure that the program tells of the past."""
        found = {}
        for words in (["status"], ["list"], ["replies", "--all"], ["todo"]):
            document = json.loads(self.run(*words, "--json").out)
            rows = [[row.get(field) for field in ("group", "fate", "id", "kind")] for row in document["rows"]]
            found[words[0]] = [document["sums"], rows]
        return found

    def copies(self):
        """The bytes of the mails that can still be read: by message and letter."""
        with self.ledger() as ledger:
            records = {message.id: message.place for message in ledger.messages()}
            records |= {key: delivery.place for key, delivery in ledger.deliveries().items()}
            return {key: ledger.mail_bytes(place) for key, place in records.items() if place.segment}


@contextmanager
def played(case):
    """A workspace with a past in which she has a part; its post office is open."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(case.folder / "state"))
        with stage(case.workspace) as play:
            case = replace(case, now=play.clock.now)
            play.write("campaigns/groups.csv", TABLE)
            case.run("send", "hello", "--confirm", "2")
            with case.ledger() as ledger:
                hers, oslos = (ledger.deliveries()[str(each)].message_id for each in (CHIPY, OSLO))
                ledger.arrivals.keep([b"To: Ana Souza\r\n\r\nbytes of a letter that was never claimed\r\n"])
            letters_come(play, hers, oslos)
            case.run("replies")
            decisions(case)
            play.write("campaigns/groups.csv", TABLE.replace(ROW, ""))
            yield play, case


@pytest.fixture(scope="module")
def past(tmp_path_factory, quick):
    """Such a workspace, played once; from the table she was taken out."""
    folder = tmp_path_factory.mktemp("past")
    with played(Case(folder, quick)):
        return folder


@pytest.fixture
def case(past, tmp_path, monkeypatch, quick):
    """A copy of it, for one test."""
    shutil.copytree(past, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Case(tmp_path, quick)


def readings(content):
    """A file's bytes as mail and JSON may hold them. (Other code than the program's own.)"""
    yield content
    yield quopri.decodestring(content)
    yield content.decode("latin-1").encode("utf-8")
    yield re.sub(
        rb"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)).encode("utf-8", "replace"), content
    )
    for block in re.findall(rb"(?:[A-Za-z0-9+/]{4,}={0,2}\s+)+", content + b"\n"):
        packed = re.sub(rb"\s", b"", block)
        yield base64.b64decode(packed[: len(packed) // 4 * 4] + b"====")


def remains(folder, words=LEFT):
    """What is left of her in the workspace and in the state folder: file and word."""
    found = set()
    for path in folder.rglob("*"):
        for text in readings(path.read_bytes()) if path.is_file() else ():
            plain = text.decode("utf-8", "replace").casefold()
            found |= {
                (str(path.relative_to(folder)), word)
                for word in words
                if re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", plain)
            }
    return found


def test_nothing_of_her_is_left_in_any_encoding_and_the_sums_stand(case):
    before, mails = case.sums(), case.copies()
    assert {word for _, word in remains(case.folder)} == set(LEFT)
    said = case.forget()
    assert remains(case.folder) == set()
    assert case.sums() == before
    left = case.copies()
    assert left == {key: mails[key] for key in left}
    assert len(mails) - len(left) == 6
    assert any(b"Analysis follows" in raw for raw in left.values())
    assert "your mailbox" in said.err


def test_what_is_told_beforehand_is_what_is_done(case):
    document = json.loads(case.run("forget", HER, "--confirm", ASCII, "--json").out)
    assert document["sums"] == {
        "letters": 1,
        "messages": 5,
        "orders": 3,
        "copies": 6,
        "before": False,
        "also": [],
    }
    assert {"what": "letter", "id": str(CHIPY)} in document["rows"]


def only(row, case):
    """Leave one row in the table."""
    (case.workspace / "campaigns/groups.csv").write_text(f"group,email\n{row}\n")


@contextmanager
def stopped(case, place, *words, code=0):
    """A command that stands still at a place for the length of the `with`, and then goes on to its end."""
    process = case.start(*words, CAMPAIGN_FAILPOINT=f"{place}:pause")
    os.waitid(os.P_PID, process.pid, os.WSTOPPED)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGCONT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == code, out + err


def ended(process):
    """The exit code of a command that was begun."""
    process.communicate(timeout=60)
    return process.returncode


def test_two_letters_to_her_are_still_to_one_person_and_every_spelling_has_its_own_name(case):
    with case.ledger() as ledger:
        pseudonyms = ledger.history().pseudonyms
    case.forget()
    with case.ledger() as ledger:
        [to] = ledger.deliveries()[str(CHIPY)].to
        assert to == pseudonyms.of(ASCII)
        assert to.domain == "forgotten.invalid"
        assert to.key in {order.subject for order in ledger.orders()}
        hers = [m for m in ledger.messages() if m.sender.endswith("forgotten.invalid")]
        assert [m.sender for m in hers if not m.words] == [
            pseudonyms.of(TAGGED).key,
        ]


@pytest.mark.parametrize("place", CRASHES)
def test_wherever_it_is_killed_it_has_not_begun_or_is_finished_by_whoever_comes_next(case, place):
    before = case.sums()
    case.forget(code=-9, CAMPAIGN_FAILPOINT=f"{place}:kill")
    assert case.sums() == before
    with case.ledger() as ledger:
        begun = ledger.history().forgotten(ASCII) is not None
        assert begun == (place != "forget.after_segments")
        assert bool(ledger.repaired()) == begun
    assert bool(remains(case.folder)) != begun
    assert case.sums() == before
    case.forget()
    assert remains(case.folder) == set()
    assert case.sums() == before
    assert len(case.copies()) == 2


@pytest.mark.parametrize("place", ["forget.after_snapshot", "forget.after_unlink"])
def test_who_carries_on_with_it_lets_nobody_forget_another_meanwhile(case, place):
    killed = {"CAMPAIGN_FAILPOINT": "forget.before_snapshot:kill"}
    case.forget(code=-9, **killed)
    only("chipy,noor@chipy.example", case)
    with stopped(case, place, "hold", "chipy", "--until", "2 weeks", "--because", "z"):
        other = case.start("forget", INGRID, "--confirm", INGRID, **killed)
        with closing(Turn(case.workspace / "campaigns/ledger/lock")) as turn:
            assert not lock(turn._fd)
    assert ended(other) == -signal.SIGKILL
    with case.ledger() as ledger:
        assert ledger.repaired()
    assert remains(case.folder, (*LEFT, "ingrid")) == set()


def test_two_who_carry_on_with_it_at_once_both_come_to_the_end(case):
    case.forget(code=-9, CAMPAIGN_FAILPOINT="forget.before_snapshot:kill")
    words = ("hold", "oslo-python", "--until", "2 weeks", "--because", "z")
    with stopped(case, "forget.after_unlink", *words):
        other = case.start("answered", "oslo-python", "--because", "y")
    assert ended(other) == 0
    assert remains(case.folder) == set()
    assert "forgetting was begun" not in case.run("audit").out


def test_an_audit_says_that_to_forget_somebody_was_begun_and_not_finished(case):
    case.forget(code=-9, CAMPAIGN_FAILPOINT="forget.before_snapshot:kill")
    assert "a forgetting was begun and not finished" in " ".join(case.run("audit").out.split())
    assert json.loads(case.run("audit", "--json").out)["sums"]["forgetting"]
    case.run("hold", "oslo-python", "--until", "2 weeks", "--because", "z")
    assert not json.loads(case.run("audit", "--json").out)["sums"]["forgetting"]


def test_who_looks_for_her_while_another_is_forgotten_finds_every_mail_in_its_new_place(case):
    only("pune,another@pune.example", case)
    kept, seen = durable.open_private, []

    def overtaken(path, flags):
        if path.suffix == ".mails" and not seen:
            seen.append(path)
            case.run("forget", INGRID, "--confirm", INGRID)
        return kept(path, flags)

    with case.ledger() as ledger, pytest.MonkeyPatch.context() as patch:
        patch.setattr(durable, "open_private", overtaken)
        found = ledger.holdings(Traces.of(Address.parse(HER), ["Ana Souza"]))
        assert not seen[0].exists()
    assert found.count("messages")
    case.forget()
    assert remains(case.folder, (*LEFT, "ingrid")) == set()


def test_killed_and_then_taken_over_it_is_finished_by_whoever_opens_the_heir(case):
    case.forget(code=-9, CAMPAIGN_FAILPOINT="forget.before_snapshot:kill")
    second = {"XDG_STATE_HOME": str(case.folder / "second")}
    case.run("init", "--take-over", "--without-proof", **second)
    assert "now all is destroyed" in case.run("undo", **second).err
    assert remains(case.folder) == set()


def test_killed_twice_no_copy_of_a_segment_stays_behind(case):
    for _ in range(2):
        case.forget(code=-9, CAMPAIGN_FAILPOINT="forget.after_segments:kill")
    case.forget()
    assert remains(case.folder) == set()
    assert len(list(case.folder.glob("w/campaigns/ledger/mail/*"))) == 1


def test_her_name_in_the_fellows_own_files_is_listed_place_by_place_and_nothing_is_done(case):
    workspace = case.workspace
    (workspace / "campaigns/groups.csv").write_text(TABLE)
    (workspace / "campaigns/quiet.txt").write_text(f"# asked\n  {ASCII.upper()}\n")
    (workspace / "templates/hello.md").write_text("Subject: Hi\n\nDear {{ name }},\nAna Souza told me …\n")
    (workspace / "templates/deep").mkdir()
    (workspace / "templates/deep/old.txt").write_bytes("write to ana.s+old@müller.example".encode("utf-16"))
    (workspace / "campaigns/hello.toml").write_bytes("# für ana.s@müller.example\n".encode("latin-1"))
    before = remains(case.folder / "w/campaigns/ledger")
    said = case.forget(code=65).err
    flat = " ".join(said.split())
    for where in (
        "campaigns/groups.csv mention 2:3 the name Ana Souza",
        "2:5 the address",
        "campaigns/quiet.txt mention 2:3 the address",
        "templates/hello.md mention 4:1 the name Ana Souza",
        "templates/deep/old.txt mention 1:10 the address",
        "campaigns/hello.toml mention 1:7 the address",
    ):
        assert where in flat, flat
    assert "ana.s@" not in said.lower().replace("campaign forget", "")
    assert remains(case.folder / "w/campaigns/ledger") == before


def test_a_name_that_is_anothers_too_does_not_stand_in_the_way(case):
    table = case.folder / "w/campaigns/groups.csv"
    table.write_text(table.read_text() + "pune,Pune,Ana Souza,Ana,another@pune.example,,,\n")
    (case.folder / "w/templates/hello.md").write_text(
        "Subject: Hi\n\nDear {{ name }},\nAna Souza told me …\n"
    )
    case.forget(code=65)
    case.run("forget", HER, "--confirm", HER, "--not-hers", "Ana Souza")


@pytest.mark.parametrize(
    "words",
    [
        ["forget", HER],
        ["forget", HER, "--confirm", "ana@müller.example"],
        ["forget", HER, "--confirm", "yes"],
        ["forget", "no address", "--confirm", "no address"],
        ["forget", f"{HER},noor@chipy.example", "--confirm", HER],
    ],
)
def test_without_the_very_address_nothing_is_done(case, words):
    before = remains(case.folder)
    done = case.run(*words, code=2)
    assert done.err.strip()
    assert remains(case.folder) == before


def test_it_cannot_be_taken_back_and_her_address_does_not_come_back_as_an_order(case):
    case.forget()
    assert "cannot be undone" in case.run("undo", "o4", code=2).err
    for words in (["stop", HER], ["hold", HER, "--until", "2027-01-01"], ["answered", ASCII]):
        said = case.run(*words, "--because", "again", code=2).err
        assert "asked to be forgotten" in said
    assert remains(case.folder) == set()


def test_while_a_letter_to_her_is_in_doubt_she_cannot_be_forgotten(case):
    with case.ledger() as ledger:
        found = ledger.holdings(Traces.of(Address.parse(HER)))
        ledger.change(CHIPY, State.UNSURE, START, "the line dropped")
        # It may have come into doubt since we looked.
        with pytest.raises(CampaignError, match="nobody knows whether"):
            ledger.forget(found, "somebody", START)
    said = case.forget(code=1).err
    assert f"campaign resolve {CHIPY} --sent" in " ".join(said.split())
    case.run("resolve", str(CHIPY), "--sent", "--because", "it is in Sent")
    case.forget()
    assert remains(case.folder) == set()


def test_a_letter_that_speaks_of_her_and_waits_for_another_try_is_not_spoilt(case):
    with case.ledger() as ledger:
        place = ledger.arrivals.keep([b"To: ingrid@oslopython.example\r\n\r\nas Ana Souza says\r\n"])[0]
        # No command makes a letter that names another organizer.
        with ledger.together():
            rewrite(ledger, OSLO, state="deferred", place=fields(place))
    said = case.forget(code=1).err
    assert f"{OSLO} speaks of this person" in " ".join(said.split())


@pytest.mark.parametrize("state", ["unsure", "deferred"])
def test_a_letter_that_speaks_of_her_and_may_have_to_be_sent_again_is_not_spoilt(case, state):
    with case.ledger() as ledger:
        place = ledger.arrivals.keep([b"To: ingrid@oslopython.example\r\n\r\nas Ana Souza says\r\n"])[0]
        with ledger.together():
            rewrite(ledger, OSLO, state=state, place=fields(place))
        assert f"{OSLO} speaks of this person" in " ".join(case.forget(code=1).err.split())
        assert b"Ana Souza" in ledger.letter_bytes(OSLO)
    if state == "unsure":
        assert f"campaign resolve {OSLO} --sent" in " ".join(case.forget(code=1).err.split())
        case.run("resolve", str(OSLO), "--sent", "--because", "she has it")
        case.forget()


def test_mail_in_hand_while_she_is_forgotten_is_not_noted(tmp_path, quick):
    with played(Case(tmp_path, quick)) as (play, case):
        with case.ledger() as ledger:
            hers = ledger.deliveries()[str(CHIPY)].message_id
        play.post.inject(mail(f"Ana Souza <{ASCII}>", "Ana again", hers, subject="more"))
        with stopped(case, "poll.after_fetch", "replies", code=75):
            case.forget()
        assert remains(tmp_path) == set()
        # By the next reading it is mail that came after she was forgotten.
        assert "1 message" in case.run("replies").err


def rewrite(ledger, letter, **fields):
    """Change a letter's record as no command does."""
    document = ledger._books.everything()["deliveries"][str(letter)]
    ledger._books.rewrite("deliveries", str(letter), document | fields)


def fields(place):
    return {"segment": place.segment, "offset": place.offset, "length": place.length}


def test_while_somebody_sends_it_waits(case):
    with case.ledger() as ledger, ledger.sending():
        assert "is sending" in case.forget(code=75).err
    case.forget()


def test_another_process_at_work_meanwhile_reads_on_and_writes_on(case):
    mails = case.copies()
    with case.ledger() as ledger:
        assert ledger.letter_bytes(OSLO)
        case.forget()
        assert ledger.letter_bytes(OSLO) == mails[str(OSLO)]
        with pytest.raises(CampaignError, match="destroyed because somebody"):
            ledger.letter_bytes(CHIPY)
        assert ledger.history().forgotten(ASCII)
        place = ledger.arrivals.keep([b"From: someone new\r\n\r\nhello\r\n"])[0]
        assert place.segment != "000001.mails"
        assert ledger.mail_bytes(place).endswith(b"hello\r\n")
    assert remains(case.folder) == set()


def test_two_who_forget_at_once_take_turns(case):
    with case.ledger() as ledger, ledger.sending(), case.ledger() as other, pytest.raises(TryAgain):
        other.forget(other.holdings(Traces.of(Address.parse(HER))), "somebody", START)
    case.forget()
    case.forget()
    with case.ledger() as ledger:
        assert [order.kind for order in ledger.orders()].count("forget") == 1


def test_new_mail_of_hers_is_noted_and_can_be_forgotten_again(tmp_path, quick):
    with played(Case(tmp_path, quick)) as (play, case):
        case.forget()
        assert "0 messages" in case.run("replies").err
        with case.ledger() as ledger:
            hers = ledger.deliveries()[str(CHIPY)].message_id
        play.post.inject(mail(f"Ana Souza <{ASCII}>", "Hello once more, it is me", hers, subject="Ana again"))
        assert "Ana Souza" in case.run("replies").out
        assert "1 message" in case.forget().err
        assert remains(tmp_path) == set()
        assert "forgotten already" in case.run("forget", HER).err
        assert [row["kind"] for row in json.loads(case.run("undo", "--json").out)["rows"]].count(
            "forget"
        ) == 1


def test_back_in_the_table_she_is_never_written_to_however_she_is_spelt(tmp_path, quick):
    with played(Case(tmp_path, quick)) as (play, case):
        case.forget()
        spellings = {"one": HER, "two": ASCII.upper(), "three": HER.replace("@", "+new@")}
        rows = [f"{name},{name},Ana Souza,Ana,{spelling},,,\n" for name, spelling in spellings.items()]
        play.write("campaigns/groups.csv", TABLE.replace(ROW, "") + rows[0])
        play.write("templates/fresh.md", "Subject: fresh\n\nDear {{ greeting }}\n")
        play.write("campaigns/fresh.toml", '[[steps]]\ntemplate = "fresh"\n')
        for name, row in zip(spellings, rows, strict=True):
            play.write("campaigns/groups.csv", TABLE.replace(ROW, "") + row)
            listed = {r["group"]: r for r in json.loads(case.run("status", "fresh", "--json").out)["rows"]}
            assert (listed[name]["status"], listed[name]["because"]) == ("withheld", "asked to be forgotten")
            refused = case.run("send", "hello", "--test-to", spellings[name], "--as", "oslo-python", code=2)
            assert "forgotten" in refused.err
        assert "1  stopped" in case.run("send", "fresh", "--confirm", "2").out
        assert [posted.to for posted in play.post.letters[2:]] == [
            ("noor@chipy.example",),
            ("ingrid@oslopython.example",),
        ]


def test_the_last_look_before_the_server_sees_it(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    with stage(tmp_path / "w") as play, play.ledger() as ledger:
        read = play.manuscript("hello")
        campaign, audience = read.campaigns["hello"]

        def plan(history):
            return make_plan(campaign, audience, read.groups, history, play.clock.now())

        shown = plan(ledger.history()).due
        assert len(shown) == 3
        hers = ledger.holdings(Traces.of(Address.parse("robin@chipy.example")))
        ledger.forget(hers, "somebody", START)
        outbox = Outbox(play.world, play.settings, ledger, play.proofs().book, plan)
        run = asyncio.run(outbox.send(shown, None, lambda sent: None, lambda: False))
        assert dict(run.kept_back) == {CHIPY: "asked to be forgotten"}
        assert len(play.post.letters) == 2


def as_xlsx(*sheets):
    return xlsx(*((name, grid(rows)) for name, rows in sheets))


def as_ods(*sheets):
    return ods(*((name, "".join(ods_row(*map(ods_cell, row)) for row in rows)) for name, rows in sheets))


@pytest.mark.parametrize(("ending", "workbook"), [("xlsx", as_xlsx), ("ods", as_ods)])
def test_in_a_workbook_the_cell_is_named_and_other_sheets_are_looked_into(tmp_path, ending, workbook):
    whole = [["group", "email"], ["oslo", "ingrid@oslo.example"], ["chipy", f"see {ASCII.upper()}"]]
    folder = tmp_path / "campaigns"
    folder.mkdir()
    (folder / f"groups.{ending}").write_bytes(workbook(("groups", whole)))
    (folder / f"old.{ending}").write_bytes(workbook(("groups", whole[:2]), ("gone", whole[2:])))
    (folder / "broken.xlsx").write_bytes(workbook(("groups", whole))[:200])
    found = mentions(tmp_path, folder / "ledger", Traces.of(Address.parse(HER)), ())
    assert {(problem.where, problem.what.partition(" is ")[0]) for problem in found} == {
        (f"campaigns/groups.{ending}:B3", "the address"),
        (f"campaigns/old.{ending}", "the address"),
    }


def test_a_segment_of_which_all_must_go_leaves_its_number_to_no_other(case):
    with case.ledger() as ledger:
        for key in (CHIPY, OSLO):
            with ledger.together():
                rewrite(ledger, key, place=fields(Place("", 0, 0)))
        for message in ledger.messages():
            with ledger.together():
                ledger._books.strike("messages", message.id)
    case.forget()
    names = [path.name for path in case.folder.glob("w/campaigns/ledger/mail/*")]
    assert names == ["000002.mails"]


def test_a_damaged_copy_of_anothers_mail_is_said_and_hers_is_no_obstacle(case):
    [segment] = case.folder.glob("w/campaigns/ledger/mail/*")
    with case.ledger() as ledger:
        hers, others = (ledger.deliveries()[str(each)].place for each in (CHIPY, OSLO))
    content = bytearray(segment.read_bytes())
    content[hers.offset + 100] ^= 1
    segment.write_bytes(content)
    content[others.offset + 100] ^= 1
    sound, broken = segment.read_bytes(), bytes(content)
    segment.write_bytes(broken)
    assert "not as it was written" in " ".join(case.forget(code=65).err.split())
    segment.write_bytes(sound)
    case.forget()
    assert remains(case.folder) == set()
