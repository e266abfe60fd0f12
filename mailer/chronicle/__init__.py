"""Tells the story of a message, a letter, a group or an address, with the evidence, in plain words."""

from mailer.chronicle.addresses import story_of_address
from mailer.chronicle.groups import story_of_group
from mailer.chronicle.letters import story_of_letter
from mailer.chronicle.messages import story_of_message
from mailer.chronicle.naming import Named, What, named
from mailer.chronicle.story import Archive, Chapter, Fact, Story

__all__ = [
    "Archive",
    "Chapter",
    "Fact",
    "Named",
    "Story",
    "What",
    "named",
    "story_of_address",
    "story_of_group",
    "story_of_letter",
    "story_of_message",
]
