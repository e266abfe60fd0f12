"""What was promised to whom, in few words: the model that test_model.py holds the real thing against."""

from collections import Counter
from datetime import timedelta

from mailer.nouns import Outcome, Phase, State, Verdict
from mailer.rehearsal import Habit, Person

POOL = {
    "answers": ("ann@answers.example",),
    "silent": ("sam@silent.example", "sue@silent.example"),
    "stops": ("stan@stops.example", "sara@stops.example"),
    "bounces": ("bob@bounces.example", "bea@bounces.example"),
    "away": ("amy@away.example",),
    "late": ("leo@late.example",),
    "unknown": ("una@unknown.example", "uma@unknown.example"),
    "twin": ("sam@silent.example",),
}
"""Groups, named for what their first organizers do, and their ladders. Sam stands in two of them."""

PEOPLE = [
    Person("ann@answers.example", Habit.ANSWERS),
    Person("stan@stops.example", Habit.STOPS),
    Person("bob@bounces.example", Habit.BOUNCES),
    Person("amy@away.example", Habit.AWAY_ENGLISH),
    Person("leo@late.example", Habit.LATE),
    Person("una@unknown.example", Habit.UNKNOWN),
]
HABITS = {person.address: person.habit for person in PEOPLE}

VERDICTS = {
    "taken": (Verdict(Outcome.ACCEPTED, Phase.DOT, 250, "", "ok"), True),
    "greylisted": (Verdict(Outcome.DEFERRED, Phase.RCPT, 451, "4.7.1", "later"), False),
    "dropped in the body": (Verdict(Outcome.DEFERRED, Phase.BODY, 0, "", "the line dropped"), False),
    "no such user": (Verdict(Outcome.REFUSED, Phase.RCPT, 550, "5.1.1", "no such user"), False),
    "no such words": (Verdict(Outcome.REFUSED, Phase.DOT, 554, "5.7.1", "spam"), False),
    "dropped at the dot, taken": (Verdict(Outcome.UNSURE, Phase.DOT, 0, "", "the line dropped"), True),
    "dropped at the dot": (Verdict(Outcome.UNSURE, Phase.DOT, 0, "", "the line dropped"), False),
    "quota": (Verdict(Outcome.PAUSE, Phase.MAIL, 550, "5.4.5", "daily quota"), False),
}
"""What a server can do to a letter: the verdict, and whether it took the letter."""

FAILPOINTS = (
    *("letter.after_bytes", "intent.before_write", "intent.after_fsync", "smtp.after_connect"),
    *("smtp.after_mail", "smtp.after_354", "smtp.mid_body", "smtp.before_dot", "smtp.after_dot"),
    *("smtp.after_reply", "outcome.known", "outcome.before_write", "outcome.after_fsync"),
    *("snapshot.before_rename", "snapshot.after_rename", "journal.begun"),
)

IN_DOUBT = {State.UNSURE, State.DEFERRED, State.CLAIMED, State.SENDING}
MAY_HAVE_IT = frozenset({State.SENDING, State.UNSURE, State.ACCEPTED, State.BOUNCED})


class Model:
    """What was promised to whom."""

    def __init__(self):
        self.orders = {}
        self.stopped, self.answered, self.dead, self.forgotten = set(), set(), set(), set()
        self.resent, self.released, self.said_sent, self.told = Counter(), set(), set(), {}

    def objects(self, group, address, now):
        """Why no letter may go there now; '' when one may."""
        held = {s for kind, s, until in self.orders.values() if kind == "hold" and until > now.date()}
        barred = {s for kind, s, _ in self.orders.values() if kind == "stop"} | self.stopped | self.forgotten
        answered = {s for kind, s, _ in self.orders.values() if kind == "answered"} | self.answered
        if {group, address} & barred:
            return "asked to stop"
        if group in answered:
            return "answered"
        if {group, address} & held:
            return "on hold"
        return "bounced" if address in self.dead else ""

    def learn(self, mails, accepted, now):
        """What a reading of the mailbox brings to light: people's mails, and who had got a letter by then."""
        for address, automatic in mails:
            group = address.partition("@")[2].partition(".")[0]
            if not automatic and HABITS.get(address) is Habit.STOPS:
                self.stopped |= {group, address}
            elif not automatic:
                self.answered.add(group)
        for address, at in accepted:
            if HABITS.get(address) is Habit.BOUNCES and now - at >= timedelta(minutes=1):
                self.dead.add(address)

    def outlives(self, letter, state):
        """Whether a letter that was said to have left, or not, may be in `state` (a State or 'none') now."""
        told = self.told.get(letter)
        if told is Outcome.ACCEPTED:
            return state in {"accepted", "bounced"}
        if told is Outcome.REFUSED and not self.resent[letter]:
            return state == "refused"
        return state != "none" or self.resent[letter] or told in {None, Outcome.PAUSE}
