"""A rate with its interval: nine of twenty-two is not "41 %", it is "somewhere from 23 to 61 %"."""

import math
from dataclasses import dataclass

_Z = 1.959963984540054
"""The standard normal quantile that leaves 2.5 % on either side."""


@dataclass(frozen=True, slots=True)
class Rate:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 of 0 is 0."""
        return self.count / self.of if self.of else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson (1927), which stays honest for small numbers and for 0 and 100 %."""
        if not self.of:
            return 0.0, 1.0
        z2 = _Z * _Z
        middle = self.share + z2 / (2 * self.of)
        spread = _Z * math.sqrt(self.share * (1 - self.share) / self.of + z2 / (4 * self.of * self.of))
        scale = 1 + z2 / self.of
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)
