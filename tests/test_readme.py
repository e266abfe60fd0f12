"""The README is true: its ten minutes are run line by line, and its picture is the demo's."""

import re
from pathlib import Path

from stage import campaign, serving, shell

from mailer.cli import COMMANDS, cli

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TUTORIAL = README[README.index("## Ten minutes") : README.index("## With your own mailbox")]


def folded(text):
    return " ".join(text.split())


def steps(text):
    """The commands of a console block, each with the lines that the README prints below it."""
    step = None
    inside = ""
    for line in text.splitlines():
        if inside:
            step[0] += f"\n{line}"
            inside = "" if line == inside else inside
        elif line.startswith("$ "):
            if step:
                yield step
            step = [line[2:], []]
            heredoc = re.search(r"<<'(\w+)'", line)
            inside = heredoc.group(1) if heredoc else ""
        elif line != "…":
            step[1].append(line)
    if step:
        yield step


def test_the_ten_minutes_are_true(tmp_path):
    [first_terminal] = [code.split() for _, more, code in BLOCK.findall(TUTORIAL) if "terminal=1" in more]
    blocks = [code for kind, _, code in BLOCK.findall(TUTORIAL) if kind == "console"]
    assert len(blocks) > 5
    folder = tmp_path
    with serving(tmp_path, *first_terminal):
        for command, expected in (step for block in blocks for step in steps(block)):
            if command.startswith("cd "):
                folder = folder / command[3:]
                continue
            done = shell(folder, "bash", "-c", command)
            said = done.stdout + done.stderr
            assert done.returncode == (65 if "mistake" in "".join(expected) else 0), (command, said)
            for line in expected:
                assert folded(line) in folded(said), f"after {command!r} it was not {line!r} but:\n{said}"


def test_the_picture_is_the_demos_end(tmp_path):
    done = campaign(tmp_path, "demo", "there", COLUMNS="80")
    assert done.returncode == 0, done.stdout + done.stderr
    end = done.stdout[done.stdout.rindex("$ campaign status") :]
    end = end[: end.index("────")]
    [picture] = [code for kind, _, code in BLOCK.findall(README) if kind == "text"]
    assert masked(picture) == masked(end)


def masked(text):
    """The picture without its days, which are those of the run."""
    days = re.sub(r"(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \d\d \w{3}( \d\d:\d\d)?", "DAY", text)
    return [line.rstrip() for line in days.strip().splitlines()]


def test_every_command_is_in_the_readme_and_explains_itself():
    listed = {str(command.name) for commands in COMMANDS.values() for command in commands}
    assert listed == set(cli.commands)
    for name in listed:
        assert f"`campaign {name}`" in README
        assert cli.commands[name].get_short_help_str()
        assert not cli.commands[name].get_short_help_str(60).endswith("...")


def test_every_page_it_points_to_is_there():
    for page in [ROOT / "README.md", *ROOT.glob("mailer/**/README.md"), *ROOT.glob("*s/README.md")]:
        # A picture is an example: no page has one of its own but the README.
        for target in re.findall(r"(?<!!)\[[^]]*\]\(([^)#:]+)\)", page.read_text(encoding="utf-8")):
            assert (page.parent / target).exists() or target.startswith("http"), f"{page}: {target}"
