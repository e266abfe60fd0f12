"""She changes her files between two runs: what has been handed out stays as it is, and nothing goes twice."""

from datetime import timedelta
from email import message_from_bytes

import pytest
from commands import ended, stopped
from rig import CAMPAIGN, check

from mailer.nouns import State


@pytest.fixture
def made(made, begin):
    """The first letter is accepted, the second deferred, the third in doubt; the others are due."""
    process = begin(made, *SEND, "--limit", "2", CAMPAIGN_FAILPOINT="smtp.after_mail@2:pause")
    assert stopped(process)
    made.post.stop()
    made.post.start()
    assert ended(process).code == 0
    made.send("--limit", "1", confirm=1, CAMPAIGN_FAILPOINT="smtp.before_dot:kill")
    states = [delivery.state for delivery in made.deliveries().values()]
    assert states == [State.ACCEPTED, State.DEFERRED, State.UNSURE]
    return made


SEND = ("send", CAMPAIGN, "--json", "--confirm", "2")


def rewrite(made, path, old, new):
    file = made.workspace_folder / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_a_letter_that_was_begun_is_the_same_letter_after_everything_was_changed(made):
    """N17: the template, the subject, the sender, and the order of the table."""
    before = {letter: made.look().letter_bytes(d.letter) for letter, d in made.deliveries().items()}
    rewrite(made, "templates/hello.md", "Subject: A project night", "Subject: A long evening")
    rewrite(made, "templates/hello.md", "**project night**", "**long evening**")
    rewrite(made, "campaigns/settings.toml", 'email = "fellow@', 'email = "new.fellow@')
    table = made.workspace_folder / "campaigns" / "groups.csv"
    head, *rows = table.read_text("utf-8").splitlines()
    table.write_text("\n".join([head, *reversed(rows)]) + "\n", "utf-8")

    done = made.send(confirm=10)
    assert done.code == 2, "ten were due before; the deferred one is not, yet, so she is asked again"
    made.post.clock.move_on(timedelta(hours=1))
    done = made.send(confirm=10)
    assert done.code == 4, done.err
    check(made, resumed=done)
    posted = {message_from_bytes(one.raw)["X-Campaign-Ref"]: one for one in made.post.letters}
    second = made.deliveries()[made.letter(2)]
    assert before[made.letter(2)] in {one.raw for one in posted.values()}
    assert (second.state, str(second.sender)) == (State.ACCEPTED, "fellow@rehearsal.example")
    assert sorted({one.sender for one in posted.values()}) == [
        "fellow@rehearsal.example",
        "new.fellow@rehearsal.example",
    ]
    assert sum(b"long evening" in one.raw for one in posted.values()) == 9
    made.run("resolve", made.letter(3), "--resend", "--because", "it is not in Sent")
    made.send(confirm=1)
    assert made.post.letters[-1].raw == before[made.letter(3)]
    assert made.post.letters[-1].sender == "fellow@rehearsal.example"
    check(made)
    assert len(made.accepts()) == 12
