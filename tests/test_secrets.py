"""A password is nowhere: in no output, file, traceback, log, argument list or child's environment.

The installed command meets servers that know its password and repeat it in every phase; then all that it said
and all files that it may have written are searched, in every form in which a reader could come upon it.
Mails are kept byte for byte, so a server that puts the password into a mail is not among these.
"""

import asyncio
import base64
import contextlib
import json
import os
import select
import shlex
import signal
import subprocess
import sys
import threading
import traceback
from dataclasses import replace
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest
from liars import CANARY, LONG_AGO, ODD_SECRETS, Imap, Scripted, a_letter, deliver, fail_to_open
from liars import settings_for as a_servers_settings
from stage import HELLO, START, environment, shell

from mailer.errors import CampaignError
from mailer.ledger import create, open_ledger
from mailer.nouns import LetterId, Outcome, Phase, Verdict
from mailer.servers import mailbox
from mailer.workspace import find

ODD = ODD_SECRETS

A_MAIL = b"Subject: hello\r\n\r\nYes\r\n"

# ── The search ───────────────────────────────────────────────────────────────────────────────────────────


def forms(secret):
    """Every way in which a secret could be written down, without white space."""
    for text in (secret, f"\0fellow\0{secret}"):
        yield base64.b64encode(text.encode()).decode()
    quoted = '"' + secret.replace("\\", "\\\\").replace('"', '\\"') + '"'
    written = (
        json.dumps(secret)[1:-1],
        repr(secret)[1:-1],
        repr(secret.encode())[2:-1],
        quote(secret, safe=""),
    )
    for text in (secret, quoted, *written):
        yield "".join(text.split())


def found(secret, raw):
    """The forms of a secret that stand in some bytes, however they were wrapped."""
    text = "".join(raw.decode("utf-8", "replace").split()).lower()
    return [form for form in forms(secret) if form.lower() in text]


def traces(secret, place, *said):
    """Where a secret stands: in which file below a folder, or in what was said."""
    files = [path for path in place.rglob("*") if path.is_file()]
    assert files
    places = {str(path): path.read_bytes() for path in files} | {
        f"said {number}": text.encode("utf-8", "replace") for number, text in enumerate(said)
    }
    return {name: hits for name, raw in places.items() if (hits := found(secret, raw))}


@pytest.mark.parametrize("secret", ODD)
def test_the_search_finds_a_secret_however_it_is_written_down(secret, tmp_path):
    (tmp_path / "below").mkdir()
    plain = (secret, json.dumps([secret]), repr({"p": secret}), repr(secret.encode()), quote(secret, safe=""))
    wrapped = "\n".join(secret), base64.b64encode(f"\0fellow\0{secret}".encode()).decode()
    for text in (*plain, *wrapped):
        (tmp_path / "below" / "file").write_text(f"so {text} then")
        assert traces(secret, tmp_path)
        assert traces(secret, tmp_path, f"so {text} then").keys() >= {"said 0"}
    (tmp_path / "below" / "file").write_text("nothing here")
    assert not traces(secret, tmp_path, "nor here")


# ── The stage ────────────────────────────────────────────────────────────────────────────────────────────

NOTES = """
import logging, os, tempfile
logging.basicConfig(level=logging.DEBUG, filename=os.path.join(tempfile.gettempdir(), "log"))
"""
"""A `sitecustomize.py` that makes every library write down all that it is ready to log."""


