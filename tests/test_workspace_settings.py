"""Settings: each mistake comes with its line, its column and its remedy, all at once."""

from dataclasses import replace

import pytest

from mailer.nouns import CAUTIOUS, OAUTH_PRESETS, Address, OAuth, Sender, Server, Settings
from mailer.workspace import Workspace, placeholders

GOOD = """\
[sender]
name = "Ana"
email = "ana@users.org"

[smtp]
host = "smtp.users.org"
port = 465

[imap]
host = "imap.users.org"
port = 993
"""


def room(folder, files, environ=None):
    """A workspace made of these files."""
    for name in ("campaigns", "templates"):
        (folder / name).mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    return Workspace(folder.resolve(), environ or {})


def said(problems):
    """Problems as one would read them, warnings in brackets."""
    lines = [f"{p.where.removeprefix('campaigns/')} {p.what} → {p.fix}" for p in problems]
    return [f"({line})" if p.warning else line for line, p in zip(lines, problems, strict=True)]


def read_settings(tmp_path, text, environ=None):
    return room(tmp_path, {} if text is None else {"campaigns/settings.toml": text}, environ).settings()


# ── Settings: what is read ──────────────────────────────────────────────────────────────────────────────────


def test_settings_are_read_with_the_defaults_of_what_is_not_said(tmp_path):
    assert read_settings(tmp_path, GOOD) == (
        Settings(
            Sender("Ana", Address("ana", "users.org"), ""),
            Server("smtp.users.org", 465, "implicit", "", ()),
            Server("imap.users.org", 993, "implicit", "", ()),
            ("INBOX",),
            pace=CAUTIOUS,
        ),
        (),
    )


def test_settings_are_read_with_all_that_can_be_said(tmp_path):
    text = """
sender = { name = "Ána", email = "ana@Bücher.org", role = "Fellow" }
[smtp]
host = "SMTP.users.org"
port = 587
tls = "starttls"
user = "ana"
password_cmd = "pass show 'my mail'"
files_copies = true
[imap]
host = "::1"
port = 143
tls = "none"
password_cmd = ["pass", "show", "x"]
folders = ["INBOX", "Lists/Python"]
"""
    assert read_settings(tmp_path, text) == (
        Settings(
            Sender("Ána", Address("ana", "xn--bcher-kva.org"), "Fellow"),
            Server("smtp.users.org", 587, "starttls", "ana", ("pass", "show", "my mail")),
            Server("::1", 143, "none", "", ("pass", "show", "x")),
            ("INBOX", "Lists/Python"),
            files_copies=True,
            pace=CAUTIOUS,
        ),
        (),
    )


CONSENT = """
sender = { name = "Ana", email = "ana@users.org" }
smtp = { host = "smtp.users.org", port = 465, user = "ana", SMTP }
imap = { host = "imap.users.org", port = 993, user = "ana", IMAP }
[oauth]
client_id = "abc"
"""


def test_a_mailbox_can_be_opened_with_a_consent_instead_of_a_password(tmp_path):
    text = CONSENT.replace("SMTP", 'oauth = "google"').replace("IMAP", 'token_cmd = "oama access ana"')
    text += 'client_secret_cmd = ["pass", "client"]\ntoken_url = "https://users.org:8443/t?a=b"\n'
    settings, problems = read_settings(tmp_path, text)
    assert problems == ()
    assert settings.imap.token_cmd == ("oama", "access", "ana")
    assert settings.imap.oauth is None
    assert settings.smtp.oauth == replace(
        OAUTH_PRESETS["google"],
        client_id="abc",
        client_secret_cmd=("pass", "client"),
        token_url="https://users.org:8443/t?a=b",
    )
    assert "pass" not in repr(settings)


def test_a_provider_of_her_own_is_described_in_the_settings_or_the_environment(tmp_path):
    text = CONSENT.replace("SMTP", 'oauth = "own"').replace("IMAP", 'oauth = "own"')
    urls = {name: f"https://users.org/{name}" for name in ("authorization_url", "token_url", "device_url")}
    described = text + "".join(f'{name} = "{url}"\n' for name, url in urls.items()) + 'scopes = ["a", "b"]\n'
    settings, problems = read_settings(tmp_path, described)
    assert problems == ()
    assert settings.smtp.oauth == OAuth("your provider", scopes=("a", "b"), client_id="abc", **urls)
    said = {f"CAMPAIGN_OAUTH_{name.upper()}": url for name, url in urls.items()}
    said |= {"CAMPAIGN_OAUTH_SCOPES": "a b", "CAMPAIGN_OAUTH_CLIENT_SECRET": "canary"}
    (tmp_path / "again").mkdir()
    assert read_settings(tmp_path / "again", text, said) == (settings, ())


