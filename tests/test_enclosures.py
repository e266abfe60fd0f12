"""Files that go with letters, the whole way: seen before they leave, whole when they arrive, and only hers.

Through the installed command, the server's own records as oracle. (Catalogue S12, S15, S16.)
"""

import contextlib
import io
import json
import os
from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from stage import campaign, stage

from mailer.cli import cli
from mailer.cli.entrance import run

PDF = b"%PDF-1.4\n" + bytes(range(256)) * 50
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
HELLO = "Subject: Hello {{ name }}\nAttach: flyer.pdf\n\nDear {{ greeting }},\n\n![our hall](hall.png)\n"
NAMED = "hall.png (264 bytes, in the text), flyer.pdf (13 kB)"


def furnish(play):
    play.write("templates/hello.md", HELLO)
    (play.folder / "templates/flyer.pdf").write_bytes(PDF)
    (play.folder / "templates/hall.png").write_bytes(PNG)


@pytest.fixture
def play(tmp_path):
    with stage(tmp_path / "w") as made:
        furnish(made)
        yield made


def typed(play, *words, code=0):
    """A command in this very process, for speed; stdout, and all that was said in one line."""
    out, talk = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(talk):
        ended = run(cli, ["-C", str(play.folder), *words], play.world)
    said = " ".join((out.getvalue() + talk.getvalue()).split())
    assert ended == code, said
    return out.getvalue(), said


def files_in(raw):
    parts = [part for part in message_from_bytes(raw, policy=policy.default).walk() if part.get_filename()]
    return {part.get_filename(): part.get_content() for part in parts}


def test_files_are_shown_before_and_arrive_whole(play):
    assert f"with hello goes {NAMED}" in typed(play, "check", "hello")[1]
    shown = typed(play, "preview", "hello", "--group", "chipy", "--step", "hello")[0]
    assert f"With: {NAMED}\n" in shown
    assert "\n[our hall]\n" in shown
    assert f"with {NAMED}" in typed(play, "send", "hello", "--dry-run")[1]
    done = play.run("send", "hello", "--confirm", "3")
    assert f"with {NAMED}" in " ".join(done.stdout.split())
    assert [files_in(letter.raw) for letter in play.post.letters] == [{"hall.png": PNG, "flyer.pdf": PDF}] * 3


def test_the_raw_preview_is_what_leaves(play):
    raw = campaign(play.folder, "preview", "hello", "--group", "chipy", "--step", "hello", "--raw").stdout
    play.run("send", "hello", "--confirm", "1", "--only", "chipy")
    left = play.post.letters[0].raw.decode("ascii").replace("\r\n", "\n")
    assert [line for line in left.split("\n") if not line.startswith("Date: ")] == raw.replace(
        "\r\n", "\n"
    ).split("\n")


def test_a_listing_has_the_files_of_each_letter(play):
    (row, *_) = json.loads(typed(play, "preview", "hello", "--json")[0])["rows"]
    assert row["enclosures"] == [
        {"name": "hall.png", "kind": "image/png", "size": len(PNG), "in_text": True},
        {"name": "flyer.pdf", "kind": "application/pdf", "size": len(PDF), "in_text": False},
    ]


def test_a_letter_tried_out_has_its_files_too(play):
    said = typed(play, "send", "hello", "--test-to", "fay@home.example", "--as", "chipy")[1]
    assert f"with {NAMED}" in said
    assert files_in(play.post.letters[0].raw) == {"hall.png": PNG, "flyer.pdf": PDF}
    (play.folder / "templates/flyer.pdf").unlink()
    said = typed(play, "send", "hello", "--test-to", "fay@home.example", "--as", "chipy", code=65)[1]
    assert "templates/flyer.pdf: this file is missing" in said


def test_a_follow_up_goes_without_the_files_of_the_letter_before(play):
    typed(play, "send", "hello", "--confirm", "3")
    play.clock.move_on(timedelta(days=8))
    typed(play, "send", "hello", "--confirm", "3")
    assert [len(files_in(letter.raw)) for letter in play.post.letters] == [2, 2, 2, 0, 0, 0]


# ---------------------------------------------------------------- only hers


