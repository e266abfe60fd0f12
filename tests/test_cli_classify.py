"""`campaign classify`: mails from files, sorted without a workspace."""

import io
import json
import os
import re
import sys
from pathlib import Path

import pytest
from makers import KIM, MADE
from stage import campaign
from test_cli_listing import HOSTILE, documented, is_of
from test_replies import mail, report

from mailer.cli import cli
from mailer.cli.entrance import run

BOUNCE = report("5.1.1", "550 no such user", recipient=KIM)
ANSWER = mail("Yes, gladly!\n\n> Would you?\n", in_reply_to="<1@fellows.example>")
AWAY = mail(
    "I am out of the office until Monday, May 12.",
    subject="Automatic reply: Hello",
    auto_submitted="auto-replied",
)


@pytest.fixture
def folder(tmp_path):
    """A folder of mails: two as files, one below it, two in an mbox, and what is no mail."""
    (tmp_path / "in/below/.hidden").mkdir(parents=True)
    (tmp_path / "in/answer.eml").write_bytes(ANSWER)
    (tmp_path / "in/bounce.eml").write_bytes(BOUNCE)
    (tmp_path / "in/below/away.eml").write_bytes(AWAY)
    (tmp_path / "in/below/.hidden/not.eml").write_bytes(AWAY)
    two = (
        b"From kim Mon May  5 09:00:00 2025\n"
        + ANSWER
        + b"\n>From here on\n\nFrom mx Mon May  5 09:00:00 2025\n"
        + BOUNCE
    )
    (tmp_path / "in/old.mbox").write_bytes(two)
    return tmp_path


def rows(*words, code=0, capsys=None):
    """What the command prints, each line as an object; in this process, which is quicker."""
    assert run(cli, ["classify", *map(str, words), "--json"]) == code
    printed = capsys.readouterr().out
    assert printed.isascii()
    return [json.loads(line) for line in printed.splitlines()]


def test_each_mail_is_a_line(folder, capsys):
    found = rows(folder / "in/answer.eml", folder / "in/bounce.eml", capsys=capsys)
    assert [(each["kind"], each["visible_text"][:12]) for each in found] == [
        ("human", "Yes, gladly!"),
        ("bounce-hard", "I'm sorry to"),
    ]
    assert found[1]["path"].endswith("in/bounce.eml")
    assert (found[1]["addresses"], found[1]["failed"]) == ([KIM], [KIM])
    assert (found[1]["reason"], found[1]["confidence"]) == ("user-unknown", 0.99)
    assert found[1]["evidence"][0] == f"{KIM}: there is no such mailbox"


def test_a_folder_is_read_with_all_below_it(folder, capsys):
    found = rows(folder / "in", capsys=capsys)
    names = [each["path"].removeprefix(str(folder / "in")) for each in found]
    assert names == ["/answer.eml", "/bounce.eml", "/old.mbox#1", "/old.mbox#2", "/below/away.eml"]
    assert [each["kind"] for each in found] == [
        "human",
        "bounce-hard",
        "human",
        "bounce-hard",
        "out-of-office",
    ]
    assert found[4]["return_date"] == "2025-05-12"


def test_an_mbox_gives_each_line_as_it_was_written(tmp_path, capsys):
    plain = b"From: Kim <kim@riverpy.example>\nSubject: Hello\n\nYes.\n\n>From June on, gladly.\n"
    (tmp_path / "mbox").write_bytes(b"From kim Mon May  5 09:00:00 2025\n" + plain)
    [row] = rows(tmp_path / "mbox", capsys=capsys)
    assert row["visible_text"] == "Yes.\n\nFrom June on, gladly."