@pytest.mark.parametrize(
    ("smtp", "more", "what"),
    [
        ('oauth = "gogle"', "", "3:70 oauth must be one of 'google', 'microsoft' or 'own'"),
        ('oauth = "own"', "", "5:1 [oauth] does not describe your provider"),
        ('oauth = "own"', 'token_url = "https://x.org/t"', "7:14 [oauth] does not describe your provider"),
        (
            'oauth = "google", password_cmd = "x"',
            "",
            "[smtp] says two ways to sign in: password_cmd and oauth",
        ),
        (
            'token_cmd = "y", password_cmd = "x"',
            "",
            "[smtp] says two ways to sign in: password_cmd and token_cmd",
        ),
        ('token_cmd = ""', 'token_url = "http://x.org/t"', "7:14 token_url must begin with https://"),
        ('token_cmd = ""', 'token_url = "https://a:b@x.org/t"', "token_url must begin with https://"),
        ('token_cmd = ""', 'token_url = "https://x.org/t#f"', "token_url must begin with https://"),
        ('token_cmd = ""', 'token_url = "https://x.org:99999/t"', "token_url must begin with https://"),
        ('token_cmd = ""', 'token_url = "https://[x"', "token_url must begin with https://"),
        ('token_cmd = ""', 'token_url = "https://x.org/\\r\\nHost: y"', "token_url must be one word"),
        ('token_cmd = ""', "scopes = [1]", "scopes must be a list of words"),
        ('token_cmd = ""', 'client_secret = "x"', "[oauth] knows no setting 'client_secret'"),
    ],
)
def test_what_is_wrong_with_a_consent_is_named(tmp_path, smtp, more, what):
    text = CONSENT.replace("SMTP", smtp).replace("IMAP", 'token_cmd = "x"') + more
    _, problems = read_settings(tmp_path, text)
    assert what in said(problems)[0]
    assert len(problems) == 1
    assert problems[0].fix


def test_a_consent_wants_a_client_and_somebody_who_consents(tmp_path):
    text = CONSENT.replace("SMTP", 'oauth = "google"').replace("IMAP", 'oauth = "google"')
    text = text.replace('client_id = "abc"', "").replace('user = "ana", ', "")
    _, problems = read_settings(tmp_path, text)
    assert [problem.what for problem in problems] == [
        "[smtp] says how to sign in, and not who",
        "[imap] says how to sign in, and not who",
        "[oauth] has no client_id",
    ]