def _out(file, elsewhere):
    file.symlink_to(elsewhere)


def _to_the_table(file, _elsewhere):
    file.symlink_to("../campaigns/groups.csv")


def _to_nowhere(file, _elsewhere):
    file.symlink_to("nowhere.pdf")


def _to_itself(file, _elsewhere):
    file.symlink_to(file.name)


def _pipe(file, _elsewhere):
    os.mkfifo(file)


def _device(file, _elsewhere):
    file.symlink_to("/dev/zero")


def _folder(file, _elsewhere):
    file.mkdir()


def _two_gigabytes(file, _elsewhere):
    with file.open("wb") as stream:
        stream.write(b"%PDF-")
        stream.truncate(2 * 2**30)


ODD = {
    _out: "leads out of the workspace",
    _to_the_table: "leads out of templates/",
    _to_nowhere: "this file is missing",
    _to_itself: "cannot be read",
    _pipe: "this is no plain file",
    _device: "leads out of the workspace",
    _folder: "cannot be read (Is a directory)",
    _two_gigabytes: "this file is longer than 10 MB",
}


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__.strip("_"))
def test_what_is_no_plain_file_of_hers_is_refused_before_anything_is_planned(play, make, tmp_path):
    """S12."""
    elsewhere = tmp_path / "flyer.pdf"
    elsewhere.write_bytes(PDF)
    file = play.folder / "templates/flyer.pdf"
    file.unlink()
    make(file, elsewhere)
    said = typed(play, "check", "hello", code=65)[1]
    assert "mistake 2:9 templates/flyer.pdf: " in said
    assert ODD[make] in said
    typed(play, "send", "hello", "--confirm", "3", code=65)
    assert play.post.letters == ()


@pytest.mark.parametrize(
    "name",
    [
        "../w/templates/flyer.pdf",
        "{folder}/templates/flyer.pdf",
        "..\\flyer.pdf",
        "a\0.pdf",
        "x/../flyer.pdf",
    ],
)
def test_the_name_of_a_path_is_no_attachment(play, name):
    """S12."""
    play.write("templates/hello.md", HELLO.replace("flyer.pdf", name.format(folder=play.folder)))
    assert "mistake 2:9" in typed(play, "check", "hello", code=65)[1]
    typed(play, "send", "hello", "--confirm", "3", code=65)
    assert play.post.letters == ()


def test_a_slip_of_the_pen_in_a_files_name_is_seen(play):
    play.write("templates/hello.md", HELLO.replace("flyer.pdf", "flier.pdf"))
    assert "did you mean flyer.pdf?" in typed(play, "check", "hello", code=65)[1]


# ---------------------------------------------------------------- the bytes


def test_the_button_to_stop_stands_in_one_line_however_long_the_address_is(tmp_path):
    """S15: folded, or as an encoded word, providers do not see it."""
    long = "fellow" + "+x" * 25
    with stage(tmp_path / "w", user=f"{long}@{'groups.' * 8}rehearsal.example") as play:
        typed(play, "send", "hello", "--only", "chipy", "--confirm", "1")
        (line,) = [line for line in play.post.letters[0].raw.split(b"\r\n") if line.startswith(b"List-Un")]
    ref = message_from_bytes(play.post.letters[0].raw)["X-Campaign-Ref"]
    mailbox = f"{long}@{'groups.' * 8}rehearsal.example"
    assert line.decode() == f"List-Unsubscribe: <mailto:{mailbox}?subject=unsubscribe%20{ref}>"


WORLDS = [
    {"PYTHONHASHSEED": "1", "TZ": "Asia/Kathmandu", "LC_ALL": "C"},
    {"PYTHONHASHSEED": "2", "TZ": "America/St_Johns", "LC_ALL": "tr_TR.UTF-8", "PYTHONUTF8": "0"},
]


def test_every_process_zone_locale_and_hash_seed_prints_the_same_letters(play):
    """S16."""
    words = ("preview", "hello", "--raw")
    here, there = (campaign(play.folder, *words, **world) for world in WORLDS)
    assert here.stdout == there.stdout
    assert here.stdout.count("Message-ID") == 3
