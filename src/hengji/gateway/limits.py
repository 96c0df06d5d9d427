"""How fast somebody may send, and who is refused for a while."""

from __future__ import annotations

from collections import OrderedDict

REMEMBERED = 10_000
"""Addresses that are remembered at most; the oldest is forgotten first, which only favours it."""


class Rates:
    """Token buckets by name (a device, an address): `rate` a second, `burst` at once."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = max(rate, 1e-6), burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, now: float) -> float:
        """Take one; how many seconds the sender should be let wait (0 while it keeps to its rate)."""
        tokens, before = self._buckets.pop(name, (self._burst, now))
        tokens = min(self._burst, tokens + (now - before) * self._rate) - 1
        self._buckets[name] = (tokens, now)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return max(0.0, -tokens / self._rate)


class Penalties:
    """Addresses that are refused until a time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._until: OrderedDict[str, float] = OrderedDict()

    def add(self, host: str, now: float) -> None:
        """Refuse an address from now on for a while."""
        self._until[host] = now + self._seconds
        if len(self._until) > REMEMBERED:
            self._until.popitem(last=False)

    def holds(self, host: str, now: float) -> bool:
        """Whether an address is refused now."""
        until = self._until.get(host)
        if until is not None and until <= now:
            del self._until[host]
            return False
        return until is not None