def test_on_this_machine_a_provider_may_be_asked_in_the_clear(tmp_path):
    text = CONSENT.replace("SMTP", 'token_cmd = "x"').replace("IMAP", 'token_cmd = "x"')
    for number, url in enumerate(("http://127.0.0.1:80/t", "http://localhost/t", "http://[::1]:8/t")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert read_settings(folder, f'{text}token_url = "{url}"\n')[1] == ()


LOOPBACK = {
    "CAMPAIGN_SENDER_NAME": "Ana",
    "CAMPAIGN_SENDER_EMAIL": "ana@rehearsal.example",
    "CAMPAIGN_SENDER_ROLE": "Fellow",
    "CAMPAIGN_SMTP_HOST": "127.0.0.1",
    "CAMPAIGN_SMTP_PORT": "2525",
    "CAMPAIGN_SMTP_TLS": "none",
    "CAMPAIGN_SMTP_FILES_COPIES": "True",
    "CAMPAIGN_SMTP_PASSWORD": "canary",
    "CAMPAIGN_IMAP_HOST": "localhost",
    "CAMPAIGN_IMAP_PORT": "1143",
    "CAMPAIGN_IMAP_TLS": "none",
    "CAMPAIGN_IMAP_USER": "ana",
    "CAMPAIGN_IMAP_PASSWORD_CMD": "pass show mail",
    "CAMPAIGN_IMAP_FOLDERS": "INBOX, Lists",
    "CAMPAIGN_NOW": "2013-06-01T00:00:00Z",
    "PATH": "/bin",
}
FROM_ENVIRONMENT = Settings(
    Sender("Ana", Address("ana", "rehearsal.example"), "Fellow"),
    Server("127.0.0.1", 2525, "none", "", ()),
    Server("localhost", 1143, "none", "ana", ("pass", "show", "mail")),
    ("INBOX", "Lists"),
    files_copies=True,
)


@pytest.mark.parametrize("text", [None, "", GOOD])
def test_the_environment_stands_above_the_file_and_can_do_without_one(tmp_path, text):
    assert read_settings(tmp_path, text, LOOPBACK) == (FROM_ENVIRONMENT, ())


def test_a_rehearsal_on_this_machine_may_have_made_up_names():
    assert placeholders(FROM_ENVIRONMENT) == ()


def test_an_example_in_the_environment_is_named_by_its_variable(tmp_path):
    found, problems = read_settings(tmp_path, GOOD, {"CAMPAIGN_SMTP_HOST": "smtp.x.example"})
    assert placeholders(found) == ("smtp.host",)
    assert said(problems) == [
        "(environment CAMPAIGN_SMTP_HOST is still the starter's example → put your provider's server there)"
    ]


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("", ()),
        (" , ", ()),
        ("Ada@Chipy.example", ("ada@chipy.example",)),
        (
            "ada@chipy.example,@Oslo.example  bo@zürich.de",
            ("ada@chipy.example", "@oslo.example", "bo@xn--zrich-kva.de"),
        ),
    ],
)
def test_the_environment_may_say_to_whom_alone_letters_go(tmp_path, words, named):
    found, problems = read_settings(tmp_path, GOOD, {**LOOPBACK, "CAMPAIGN_ONLY_TO": words})
    assert problems == ()
    assert found.only_to == named
    assert found.lets(Address.parse("ADA@chipy.example"))
    assert found.lets(Address.parse("cy@berlin.example")) == (not named)


@pytest.mark.parametrize("word", ["ada", "@", "@localhost", "*@chipy.example;", "\x1b[2J@x.example"])
def test_a_word_that_names_nobody_is_said(tmp_path, word):
    _, problems = read_settings(tmp_path, GOOD, {**LOOPBACK, "CAMPAIGN_ONLY_TO": f"ada@chipy.example {word}"})
    [problem] = problems
    assert not problem.warning
    assert problem.what.startswith("CAMPAIGN_ONLY_TO names '")
    assert "\x1b" not in problem.what


# ── Settings: what is wrong ─────────────────────────────────────────────────────────────────────────────────

QUOTES = 'put text between quotes: "like this"'
PROVIDER = "your provider's page on mail programs names it"
BARE = "write the bare address, such as ana@users.example"
ALONE = 'write the name alone, such as "mail.users.example"'
AS_LIST = 'write it as: ["INBOX", "Lists"]'
AS_TYPED = 'write it as you would type it: "pass show mail"'
SHARED = "a password must not stand in this file: it is meant to be shared"
CMD = 'take it out; instead write password_cmd = "a command that prints it"'
BELOW = "and its settings below it"

