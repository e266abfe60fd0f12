"""Finds the letter whose words a mail repeats, however its quote is marked, broken into lines or cut.

Letters of one step are nearly alike: what they have in common shows which step is quoted, and the few words
that only one of them has show to whom it went. So a few letters of each step are read first; only when a mail
quotes a step, all letters of that step are, and of those only the rare words are kept.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest

from mailer.nouns import LetterId

LONGEST = 32_000
"""So many characters of a mail are compared."""
FEWEST = 4
"""Runs in common that make a quote: seven words one after the other, where they are in one piece."""
_RUN = 4
_SAMPLES = 8
_TOP = 8
_KEPT = 2_000
_OTHERS = 3
"""So many more letters of a step are compared: a rare word that she has by chance must not tell alone."""
_RARE = 24
"""A word that more letters of a step have, and more than one in fifty, tells nobody from anybody."""

# Where no spaces stand between words, each sign is one: a quote may be broken anywhere.
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_\u0e00-\u0eff\u3040-\uffff]+"
)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A letter, and how much of it a mail repeats.

    Attributes:
        letter: Which.
        runs: How many runs of four words of it stand in the mail.
        of: How many it has.
    """

    letter: LetterId
    runs: int
    of: int


def words_in(text: str) -> list[str]:
    """The words of a text, small, without marks, quote signs and line ends."""
    return _WORD.findall(text[:LONGEST].casefold())


class Quotations:
    """What our letters said, as far as it is needed to know their quotes again."""

    def __init__(self, letters: Iterable[LetterId], text_of: Callable[[LetterId], str]) -> None:
        """Nothing is read yet.

        Args:
            letters: All that were sent, in their order.
            text_of: What a letter said.
        """
        self._steps: dict[tuple[str, str], list[LetterId]] = {}
        for letter in letters:
            self._steps.setdefault((letter.campaign, letter.step), []).append(letter)
        self._runs_of = lru_cache(_KEPT)(lambda letter: _runs(words_in(text_of(letter))))
        self._text_of = text_of
        self._spoken: Mapping[int, tuple[tuple[str, str], ...]] | None = None
        self._rare: dict[tuple[str, str], Mapping[str, tuple[LetterId, ...]]] = {}

    def quoted(self, words: Sequence[str], among: Collection[LetterId]) -> tuple[Quoted, ...]:
        """The letters that a text quotes, the most quoted first; none when it quotes none.

        Args:
            words: What a mail says, quotes and all, as `words_in` has it. Untrusted.
            among: Letters that are compared in any case.
        """
        runs = _runs(words)
        steps = self._steps_in(runs)
        if not steps:
            return ()
        likely = [*among, *(letter for step in steps for letter in self._likely(step, words))]
        found = (
            Quoted(each, len(runs & own), len(own))
            for each in dict.fromkeys(likely)
            if (own := self._runs_of(each))
        )
        return tuple(sorted((q for q in found if q.runs >= min(FEWEST, q.of)), key=lambda q: -q.runs))

    def _steps_in(self, runs: frozenset[int]) -> list[tuple[str, str]]:
        """The steps that are quoted: those of which about the most stands there."""
        if self._spoken is None:
            self._spoken = self._samples()
        spoken = self._spoken
        hits = Counter(step for run in runs & spoken.keys() for step in spoken[run])
        most = max(hits.values(), default=0)
        return [step for step, count in hits.items() if count >= FEWEST and 2 * count >= most]

    def _samples(self) -> Mapping[int, tuple[tuple[str, str], ...]]:
        found: dict[int, tuple[tuple[str, str], ...]] = {}
        for step, letters in self._steps.items():
            for run in set().union(*(self._runs_of(letter) for letter in _some(letters))):
                found[run] = (*found.get(run, ()), step)
        return found

    def _likely(self, step: tuple[str, str], words: Sequence[str]) -> Sequence[LetterId]:
        """The letters of a step that share the most rare words with a text, and a few others; of few, all."""
        letters = self._steps[step]
        if len(letters) <= _TOP:
            return letters
        if step not in self._rare:
            self._rare[step] = self._rare_words(letters)
        rare = self._rare[step]
        points: dict[LetterId, float] = {}
        for word in set(words) & rare.keys():
            for letter in rare[word]:
                points[letter] = points.get(letter, 0) + 1 / len(rare[word])
        return [*nlargest(_TOP, points, key=points.__getitem__), *letters[:_OTHERS]]

    def _rare_words(self, letters: Sequence[LetterId]) -> Mapping[str, tuple[LetterId, ...]]:
        most = max(_RARE, len(letters) // 50)
        # What stands in every sample is in nearly every letter: its words are not rare, and need no look.
        same = set.intersection(*({*self._text_of(letter).split("\n")} for letter in _some(letters)))
        found: dict[str, list[LetterId]] = {}
        for letter in letters:
            own = [line for line in self._text_of(letter)[:LONGEST].split("\n") if line not in same]
            for word in set(words_in("\n".join(own))):
                having = found.setdefault(word, [])
                if len(having) <= most:
                    having.append(letter)
        return {word: tuple(having) for word, having in found.items() if len(having) <= most}


def _some(letters: Sequence[LetterId]) -> set[LetterId]:
    """A few letters of a step, from its first to its last."""
    every = max(1, len(letters) // _SAMPLES)
    return {letters[0], letters[-1], *letters[::every][:_SAMPLES]}


def _runs(words: Sequence[str]) -> frozenset[int]:
    """Every four words one after the other, as numbers: many texts are compared, and few are alike."""
    if len(words) < _RUN:
        return frozenset()
    return frozenset(map(hash, zip(*(words[at:] for at in range(_RUN)), strict=False)))
