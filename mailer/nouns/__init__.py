"""The words of the trade, as frozen types; every other room speaks in them."""

from mailer.nouns.addresses import Address, BadAddress, untagged
from mailer.nouns.campaigns import Campaign, Exclusions, Phrase, Step
from mailer.nouns.codes import Outcome, Phase, Verdict
from mailer.nouns.deliveries import LONGEST_PATIENCE, Attempt, Delivery, Place, State
from mailer.nouns.due import Due
from mailer.nouns.forgotten import Pseudonyms, is_forgotten
from mailer.nouns.groups import Cell, Group, Organizer
from mailer.nouns.history import CLOCKS_DIFFER, History, Hold, Standing
from mailer.nouns.learned import Learned, files_copies
from mailer.nouns.letters import NAME, Draft, Letter, LetterId
from mailer.nouns.messages import Candidate, Finding, Kind, Match, Message
from mailer.nouns.nearest import nearest
from mailer.nouns.orders import Order, OrderKind
from mailer.nouns.problems import Problem
from mailer.nouns.providers import Door, Provider
from mailer.nouns.settings import Sender, Server, Settings
from mailer.nouns.traces import Traces
from mailer.nouns.visible import visible
from mailer.nouns.world import (
    SETTLE_TIME,
    Answer,
    Copy,
    Cursor,
    Doubts,
    Fetched,
    Mailbox,
    MailboxRead,
    PostOffice,
    World,
)

__all__ = [
    "CLOCKS_DIFFER",
    "LONGEST_PATIENCE",
    "NAME",
    "SETTLE_TIME",
    "Address",
    "Answer",
    "Attempt",
    "BadAddress",
    "Campaign",
    "Candidate",
    "Cell",
    "Copy",
    "Cursor",
    "Delivery",
    "Door",
    "Doubts",
    "Draft",
    "Due",
    "Exclusions",
    "Fetched",
    "Finding",
    "Group",
    "History",
    "Hold",
    "Kind",
    "Learned",
    "Letter",
    "LetterId",
    "Mailbox",
    "MailboxRead",
    "Match",
    "Message",
    "Order",
    "OrderKind",
    "Organizer",
    "Outcome",
    "Phase",
    "Phrase",
    "Place",
    "PostOffice",
    "Problem",
    "Provider",
    "Pseudonyms",
    "Sender",
    "Server",
    "Settings",
    "Standing",
    "State",
    "Step",
    "Traces",
    "Verdict",
    "World",
    "files_copies",
    "is_forgotten",
    "nearest",
    "untagged",
    "visible",
]