WRONG_SETTINGS = {
    "nothing": (
        "",
        [
            f"settings.toml the section [{name}] is missing → add a line [{name}] {BELOW}"
            for name in ("sender", "smtp", "imap")
        ],
    ),
    "no TOML": (
        GOOD.replace('"Ana"', "Ana"),
        [f"settings.toml:2:8 here stands no value that TOML knows → {QUOTES}"],
    ),
    "a bracket left open": (
        GOOD.replace("[smtp]", "[smtp"),
        ["settings.toml:5:6 here stands a bracket that is never closed → close it with ]"],
    ),
    "a quotation mark left open": (
        GOOD.replace('"Ana"', '"Ana'),
        ['settings.toml:2:12 here stands a text that is never closed → close it with a quotation mark: "'],
    ),
    "said twice": (
        GOOD.replace("port = 465", "port = 465\nport = 587"),
        ["settings.toml:8:11 here stands a name that was given a value before → keep one of the two"],
    ),
    "a section twice": (
        GOOD + "[smtp]\n",
        [
            (
                "settings.toml:12:6 here stands a section that stood there before → "
                "put its lines together under one header"
            )
        ],
    ),
    "a backslash": (
        GOOD.replace('"Ana"', '"A\\na\\x"'),
        [
            (
                "settings.toml:2:15 here stands a backslash → "
                "write two of them, or put the text between 'single quotes'"
            )
        ],
    ),
    "nested too deeply": (
        "a = " + "[" * 5000,
        ["settings.toml brackets are nested too deeply in this file → take some of them out"],
    ),
    "a section misspelt": (
        GOOD.replace("[smtp]", "[smpt]"),
        ["settings.toml:5:1 this file knows no setting 'smpt' → did you mean smtp?"],
    ),
    "a setting misspelt": (
        GOOD.replace("host", "hsot", 1),
        ["settings.toml:6:1 [smtp] knows no setting 'hsot' → did you mean host?"],
    ),
    "a setting from elsewhere": (
        "colour = 1\n" + GOOD,
        [
            (
                "settings.toml:1:1 this file knows no setting 'colour'"
                " → it knows: sender, smtp, imap, pace, oauth, provider"
            )
        ],
    ),
    "a setting missing": (
        GOOD.replace("port = 465\n", "").replace("port = 993\n", ""),
        [
            "settings.toml:5:1 [smtp] has no port → add: port = 465",
            "settings.toml:8:1 [imap] has no port → add: port = 993",
        ],
    ),
    "no section but a value": (
        "smtp = 3\n" + GOOD.replace("[smtp]\n", "").replace('host = "smtp.users.org"\nport = 465\n', ""),
        [f"settings.toml:1:8 [smtp] must be a section → write [smtp] alone in a line, {BELOW}"],
    ),
    "a number in quotes": (
        GOOD.replace("465", '"465"'),
        ["settings.toml:7:9 port must be a whole number → write it in figures, without quotes"],
    ),
    "a port that is none": (
        GOOD.replace("465", "70000"),
        [f"settings.toml:7:8 port must be between 1 and 65535 → {PROVIDER}"],
    ),
    "neither yes nor no": (
        GOOD.replace("465", '465\nfiles_copies = "yes"'),
        ["settings.toml:8:17 files_copies must be true or false → write true or false, without quotes"],
    ),
    "a name that is a number": (
        GOOD.replace('"Ana"', "3"),
        ['settings.toml:2:8 name must be text → put it between quotes: "like this"'],
    ),
    "an empty name": (GOOD.replace("Ana", " "), ["settings.toml:2:9 name is empty → fill it in"]),
    "a name that would begin a header": (
        GOOD.replace("Ana", "Ana\\nBcc: x@y.example"),
        ["settings.toml:2:9 name holds a line break → write it in one line"],
    ),
    "a name that is an encoded word": (
        GOOD.replace("Ana", "=?utf-8?q?=0ABcc:?="),
        ["settings.toml:2:9 name holds an encoded word (=?…?…?=) → write it in plain letters"],
    ),
    "an address with a name": (
        GOOD.replace("ana@users.org", "Ana <ana@users.org>"),
        [f"settings.toml:3:10 email must stand alone, without a name, brackets or quotes → {BARE}"],
    ),
    "an address that is none": (
        GOOD.replace("ana@users.org", "ana"),
        [f"settings.toml:3:10 email has no @ → {BARE}"],
    ),
    "a host with its port": (
        GOOD.replace("smtp.users.org", "smtp.users.org:465"),
        [f"settings.toml:6:9 host is no name of a server: 'smtp.users.org:465' → {ALONE}"],
    ),
    "a host that is a page": (
        GOOD.replace("smtp.users.org", "https://users.org/"),
        [f"settings.toml:6:9 host is no name of a server: 'https://users.org/' → {ALONE}"],
    ),
    "a host with a zone": (
        GOOD.replace("smtp.users.org", "fe80::1%x y"),
        [f"settings.toml:6:9 host is no name of a server: 'fe80::1%x y' → {ALONE}"],
    ),
    "no host": (
        GOOD.replace("smtp.users.org", ""),
        [f"settings.toml:6:9 host is no name of a server: '' → {ALONE}"],
    ),
    "an encryption that is none": (
        GOOD + 'tls = "ssl"\n',
        [f"settings.toml:12:8 tls must be one of 'implicit', 'starttls' or 'none' → {PROVIDER}"],
    ),
    "no encryption on the way to another machine": (
        GOOD + 'tls = "none"\n',
        [
            (
                "settings.toml:12:8 without encryption anybody on the way to imap.users.org "
                'can read your password → write tls = "implicit" or "starttls"'
            )
        ],
    ),
    "a folder for a list of them": (
        GOOD + 'folders = "INBOX"\n',
        [f"settings.toml:12:12 folders must be a list of names → {AS_LIST}"],
    ),
    "no folders": (
        GOOD + "folders = []\n",
        [f"settings.toml:12:11 folders must be a list of names → {AS_LIST}"],
    ),
    "an empty folder": (
        GOOD + 'folders = ["INBOX", " "]\n',
        ["settings.toml:12:11 folders is empty → fill it in"],
    ),
    "a folder with a line break": (
        GOOD + 'folders = ["a\\r\\nb"]\n',
        ["settings.toml:12:11 folders holds a line break → write it in one line"],
    ),
    "a command that is a number": (
        GOOD + "password_cmd = 3\n",
        [f"settings.toml:12:16 password_cmd must be a command → {AS_TYPED}"],
    ),
    "a command with a number": (
        GOOD + 'password_cmd = ["pass", 3]\n',
        [f"settings.toml:12:16 password_cmd must be a command → {AS_TYPED}"],
    ),
    "a command with a quotation mark left open": (
        GOOD + 'password_cmd = "pass show \'x"\n',
        [
            (
                "settings.toml:12:17 password_cmd has a quotation mark that is never closed → "
                'close it, or write a list: ["pass", "show", "mail"]'
            )
        ],
    ),
    "a password": (GOOD + 'password = "canary"\n', [f"settings.toml:12:1 {SHARED} → {CMD}"]),
    "a password by another name": (GOOD + 'Passwd = "canary"\n', [f"settings.toml:12:1 {SHARED} → {CMD}"]),
    "a password on top": ('password = "canary"\n' + GOOD, [f"settings.toml:1:1 {SHARED} → {CMD}"]),
    "everything at once, in order": (
        (
            '[sender]\nemail = "x"\n[smtp]\nhost = "a b"\nport = 0\ntls = 1\n'
            '[imap]\nuser = 3\nhost = "h"\nport = 1\n'
        ),
        [
            'settings.toml:1:1 [sender] has no name → add: name = "Ana Muster"',
            f"settings.toml:2:10 email has no @ → {BARE}",
            f"settings.toml:4:9 host is no name of a server: 'a b' → {ALONE}",
            f"settings.toml:5:8 port must be between 1 and 65535 → {PROVIDER}",
            f"settings.toml:6:7 tls must be one of 'implicit', 'starttls' or 'none' → {PROVIDER}",
            'settings.toml:8:8 user must be text → put it between quotes: "like this"',
        ],
    ),
}