def test_names_begin_where_the_command_is_told_to_work(folder, capsys):
    assert run(cli, ["-C", str(folder), "classify", "in/bounce.eml", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == "in/bounce.eml"


def test_standard_input_is_a_mail(monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(BOUNCE)))
    [row] = rows("-", capsys=capsys)
    assert (row["path"], row["kind"]) == ("-", "bounce-hard")


def test_what_cannot_be_read_is_said_and_the_others_are_sorted(folder, capsys):
    (folder / "in/below/gone.eml").symlink_to("nowhere")
    assert run(cli, ["classify", str(folder / "nix"), "a\0b", str(folder / "in/bounce.eml"), "--json"]) == 1
    said = capsys.readouterr()
    assert json.loads(said.out)["kind"] == "bounce-hard"
    assert "/nix:itcannotberead:nosuchfile" in "".join(said.err.split())
    assert said.err.count("it cannot be read") == 2
    assert "Traceback" not in said.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_closed_file_in_a_folder_does_not_hide_the_others(folder, capsys):
    (folder / "in/answer.eml").chmod(0)
    found = rows(folder / "in", code=1, capsys=capsys)
    assert len(found) == 4


def test_every_field_is_documented_and_of_its_type(folder, capsys):
    [fields, _] = documented("classify")
    for row in rows(folder / "in", capsys=capsys):
        assert set(row) == set(fields)
        for name, value in row.items():
            assert is_of(fields[name], value), (name, value)


def test_people_get_it_readably(folder, capsys):
    assert run(cli, ["-C", str(folder), "classify", "in/bounce.eml", "in/below/away.eml"]) == 0
    printed = capsys.readouterr().out.splitlines()
    assert re.fullmatch(r"bounce-hard {5}99%  in/bounce.eml", printed[0])
    assert printed[1].strip() == f"{KIM}: there is no such mailbox"
    assert re.fullmatch(r"out-of-office .*in/below/away.eml", printed[2])
    assert printed[3].strip().startswith("back on Mon 12 May 2025: ")


HARD_TO_READ = {
    "nothing": b"",
    "noise": bytes(range(256)) * 40,
    "zeros": b"\0" * 5000,
    "a picture": b"\x89PNG\r\n\x1a\n" + b"\xff" * 3000,
    "only a header": b"From: x@y.example\nSubject: " + HOSTILE.encode(),
    "hostile words": mail(HOSTILE, subject=HOSTILE, **{"from": f"{HOSTILE} <x@y.example>"}),
    "a hostile bounce": report("5.1.1", HOSTILE, recipient=f"{HOSTILE}@x.example"),
    "lone surrogates": b"Subject: =?utf-7?q?+2AA-?=\n\n\xed\xa0\x80",
}


@pytest.mark.parametrize("raw", HARD_TO_READ.values(), ids=HARD_TO_READ.keys())
def test_no_bytes_break_it_and_none_reaches_the_terminal(tmp_path, capsys, raw):
    name = tmp_path / "odd\x1b[31m.eml"
    name.write_bytes(raw)
    [row] = rows(name, capsys=capsys)
    assert row["path"] == str(name)
    assert run(cli, ["classify", str(name)]) == 0
    printed = capsys.readouterr().out
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", printed)


def test_a_name_that_is_no_text_is_shown_all_the_same(tmp_path, capsys):
    name = os.fsdecode(os.fsencode(tmp_path) + b"/odd\xff.eml")
    Path(name).write_bytes(BOUNCE)
    [row] = rows(tmp_path, capsys=capsys)
    assert row["path"] == name
    assert run(cli, ["classify", name]) == 0


@pytest.mark.parametrize("text", [b"", b"# A file\n\nSome words: no mail.\n", b"group,name\nchipy,ChiPy\n"])
def test_what_is_hardly_a_mail_is_asked_about_and_a_mail_is_not(tmp_path, capsys, text):
    (tmp_path / "notes.md").write_bytes(text)
    (tmp_path / "short.eml").write_bytes(b"Subject: Hello\n\nHi\n")
    no_mail, short = rows(tmp_path / "notes.md", tmp_path / "short.eml", capsys=capsys)
    assert no_mail["note"].startswith("is it a mail?")
    assert short["note"] == ""
    assert run(cli, ["classify", str(tmp_path / "notes.md")]) == 0
    assert "is it a mail? it has neither From" in capsys.readouterr().out


def test_a_folder_without_mails_is_called_so(tmp_path, capsys):
    (tmp_path / "empty").mkdir()
    assert run(cli, ["-C", str(tmp_path), "classify", "empty"]) == 0
    assert capsys.readouterr().err == "there is no mail in empty\n"


def test_a_very_long_mail_is_read_in_part_and_it_says_so(tmp_path, capsys):
    (tmp_path / "long.eml").write_bytes(BOUNCE + b"x" * 1_500_000)
    [row] = rows(tmp_path / "long.eml", capsys=capsys)
    assert row["kind"] == "bounce-hard"
    assert "only its beginning was read" in row["note"]


def test_the_installed_command_needs_no_workspace(tmp_path):
    for number, case in enumerate(MADE):
        (tmp_path / f"{number:03}.eml").write_bytes(case.raw())
    done = campaign(tmp_path, "classify", ".", "nix", "--json", installed=True)
    assert done.returncode == 1
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(each["kind"], each["reason"]) for each in found] == [(case.kind, case.reason) for case in MADE]
    assert not list(tmp_path.glob("campaigns"))