class Place:
    """A workspace whose servers are scripted, a home, and a folder for what is temporary, all searched."""

    def __init__(self, folder):
        self.folder = folder
        self.talkative = False
        self.workspace = folder / "workspace"
        for name in ("home", "temporary", "customs"):
            (folder / name).mkdir()
        (folder / "customs" / "sitecustomize.py").write_text(NOTES)
        for name in ("campaigns", "templates"):
            (self.workspace / name).mkdir(parents=True)
        with self.at_home():
            create(self.campaigns / "ledger", self.campaigns / "ledger-id", START).close()
        groups = [f"g{number},Group {number},Ana,ana@g{number}.example\n" for number in range(9)]
        self.write("campaigns/groups.csv", "group,name,greeting,email\n" + "".join(groups))
        self.write("campaigns/hello.toml", '[[steps]]\ntemplate = "hello"\n')
        self.write("templates/hello.md", HELLO)

    def at_home(self):
        """The account of the commands, which is to know the ledger."""
        return mock.patch.dict(os.environ, {"XDG_STATE_HOME": str(self.folder / "home" / "state")})

    def send_one(self):
        """Write a sent letter into the ledger: without one nobody looks for answers."""
        with self.at_home(), open_ledger(self.campaigns / "ledger", self.campaigns / "ledger-id") as ledger:
            letter = replace(a_letter(), id=LetterId("hello", "g0", "hello"))
            ledger.claim(letter, START)
            ledger.settle(letter.id, Verdict(Outcome.ACCEPTED, Phase.DOT, 250), START, None)

    @property
    def campaigns(self):
        return self.workspace / "campaigns"

    def write(self, path, text):
        (self.workspace / path).write_text(text, encoding="utf-8")

    def use(self, smtp=1, imap=1, user="fellow"):
        """Write settings without any `password_cmd`, and with these servers' ports."""
        server = f'host = "127.0.0.1"\ntls = "none"\nuser = "{user}"\nport ='
        sender = '[sender]\nname = "Fay Fellow"\nemail = "fay@users.example"\n'
        self.write("campaigns/settings.toml", f"{sender}[smtp]\n{server} {smtp}\n[imap]\n{server} {imap}\n")

    def environ(self, **more):
        """A fresh home; and, `talkative`, everything on that makes a program say more than it should."""
        mine = {
            "HOME": str(self.folder / "home"),
            "XDG_STATE_HOME": str(self.folder / "home" / "state"),
            "TMPDIR": str(self.folder / "temporary"),
            "CAMPAIGN_NOW": START.isoformat(),
            "CAMPAIGN_DEBUG": "1",
        }
        if self.talkative:
            customs = str(self.folder / "customs")
            mine |= {"PYTHONPATH": customs, "PYTHONDEVMODE": "1", "PYTHONFAULTHANDLER": "1"}
        return environment(**(mine | more))

    def run(self, *words, **more):
        """Run the installed command; what it said on both channels."""
        done = shell(self.workspace, "campaign", *words, **self.environ(**more))
        assert done.returncode < 126, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


@contextlib.contextmanager
def open_door(server):
    """A scripted SMTP server in a thread; its port."""
    loop, port, over = asyncio.new_event_loop(), [], asyncio.Event()
    ready = threading.Event()

    async def serve():
        async with server.running() as number:
            port.append(number)
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    try:
        yield port[0]
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join()
        loop.close()


# ── Servers that repeat it ───────────────────────────────────────────────────────────────────────────────


def in_base64(secret):
    return base64.b64encode(f"\0fellow\0{secret}".encode()).decode()


def cut(secret):
    middle = len(secret) // 2
    return f"{secret[:middle]}\r\n550 5.7.8 {secret[middle:]}"


ECHOES = {
    "as it is": str,
    "quoted": lambda secret: '"' + secret.replace("\\", "\\\\").replace('"', '\\"') + '"',
    "in base64": in_base64,
    "in capitals": str.upper,
    "for a URL": lambda secret: quote(secret, safe=""),
}