@pytest.mark.parametrize(("text", "problems"), WRONG_SETTINGS.values(), ids=WRONG_SETTINGS)
def test_wrong_settings_are_named_with_place_and_remedy(tmp_path, text, problems):
    _, found = read_settings(tmp_path, text)
    assert said(found) == problems
    assert "canary" not in repr(found)


def test_missing_settings_are_said_in_one_sentence(tmp_path):
    found, problems = read_settings(tmp_path, None, {"CAMPAIGN_SMTP_HOST": "127.0.0.1"})
    assert found is None
    assert said(problems) == [
        "settings.toml this file is missing → campaign init in an empty folder makes one to copy"
    ]


def test_mistakes_in_the_environment_are_named_by_their_variables(tmp_path):
    environ = {
        "CAMPAIGN_SMTP_PORT": "abc",
        "CAMPAIGN_SENDER_EMAIL": "nobody",
        "CAMPAIGN_SMTP_HSOT": "x",
        "CAMPAIGN_IMAP_COLOUR_OF_THE_DOOR": "x",
        "CAMPAIGN_SMTP_PASSWORD": "canary",
    }
    found, problems = read_settings(tmp_path, GOOD, environ)
    assert found is None
    assert said(problems) == [
        f"environment CAMPAIGN_SENDER_EMAIL has no @ → {BARE}",
        "environment CAMPAIGN_SMTP_PORT must be a whole number → write it in figures, without quotes",
        "(environment CAMPAIGN_IMAP_COLOUR_OF_THE_DOOR sets nothing → see campaigns/README.md)",
        "(environment CAMPAIGN_SMTP_HSOT sets nothing → did you mean CAMPAIGN_SMTP_HOST?)",
    ]
    assert "canary" not in repr(problems)
