"""The story of an address: for whom it stands, what went there, what came from it, and if letters may go."""

from mailer.chronicle.letters import source_of
from mailer.chronicle.story import Archive, Fact, Story, came, decided, story


def story_of_address(key: str, archive: Archive) -> Story:
    """Everything about an address (its key), in any campaign."""
    history = archive.history
    rows = [
        Fact(group.id, f"{organizer.name or group.name}, {group.file} line {organizer.line}")
        for group in archive.groups
        for organizer in group.organizers
        if organizer.address.key == key
    ]
    # The table knows better than what was once said of a mail.
    rows = rows or [Fact(group, "you said so") for group in history.aliases.get(key, ())]
    letters = [
        Fact(str(record.letter), record.state, at=record.changed_at)
        for record in history.deliveries.values()
        if key in {address.key for address in record.to}
    ]
    chapters = (
        ("it stands for", rows),
        ("whether letters may go", _obstacles(key, archive)),
        ("letters to it", letters),
        ("what came from it", [came(message) for message in history.messages if message.sender == key]),
        ("what you decided", decided(history.orders_about(key))),
    )
    return story("address", key, "an address", chapters)


def _obstacles(key: str, archive: Archive) -> list[Fact]:
    history = archive.history
    hold = history.hold("", key, archive.now.date())
    standings = (
        ("dead", history.bounced(key)),
        ("stopped", history.stop_of_person(key)),
        (f"held until {hold.until:%a %d %b}" if hold else "", hold.standing if hold else None),
        ("left", history.left(key)),
    )
    found = [
        Fact(label, standing.because, (source_of(standing.source),), standing.since)
        for label, standing in standings
        if standing
    ]
    return found or [Fact("yes", "nothing stands against it")]