OPENINGS = {
    "greeting": {"GREETING": ["554 {}"] * 2},
    "ehlo": {"EHLO": ["550 {}"] * 2},
    "auth": {"AUTH": ["535 5.7.8 {} is wrong"]},
    "auth later": {"AUTH": ["454 4.7.0 {}"]},
    "auth cut": {"AUTH": ["535-5.7.8 LEFT\r\n535 5.7.8 RIGHT"]},
    "auth asks": {"AUTH": ["334 {}"] * 2},
    "auth garbage": {"AUTH": ["{}"]},
    "auth bye": {"AUTH": ["421 4.3.0 {}"]},
}
LETTERS = {
    "MAIL": ["250 ok", "451 4.3.0 {}", "250 {}", "250 ok", "250 ok", "250 ok", "421 4.2.1 {}"],
    "RCPT": ["550 5.1.1 no {}", "450 4.2.0 {}", "250 ok"],
    "DATA": ["451 4.3.0 {}", "354 {}", "354 go"],
    "DOT": ["554 5.6.0 {}", "250 2.0.0 {}"],
    "RSET": ["250 {}"] * 4,
    "QUIT": ["221 {}"],
}
"""The first letter is refused at RCPT, the second deferred at MAIL, and so on."""

IMAP = {
    "greeting bye": {"GREETING": [b"* BYE {}\r\n"]},
    "greeting no": {"GREETING": [b"* NO {}\r\n"]},
    "auth no": {"AUTHENTICATE": [b"TAG NO [AUTHENTICATIONFAILED] {}\r\n"]},
    "auth bad": {"AUTHENTICATE": [b"TAG BAD {}\r\n"]},
    "auth bye": {"AUTHENTICATE": [b"* BYE {}\r\nAWAY"]},
    "auth later": {"AUTHENTICATE": [b"TAG NO [UNAVAILABLE] {}\r\n"]},
    "login no": {"LOGIN": [b"TAG NO {}\r\n"]},
    "login bad": {"LOGIN": [b"* OK [ALERT] {}\r\nTAG BAD {}\r\n"]},
    "list": {"LIST": [b"TAG NO {}\r\n"]},
    "list of others": {"LIST": [b'* LIST () "/" QUOTED\r\nTAG OK done\r\n']},
    "list of junk": {"LIST": [b'* LIST () "/" INBOX\r\n* LIST (\\Junk) "/" QUOTED\r\nTAG OK done\r\n']},
    "list of nonsense": {"LIST": [b"* LIST ({} (\r\nTAG OK done\r\n"]},
    "status": {"STATUS": [b"TAG NO {}\r\n"]},
    "examine": {"EXAMINE": [b"TAG NO [X {}] {}\r\n"]},
    "search": {"UID SEARCH": [b"* SEARCH {}\r\nTAG OK done\r\n"]},
    "fetch": {"UID FETCH": [b"TAG BAD {}\r\n"] * 5},
    "fetch bye": {"UID FETCH": [b"* BYE {}\r\nAWAY"]},
    "fetch without a tag": {"UID FETCH": [b"WHAT {}\r\n"]},
}


