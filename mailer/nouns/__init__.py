"""The words of the trade, as frozen types; every other room speaks in them."""

from mailer.nouns.addresses import Address, BadAddress, mailbox_of, untagged
from mailer.nouns.campaigns import Campaign, Exclusions, Phrase, Step
from mailer.nouns.codes import Outcome, Phase, Verdict
from mailer.nouns.corrections import corrected, corrections
from mailer.nouns.deliveries import LONGEST_PATIENCE, Attempt, Delivery, Place, State
from mailer.nouns.due import Due
from mailer.nouns.forgotten import Pseudonyms, is_forgotten
from mailer.nouns.groups import Cell, Group, Organizer
from mailer.nouns.history import CLOCKS_DIFFER, History
from mailer.nouns.learned import Learned, files_copies
from mailer.nouns.letters import NAME, Draft, Enclosure, Letter, LetterId
from mailer.nouns.messages import (
    CERTAIN,
    SHORTEST_ID,
    Candidate,
    Finding,
    Kind,
    Match,
    Message,
    Reason,
    told_apart,
)
from mailer.nouns.nearest import nearest
from mailer.nouns.oauth import OAUTH_PRESETS, OAuth
from mailer.nouns.orders import Order, OrderKind
from mailer.nouns.pace import (
    ALL_DAY,
    ANY_HOUR,
    BY_GROUP,
    CAUTIOUS,
    EVERY_DAY,
    UNLIMITED,
    Departure,
    Pace,
    Span,
    Turn,
    Window,
)
from mailer.nouns.problems import Problem
from mailer.nouns.providers import Door, Provider
from mailer.nouns.rates import Rate
from mailer.nouns.sent_copies import Filing, SentCopy
from mailer.nouns.settings import ONLY_TO, Sender, Server, Settings
from mailer.nouns.standings import Hold, Standing, is_at_the_door, proposes_contact
from mailer.nouns.traces import Traces
from mailer.nouns.visible import visible
from mailer.nouns.world import (
    SETTLE_TIME,
    UNCONDITIONAL,
    Answer,
    Copy,
    Cursor,
    Doubts,
    Fetched,
    Filed,
    Mailbox,
    MailboxRead,
    Permit,
    PostOffice,
    World,
)

__all__ = [
    "ALL_DAY",
    "ANY_HOUR",
    "BY_GROUP",
    "CAUTIOUS",
    "CERTAIN",
    "CLOCKS_DIFFER",
    "EVERY_DAY",
    "LONGEST_PATIENCE",
    "NAME",
    "OAUTH_PRESETS",
    "ONLY_TO",
    "SETTLE_TIME",
    "SHORTEST_ID",
    "UNCONDITIONAL",
    "UNLIMITED",
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
    "Departure",
    "Door",
    "Doubts",
    "Draft",
    "Due",
    "Enclosure",
    "Exclusions",
    "Fetched",
    "Filed",
    "Filing",
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
    "OAuth",
    "Order",
    "OrderKind",
    "Organizer",
    "Outcome",
    "Pace",
    "Permit",
    "Phase",
    "Phrase",
    "Place",
    "PostOffice",
    "Problem",
    "Provider",
    "Pseudonyms",
    "Rate",
    "Reason",
    "Sender",
    "SentCopy",
    "Server",
    "Settings",
    "Span",
    "Standing",
    "State",
    "Step",
    "Traces",
    "Turn",
    "Verdict",
    "Window",
    "World",
    "corrected",
    "corrections",
    "files_copies",
    "is_at_the_door",
    "is_forgotten",
    "mailbox_of",
    "nearest",
    "proposes_contact",
    "told_apart",
    "untagged",
    "visible",
]