def filled(script, secret, echo):
    """A script with the password in it."""
    words = ECHOES[echo](secret)
    quoted = ECHOES["quoted"](secret)
    halves = secret[: len(secret) // 2], secret[len(secret) // 2 :]

    def fill(step):
        if isinstance(step, bytes):
            return step.replace(b"{}", words.encode()).replace(b"QUOTED", quoted.encode())
        step = step.replace("{}", words).replace("LEFT", halves[0]).replace("RIGHT", halves[1])
        return step.encode().decode("latin-1")  # which is how a scripted server encodes what it says

    return {command: [fill(step) for step in steps] for command, steps in script.items()}


# The rooms themselves, in every phase; with `make test-full` every password in every form.

EVERY = [(secret, echo) for secret in ODD for echo in ECHOES]
SOME = EVERY[:: len(ECHOES) + 1] + EVERY[len(ECHOES) - 1 :: len(ECHOES) + 1]
over = pytest.mark.parametrize(
    "cases", [SOME, pytest.param(EVERY, marks=pytest.mark.full)], ids=["some", "every"]
)


def told_by(error):
    """All that can come of an error: its sentences, and its traceback with what led to it."""
    return "\n".join([error.what, error.fix, error.where, repr(error), *traceback.format_exception(error)])


@over
@pytest.mark.parametrize("phase", OPENINGS)
def test_no_opening_of_the_post_office_tells_the_password(phase, cases, monkeypatch):
    for secret, echo in cases:
        monkeypatch.setenv("CAMPAIGN_PASSWORD", secret)
        error = fail_to_open(Scripted(filled(OPENINGS[phase], secret, echo)), user="fellow")
        assert not found(secret, told_by(error).encode())


@over
def test_no_verdict_tells_the_password(cases, monkeypatch):
    for secret, echo in cases:
        monkeypatch.setenv("CAMPAIGN_PASSWORD", secret)
        letters = [a_letter(number) for number in range(7)]
        verdicts = deliver(Scripted(filled(LETTERS, secret, echo)), *letters, user="fellow")
        assert not found(secret, repr(verdicts).encode())
        assert {verdict.outcome for verdict in verdicts} >= {
            Outcome.REFUSED,
            Outcome.DEFERRED,
            Outcome.ACCEPTED,
        }
        assert {verdict.status for verdict in verdicts} >= {"5.1.1", "4.3.0", "5.6.0"}


@over
@pytest.mark.parametrize("phase", IMAP)
def test_no_mailbox_tells_the_password(phase, cases, monkeypatch):
    said = ""
    for secret, echo in cases:
        monkeypatch.setenv("CAMPAIGN_PASSWORD", secret)
        with scripted_mailbox(phase, secret, echo) as server:
            try:
                with mailbox(a_servers_settings(server.port, user="fellow")) as box:
                    said = repr([box.folders(), list(box.fetch("INBOX", None, LONG_AGO))])
            except CampaignError as error:
                said = told_by(error)
        assert not found(secret, said.encode())
    assert said


def scripted_mailbox(phase, secret, echo):
    script = IMAP[phase]
    abilities = "IMAP4rev1" + ("" if "LOGIN" in script else " AUTH=PLAIN")
    return Imap([A_MAIL], filled(script, secret, echo), capabilities=abilities)


# The installed command: some of them, and with `make test-full` all.


def meet_smtp(place, script, secret, echo, **offers):
    with Imap() as inbox, open_door(Scripted(filled(script, secret, echo), **offers)) as port:
        place.use(port, inbox.port)
        said = place.run("send", "hello", "--confirm", "9", CAMPAIGN_PASSWORD=secret)
    assert traces(secret, place.folder, said) == {}
    return said


def meet_imap(place, phase, secret, echo):
    place.send_one()
    with scripted_mailbox(phase, secret, echo) as server:
        place.use(imap=server.port)
        said = place.run("replies", CAMPAIGN_PASSWORD=secret)
        assert server.heard or phase.startswith("greeting")
    assert traces(secret, place.folder, said) == {}
    return said


def test_a_server_that_repeats_the_password_is_not_quoted(place):
    said = meet_smtp(place, OPENINGS["auth cut"], ODD[2], "as it is")
    assert "does not let fellow sign in: 535 (its words are left out" in said
    assert "it came from CAMPAIGN_PASSWORD" in " ".join(said.split())


def test_a_server_that_offers_the_password_is_not_quoted(place):
    said = meet_smtp(place, {}, CANARY, "as it is", offers=(f"AUTH {CANARY}", CANARY))
    assert "lets people sign in only by (its words are left out" in said


def test_what_a_server_says_of_letters_is_quoted_and_kept_without_the_password(place):
    place.talkative = True
    said = meet_smtp(place, LETTERS, ODD[1], "quoted")
    assert "asyncio" in (place.folder / "temporary" / "log").read_text()
    assert "refused, 550 (its words are left out" in said
    journal = (place.campaigns / "ledger" / "journal.jsonl").read_text()
    assert "they repeat the password" in journal


@pytest.mark.parametrize("phase", ["list of others", "examine"])
def test_a_mailbox_that_repeats_the_password_is_not_quoted(place, phase):
    place.talkative = phase == "examine"
    meet_imap(place, phase, ODD[2], "as it is")


def test_a_library_that_warns_of_what_a_mailbox_says_writes_it_into_no_log(place):
    place.talkative = True
    meet_imap(place, "status", "Schlüssel-für-Zoë", "quoted")


PHASES = [(meet_smtp, script) for script in (*OPENINGS.values(), LETTERS)] + [
    (meet_imap, name) for name in IMAP
]


@pytest.mark.full
@pytest.mark.parametrize("secret", ODD)
@pytest.mark.parametrize(("number", "meet"), list(enumerate(PHASES)))
def test_no_server_makes_the_command_tell_any_password(place, number, meet, secret):
    way, phase = meet
    place.talkative = True
    way(place, phase, secret, list(ECHOES)[(number + ODD.index(secret)) % len(ECHOES)])


# ── Where it comes from, and what goes wrong besides ─────────────────────────────────────────────────────


def test_wherever_the_password_comes_from_it_signs_in_and_is_left_nowhere(place, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("hers")  # her own files hold it, and are not searched
    secret = ODD[1]
    (elsewhere / "word").write_text(f"{secret}\n")
    (elsewhere / "netrc").write_text(f'machine 127.0.0.1 login fellow password "{secret}"\n')
    (elsewhere / "netrc").chmod(0o600)
    (elsewhere / "ring").write_text(json.dumps({"127.0.0.1 fellow": secret}))
    sources = (
        {"CAMPAIGN_SMTP_PASSWORD_CMD": f"cat {elsewhere}/word", "CAMPAIGN_PASSWORD": "another"},
        {"CAMPAIGN_SMTP_TOKEN_CMD": f"cat {elsewhere}/word", "CAMPAIGN_PASSWORD": "another"},
        {"NETRC": str(elsewhere / "netrc")},
        {
            "MY_KEYRING": str(elsewhere / "ring"),
            "PYTHON_KEYRING_BACKEND": "keyrings_of_mine.InAFile",
            "PYTHONPATH": str(Path(__file__).parent),
        },
    )
    for number, source in enumerate(sources):
        token = number == 1
        server = Scripted(offers=("AUTH XOAUTH2",)) if token else Scripted()
        with Imap() as inbox, open_door(server) as port:
            place.use(port, inbox.port)
            # With a command for the one server, the other takes what is there.
            more = {"CAMPAIGN_IMAP_PASSWORD": "x"} if number < 2 else {}
            said = place.run("send", "hello", "--limit", "1", "--confirm", "1", **source, **more)
        opening = base64.b64encode(f"user=fellow\1auth=Bearer {secret}\1\1".encode()).decode()
        wanted = f"AUTH XOAUTH2 {opening}" if token else f"AUTH PLAIN {in_base64(secret)}"
        assert wanted in server.heard, said
        assert "1 letter sent" in said
        assert traces(secret, place.folder, said) == {}


@pytest.mark.parametrize(
    ("backend", "words"),
    [
        ("keyring.backends.fail.Keyring", "the keyring is locked or out of reach (NoKeyringError)"),
        ("keyring.backends.null.Keyring", "set 127.0.0.1 fellow"),
    ],
)
def test_a_keyring_without_the_password_is_a_sentence_of_the_command(place, backend, words):
    place.send_one()
    place.use()
    said = place.run("replies", PYTHON_KEYRING_BACKEND=backend, PYTHONPATH=str(Path(__file__).parent))
    assert "there is no password for fellow at 127.0.0.1:1" in said
    assert words in " ".join(said.split())
    assert "Traceback" not in said
    assert traces(CANARY, place.folder, said) == {}


def test_a_password_command_that_fails_tells_nothing(place, tmp_path_factory):
    script = tmp_path_factory.mktemp("hers") / "password"
    script.write_text(f"set -x\necho '{CANARY}'\necho '{CANARY}' >&2\nexit 3\n")
    place.send_one()
    place.use()
    said = place.run("replies", CAMPAIGN_IMAP_PASSWORD_CMD=f"sh {script}")
    assert "password_cmd under [imap] failed with 3" in said
    assert traces(CANARY, place.folder, said) == {}


@pytest.mark.parametrize(
    ("failpoint", "code"), [("outcome.known:raise", 1), ("smtp.after_mail:kill", -signal.SIGKILL)]
)
def test_a_crash_tells_nothing(place, failpoint, code):
    place.talkative = failpoint == "outcome.known:raise"
    with Imap() as inbox, open_door(Scripted()) as port:
        place.use(port, inbox.port)
        more = {"CAMPAIGN_PASSWORD": CANARY, "CAMPAIGN_FAILPOINT": failpoint}
        done = shell(place.workspace, "campaign", "send", "hello", "--confirm", "9", **place.environ(**more))
    assert done.returncode == code, done.stderr
    assert code < 0 or "Traceback" in done.stderr
    assert traces(CANARY, place.folder, done.stdout, done.stderr) == {}


# ── While it runs ────────────────────────────────────────────────────────────────────────────────────────


@contextlib.contextmanager
def at_work(place, *words, **more):
    """The command in a process of its own, which is ended with the `with`."""
    process = subprocess.Popen(
        ["campaign", *words],
        cwd=place.workspace,
        env=place.environ(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def interrupted(process):
    """Press Ctrl-C, which a terminal sends to the command and to its child; what was said in the end."""
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)
    assert process.returncode == 130, said
    assert "Traceback" not in said[1]
    return said


class Waiting(Imap):
    """A mailbox that reads the password and then says nothing, and tells when it has come so far."""

    def __init__(self):
        super().__init__()
        self.reached = threading.Event()

    def _authenticate(self, rest):
        super()._authenticate(rest)
        self.reached.set()
        self.over.wait()
        return b""


def test_ctrl_c_while_the_mailbox_is_being_opened_tells_nothing(place):
    place.send_one()
    with Waiting() as server:
        place.use(imap=server.port)
        with at_work(place, "replies", CAMPAIGN_PASSWORD=CANARY) as process:
            assert server.reached.wait(60)
            said = interrupted(process)
    assert traces(CANARY, place.folder, *said) == {}


# No shell: one that is about to start a program may lose the signal.
WAITS = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
pipe = open(sys.argv[1], "w")
print(os.getpid(), file=pipe, flush=True)
signal.pause()
"""


@contextlib.contextmanager
def a_command_that_waits(folder):
    """A password command that waits for ever, and the end of a pipe that closes when it is gone."""
    pipe = folder / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        yield shlex.join([sys.executable, "-c", WAITS, str(pipe)]), reader
    finally:
        os.close(reader)


def read_soon(reader):
    """What comes out of a pipe next; b"" when everybody at its other end is gone."""
    assert select.select([reader], [], [], 60)[0], "it goes on for ever"
    return os.read(reader, 100)


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="only Linux shows processes")
def test_no_argument_list_holds_the_password_and_no_child_is_handed_it(place, tmp_path_factory):
    place.send_one()
    place.use()
    names = ("PASSWORD", "SMTP_PASSWORD", "IMAP_PASSWORD", "OAUTH_CLIENT_SECRET")
    secrets = dict.fromkeys((f"CAMPAIGN_{name}" for name in names), CANARY)
    with a_command_that_waits(tmp_path_factory.mktemp("hers")) as (command, reader):
        with at_work(place, "replies", CAMPAIGN_IMAP_PASSWORD_CMD=command, **secrets) as process:
            child = int(read_soon(reader))
            lists = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in (process.pid, child)]
            handed = Path(f"/proc/{child}/environ").read_bytes()
            said = interrupted(process)
        assert read_soon(reader) == b""
    assert b"CAMPAIGN_DEBUG" in handed
    assert not any(found(CANARY, raw) for raw in (*lists, handed))
    assert traces(CANARY, place.folder, *said) == {}


def test_ctrl_c_ends_the_password_command_of_a_run_of_sending(place, tmp_path_factory):
    with Imap() as inbox, a_command_that_waits(tmp_path_factory.mktemp("hers")) as (command, reader):
        place.use(imap=inbox.port)
        more = {"CAMPAIGN_SMTP_PASSWORD_CMD": command, "CAMPAIGN_PASSWORD": CANARY}
        with at_work(place, "send", "hello", "--confirm", "9", **more) as process:
            assert int(read_soon(reader))
            said = interrupted(process)
        assert read_soon(reader) == b""
    assert traces(CANARY, place.folder, *said) == {}


# ── The settings ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_server_that_repeats_a_token_is_not_quoted(place, tmp_path_factory):
    word = tmp_path_factory.mktemp("hers") / "word"
    word.write_text(f"{CANARY}\n")
    place.talkative = True
    challenge = base64.b64encode(json.dumps({"status": CANARY}).encode()).decode()
    script = {"AUTH": [f"334 {challenge}"], "AQ==": [f"535 5.7.8 {CANARY} is no good"]}
    with Imap() as inbox, open_door(Scripted(script, offers=("AUTH OAUTHBEARER",))) as port:
        place.use(port, inbox.port)
        more = {"CAMPAIGN_SMTP_TOKEN_CMD": f"cat {word}", "CAMPAIGN_IMAP_PASSWORD": "x"}
        said = place.run("send", "hello", "--confirm", "9", **more)
    assert "does not let fellow sign in: 535 (its words are left out" in said
    assert "try token_cmd under [smtp] by hand" in " ".join(said.split())
    assert traces(CANARY, place.folder, said) == {}


SLIPS = (
    'password = "{}"',
    "passwort = '{}'",
    "password: {}",
    "password = {}",
    '"password" = """{}""" x',
    'user = "fay:{}"',
    'host = "smtps://fay:{}@mail.users.example"',
    'port = "{}"',
    'tls = "{}"',
    'password_cmd = "{}"',
    'password_cmd = ["{}"]',
    'password_cmd = "echo \'{}"',
    'password_cmd = {{ cmd = "{}" }}',
    '[password]\n"x" = "{}"',
    '[smtp.password]\nis = "{}"',
    'token = "{}"',
    'token_cmd = "{}"',
    'oauth = "{}"',
    'oauth = {{ token = "{}" }}',
    '[oauth]\nclient_secret = "{}"',
    '[oauth]\nclient_id = "x {}"',
    '[oauth]\ntoken_url = "{}"',
    '[oauth]\ntoken_url = "https://fay:{}@users.example/"',
    '[oauth]\naccess_token = "{}"',
)
"""Ways in which somebody writes her password into the settings."""


def with_slip(place, slip):
    """Write settings in which the canary stands, in the section `[smtp]`; the file."""
    place.use()
    line = slip.format(CANARY)
    file = place.campaigns / "settings.toml"
    setting = line.partition("=")[0]
    lines = [text for text in file.read_text().splitlines() if not text.startswith(setting)]
    file.write_text("\n".join(lines).replace("[imap]", f"{line}\n[imap]"))
    return file


@pytest.mark.parametrize("slip", SLIPS)
def test_a_password_in_the_settings_is_not_repeated(place, slip):
    with_slip(place, slip)
    settings, problems = find(place.workspace, {}).settings()
    assert problems or "_cmd" in slip
    assert not found(CANARY, repr((problems, settings)).encode())


@pytest.mark.parametrize(
    ("slip", "command"), [(SLIPS[0], ["check"]), (SLIPS[9], ["send", "hello", "--confirm", "9"])]
)
def test_no_command_repeats_a_password_from_the_settings(place, slip, command):
    file = with_slip(place, slip)
    with Imap() as inbox:
        said = place.run(*command, CAMPAIGN_IMAP_PORT=str(inbox.port), CAMPAIGN_IMAP_PASSWORD="x")
    file.unlink()
    assert "password" in said
    assert traces(CANARY, place.folder, said) == {}
