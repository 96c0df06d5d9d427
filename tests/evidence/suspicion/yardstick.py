"""Labelled curves (模拟数据): clean outlets, hard ones among them, and outlets with one spell of tampering of every kind.

Written before the rules, and apart from the simulated outlets of the gateway: other plants, other noise, other depths. A
set is a TOML beside this file; `tuning` is for choosing thresholds, `judging` is looked at for reports only. Everything is
drawn for ten-minute values; hours are made of them as a logger does.
"""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

HERE = Path(__file__).parent
STEPS = 6  # ten-minute values an hour
CLEAN = (
    "ordinary", "calm", "coarse", "noisy", "controlled", "exceeding", "at_detection", "batch", "shifts", "shutdowns",
    "unmarked_shutdowns", "load_changes", "influent_ramp", "two_hourly", "timetabled", "outages", "weighted", "calibrated",
)  # fmt: skip
"""Characters of clean outlets; every one but the first is there because some simple rule would take it for tampering."""
HOSTS = (
    "ordinary",
    "ordinary",
    "calm",
    "noisy",
    "exceeding",
    "shutdowns",
    "outages",
    "calibrated",
    "weighted",
    "shifts",
)
"""Characters that outlets with tampering have; zeroed values at a detection limit, say, nobody could tell."""
ONLY_GAS = frozenset({"oxygen_raised", "oxygen_lowered", "zs_off"})
STEADY = frozenset({"shifts", "shutdowns"})
"""Characters whose stand-still would swallow a spell of these kinds."""


class Spell(NamedTuple):
    """Tampering from and to (naive local time); `kind` is a key of the set's table."""

    mn: str
    kind: str
    begin: datetime.datetime
    end: datetime.datetime
    depth: float
    character: str


class Yardstick(NamedTuple):
    """`readings`, `parameters` and `register` are what the rules take; `spells` the truth; `clean` the character by MN."""

    readings: pa.Table
    parameters: pa.Table
    register: pa.Table
    spells: list[Spell]
    clean: dict[str, str]
    days: int


def make(name: str, clean: int, spells: int, seed: int = 0, minutes: int = 8) -> Yardstick:
    """`clean` outlets of each character and `spells` outlets of each kind of tampering; every `minutes`th with minute data."""
    world = tomllib.loads((HERE / f"{name}.toml").read_text("utf-8"))
    rows: list[pa.Table] = []
    changes: list[dict[str, Any]] = []
    register: list[dict[str, Any]] = []
    truth: list[Spell] = []
    wanted = [(c, "") for c in CLEAN for _ in range(clean)]
    wanted += [("", kind) for kind in world["tampering"] for _ in range(spells)]
    honest = {}
    for number, (character, kind) in enumerate(wanted):
        chance = np.random.default_rng([world["seed"], seed, number])
        outlet = _Outlet(world, f"{name[0].upper()}{seed:02d}{number:05d}", chance, character, kind)
        rows += outlet.tables(kind == "hour_off" or number % minutes == 0)
        changes += outlet.changes
        register += outlet.register()
        if outlet.spell is None:
            honest[outlet.mn] = outlet.character
        else:
            truth.append(outlet.spell)
    return Yardstick(
        pa.concat_tables(rows).unify_dictionaries(), pa.Table.from_pylist(changes, PARAMETERS),
        pa.Table.from_pylist(register, REGISTER), truth, honest, world["days"],
    )  # fmt: skip


_WORDS = pa.dictionary(pa.int32(), pa.string())
READINGS = pa.schema(
    [("mn", _WORDS), ("period", _WORDS), ("factor", _WORDS), ("data_time", pa.timestamp("us"))]
    + [(name, pa.float64()) for name in ("avg", "min", "max", "zs", "cou")]
    + [("flag", _WORDS), ("qn", pa.timestamp("us")), ("received", pa.timestamp("us"))]
    + [("file", _WORDS), ("packet", pa.int64())]
)
PARAMETERS = pa.schema(
    {
        "mn": pa.string(),
        "data_time": pa.timestamp("us"),
        "factor": pa.string(),
        "parameter": pa.string(),
        "value": pa.float64(),
        "file": pa.string(),
        "packet": pa.int64(),
    }
)
REGISTER = pa.schema(
    [("mn", pa.string()), ("factor", pa.string())]
    + [(name, pa.float64()) for name in ("limit", "range_top", "detection")]
)


class _Outlet:
    """One outlet: what it emitted, then what was done to the data."""

    def __init__(self, world: Any, mn: str, chance: np.random.Generator, character: str, kind: str) -> None:
        self.world, self.mn, self.chance, self.kind = world, mn, chance, kind
        hosts = [h for h in HOSTS if not (kind in ("constant", "smooth", "step", "near_limit") and h in STEADY)]
        self.character = character or str(chance.choice(hosts))
        plants = [p for p in world["plant"] if kind not in ONLY_GAS or p["medium"] == "gas"]
        self.plant = plants[int(chance.integers(len(plants)))]
        self.gas = self.plant["medium"] == "gas"
        self.factors = [dict(f) for f in self.plant["factors"]]
        level = float(np.exp(chance.normal(0, 0.15)))
        for factor in self.factors:
            factor["median"] *= level if factor["role"] == "flow" else 1.0
        self.hours = world["days"] * 24
        self.length = self.hours * STEPS
        self.begin = world["begin"]
        self.minute_of = np.arange(self.length) * 10
        self.hour_of_day = (self.minute_of // 60) % 24
        self.changes: list[dict[str, Any]] = []
        self.spell: Spell | None = None
        self._characterise()
        self.running = self._running()
        self.held = 0 if self.gas else (2 if self.character == "two_hourly" else 1)
        self.values = self._emitted()
        self.flags = {f["code"]: np.full(self.hours, "N") for f in self.factors}
        self.missing = np.zeros(self.hours, np.bool_)
        self.late = np.zeros(self.hours, np.int64)
        self.emitted = {code: values.copy() for code, values in self.values.items()}
        self._service()
        self.calls: dict[str, Any] = {}
        if kind:
            self._tamper()

    def code(self, role: str) -> str:
        return next((f["code"] for f in self.factors if f["role"] == role), "")

    @property
    def main(self) -> dict[str, Any]:
        return next(f for f in self.factors if f["role"] == "main")

    def _characterise(self) -> None:
        main, chance = self.main, self.chance
        concentration = [f for f in self.factors if f["role"] in ("main", "pollutant")]
        match self.character:
            case "calm":
                part = chance.uniform(0.25, 0.5)
                for factor in self.factors:
                    factor["slow"], factor["fast"] = factor["slow"] * part, factor["fast"] * part
            case "coarse":
                for factor in concentration:
                    factor["places"] = max(0, factor["places"] - 2)
            case "noisy":
                for factor in concentration:
                    factor["fast"] *= 2.5
            case "controlled":  # a set-point not far under the limit
                main["median"], main["slow"], main["fast"] = main["limit"] * chance.uniform(0.85, 0.92), 0.02, 0.015
            case "exceeding":
                main["median"] = main["limit"] * chance.uniform(0.75, 0.9)
            case "at_detection":
                for factor in concentration:
                    factor["median"], factor["fast"] = factor["detection"] * chance.uniform(0.1, 0.9), 0.6
        if self.kind in ("clipped", "hidden_by_mark", "near_limit"):
            main["median"] = main["limit"] * chance.uniform(0.74, 0.88)
            main["slow"] = max(main["slow"], 0.12)

    def _running(self) -> Any:
        """Share of full load at each step; below 0.02 the plant stands."""
        load, chance = np.ones(self.length), self.chance
        hour, day = self.hour_of_day, self.minute_of // 1440
        match self.character:
            case "shifts":
                first, last = chance.integers(5, 9), chance.integers(17, 23)
                load[(hour < first) | (hour >= last)] = 0
                if chance.random() < 0.5:
                    load[day % 7 == 6] = 0
            case "batch":
                cycle = int(chance.integers(5, 12)) * STEPS
                load[np.arange(self.length) % cycle >= int(cycle * chance.uniform(0.4, 0.75))] = 0
            case "shutdowns" | "unmarked_shutdowns":
                for _ in range(int(chance.integers(1, 4))):
                    at, hours = int(chance.integers(self.hours)), int(chance.integers(12, 110))
                    load[at * STEPS : (at + hours) * STEPS] = 0
            case "load_changes":
                for _ in range(int(chance.integers(1, 4))):
                    load[int(chance.integers(self.length)) :] = chance.uniform(0.45, 1.0)
            case "timetabled":
                curve = 0.75 + 0.25 * np.sin(2 * np.pi * (np.arange(144) / 144 + chance.random()))
                load *= np.tile(curve, self.world["days"])
        return load

    def _wander(self) -> Any:
        """A slow level of spread 1."""
        chance, n = self.chance, self.length
        if self.world["slow"] == "decaying":
            hours = chance.uniform(6, 20)
            kernel = np.exp(-np.arange(int(6 * hours) * STEPS) / (hours * STEPS))
            level = np.convolve(chance.normal(size=n + len(kernel) - 1), kernel, "valid")
        else:
            power = np.arange(1, n // 2 + 1) ** -1.1 * (np.arange(1, n // 2 + 1) < n / 40)
            spectrum = np.concatenate(([0], power * np.exp(2j * np.pi * chance.random(n // 2))))
            level = np.fft.irfft(spectrum, n)
            level += level.std() * 0.3 * np.sin(2 * np.pi * self.minute_of / 10080 + chance.random() * 6)
        return (level - level.mean()) / level.std()

    def _noise(self, size: int) -> Any:
        if self.world["noise"] == "gauss":
            return self.chance.normal(size=size)
        return self.chance.laplace(scale=2**-0.5, size=size)

    def _emitted(self) -> dict[str, Any]:
        load, chance = self.running, self.chance
        common = self._wander()
        standing = load < 0.02
        since = np.arange(self.length) - np.maximum.accumulate(np.where(~standing, np.arange(self.length), 0))
        found = {}
        for factor in self.factors:
            role, median = factor["role"], factor["median"]
            own = 0.8 * self._wander() + (0.6 * common if role in ("main", "pollutant", "flow") else 0)
            # The noise of neighbouring ten minutes is shared in part: what an hour keeps is not a sixth of it.
            fast = 0.7 * np.repeat(self._noise(self.hours), STEPS) + 0.7 * self._noise(self.length)
            if self.character == "timetabled":
                own *= 0.15
                fast *= 0.4
            curve = median * np.exp(factor["slow"] * own + factor["fast"] * fast)
            if role == "flow":
                rest = 0.05 if self.gas else 0.15 * np.exp(-since / 9)
                curve *= np.where(standing, rest, load)
            elif role == "temperature":
                curve = np.where(standing, 30 + (curve - 30) * np.exp(-since / 24), 30 + (curve - 30) * load**0.3)
            elif role == "oxygen":
                curve = np.where(standing, 20.7 + 0.1 * fast * factor["fast"], 20.9 - (20.9 - curve) * load**0.7)
                curve = np.minimum(curve, 21.0)
            elif role in ("main", "pollutant"):
                curve *= load**0.6 if self.character in ("load_changes", "timetabled") else 1
                if self.gas:
                    curve = np.where(standing, curve * 0.03 * np.exp(-since / 6), curve)
                if self.character == "influent_ramp" and not self.gas:
                    at, ramp = int(chance.integers(self.length)), int(chance.integers(8, 16)) * STEPS
                    curve *= np.interp(np.arange(self.length), [at, at + ramp], [1.0, chance.uniform(0.55, 1.5)])
                if not self.gas:
                    curve = self._sampled(curve, standing)
            found[factor["code"]] = np.round(curve, factor["places"])
        return found

    def _sampled(self, curve: Any, standing: Any) -> Any:
        """An analyser that measures once an hour or two, and repeats its last result while nothing flows."""
        block = max(1, self.held) * STEPS
        first = np.arange(self.length) // block * block
        order = np.where(standing[first], 0, first)
        return curve[np.maximum.accumulate(order)]

    def _service(self) -> None:
        """Calibrations, maintenance, marks of stand-still, outages and late data."""
        chance, hours = self.chance, self.hours
        concentrations = [f["code"] for f in self.factors if f["role"] in ("main", "pollutant")]
        standing = (self.running.reshape(-1, STEPS) < 0.02).mean(axis=1) > 0.5
        if self.character in ("shutdowns", "shifts") or (self.character == "batch" and chance.random() < 0.5):
            for code in self.flags:
                self.flags[code][standing] = "F"
        every, at = (1, 3) if self.character == "calibrated" else (int(chance.integers(2, 8)), int(chance.integers(24)))
        check = np.arange(at, hours, 24 * every)
        for code in concentrations:
            self.flags[code][check] = "C"
        slope = 1.0
        if self.character == "calibrated":
            for hour in check[:: int(chance.integers(3, 8))]:  # a correction of the slope, in the hour marked for it
                slope *= 1 + chance.uniform(-0.04, 0.04)
                self._changed(int(hour), slope)
            for code in concentrations:  # what the analyser shows of the standard
                self._set(code, check, self.main["top"] * 0.5)
        for hour in chance.integers(0, hours, int(chance.poisson(3))):
            for code in concentrations:
                self.flags[code][hour : hour + int(chance.integers(1, 5))] = "M"
        for hour in chance.integers(0, hours, int(chance.poisson(2))):
            for code in concentrations:
                self.flags[code][hour : hour + int(chance.integers(1, 4))] = "D"
        times = 9 if self.character == "outages" else 1
        for hour in chance.integers(0, hours, int(chance.poisson(times))):
            self.missing[hour : hour + int(chance.integers(1, 30 if times > 1 else 4))] = True
        for hour in chance.integers(0, hours, int(chance.poisson(times))):
            length = int(chance.integers(1, 12))
            span = np.arange(hour, min(hour + length, hours))
            self.late[span] = (length - (span - hour)) * 3600

    def _set(self, code: str, hours: Any, value: float) -> None:
        for hour in hours:
            self.values[code][hour * STEPS : (hour + 1) * STEPS] = value

    def _changed(self, hour: int, value: float) -> None:
        self.changes.append(
            {"mn": self.mn, "data_time": self.begin + datetime.timedelta(hours=hour, minutes=20),
             "factor": self.main["code"], "parameter": "i13008", "value": round(value, 3), "file": "parameters",
             "packet": len(self.changes)}
        )  # fmt: skip

    def _tamper(self) -> None:
        table, chance, kind = self.world["tampering"][self.kind], self.chance, self.kind
        length = min(self.hours, int(chance.integers(table["hours"][0], table["hours"][1] + 1)))
        depth = float(chance.uniform(*table["depth"]))
        standing = self.running.reshape(-1, STEPS).mean(axis=1) < 0.02
        room = self.hours - length
        first = 0
        if room:  # where it runs, and where there were days before
            starts = chance.integers(min(room, 24 * 11 if kind in ("copied", "parameter") else 24), room + 1, 200)
            first = min(starts.tolist(), key=lambda s: standing[s : s + length].mean())
        hours = np.arange(first, first + length)
        steps = np.arange(first * STEPS, (first + length) * STEPS)
        begin = self.begin + datetime.timedelta(hours=first)
        end = begin + datetime.timedelta(hours=length)
        self.spell = Spell(self.mn, kind, begin, end, depth, self.character)
        for name in self.flags:  # nobody services the device in these hours, and the data arrive
            if kind not in ("hidden_by_mark", "clipped"):
                marked = self.flags[name][hours]
                self.flags[name][hours] = np.where(np.isin(marked, ("C", "M", "D")), "N", marked)
                self.values[name][steps] = self.emitted[name][steps]
        if kind not in ("hidden_by_mark", "clipped", "gaps"):
            self.missing[hours] = False
            self.changes = [c for c in self.changes if not begin <= c["data_time"] < end]
        getattr(self, f"_{kind}")(hours, steps, depth)

    def _put(self, steps: Any, values: Any) -> None:
        self.values[self.main["code"]][steps] = np.round(values, self.main["places"])

    def _hourly(self, hours: Any, values: Any) -> None:
        """Values an hour, as made-up ones are."""
        self._put((hours[:, None] * STEPS + np.arange(STEPS)).ravel(), np.repeat(values, STEPS))

    def _constant(self, hours: Any, steps: Any, depth: float) -> None:
        self._put(steps, np.full(len(steps), self.main["median"] * self.chance.uniform(0.6, 1.1)))

    def _smooth(self, hours: Any, steps: Any, depth: float) -> None:
        base = self.main["median"] * self.chance.uniform(0.6, 1.1)
        self._hourly(hours, base * (1 + depth * self._noise(len(hours))))

    def _copied(self, hours: Any, steps: Any, depth: float) -> None:
        back = int(self.chance.integers(-(-len(hours) // 24), 11)) * 24
        own = self.values[self.main["code"]][steps - back * STEPS]
        jitter = 1 + depth * np.repeat(self._noise(len(hours)), STEPS)
        self._put(steps, own * jitter)

    def _near_limit(self, hours: Any, steps: Any, depth: float) -> None:
        low, high = self.world["tampering"]["near_limit"]["depth"]
        self._hourly(hours, self.main["limit"] * self.chance.uniform(low, high, len(hours)))

    def _clipped(self, hours: Any, steps: Any, depth: float) -> None:
        own = self.values[self.main["code"]].reshape(-1, STEPS).mean(axis=1)
        over = hours[own[hours] > self.main["limit"] * 0.98]
        low, high = self.world["tampering"]["clipped"]["depth"]
        self._hourly(over, self.main["limit"] * self.chance.uniform(low, high, len(over)))

    def _step(self, hours: Any, steps: Any, depth: float) -> None:
        self._put(steps, self.values[self.main["code"]][steps] * depth)

    def _stopped_running(self, hours: Any, steps: Any, depth: float) -> None:
        for factor in self.factors:
            if factor["role"] in ("main", "pollutant"):
                self.values[factor["code"]][steps] = 0
                self.flags[factor["code"]][hours] = "F"

    def _oxygen_raised(self, hours: Any, steps: Any, depth: float) -> None:
        code = self.code("oxygen")
        old = self.values[code][steps]
        new = np.round(np.minimum(old + depth, 20.6), 2)
        for factor in self.factors:  # thinned by the air that was let in
            if factor["role"] in ("main", "pollutant"):
                thin = self.values[factor["code"]][steps] * (20.9 - new) / np.maximum(20.9 - old, 0.3)
                self.values[factor["code"]][steps] = np.round(thin, factor["places"])
        self.values[code][steps] = new

    def _oxygen_lowered(self, hours: Any, steps: Any, depth: float) -> None:
        code = self.code("oxygen")
        self.values[code][steps] = np.round(np.maximum(self.values[code][steps] - depth, 1.0), 2)

    def _parameter(self, hours: Any, steps: Any, depth: float) -> None:
        self._changed(24, 1.0)
        self._changed(int(hours[0]), depth)
        self._step(hours, steps, depth)

    def _few_values(self, hours: Any, steps: Any, depth: float) -> None:
        pool = self.main["median"] * self.chance.uniform(0.75, 1.15, int(depth))
        self._hourly(hours, self.chance.choice(pool, len(hours)))

    def _zeroed(self, hours: Any, steps: Any, depth: float) -> None:
        self._put(steps, np.full(len(steps), self.chance.choice([0.0, -0.1, self.main["detection"] * 0.3])))

    def _above_range(self, hours: Any, steps: Any, depth: float) -> None:
        self._put(steps, self.main["top"] * depth * np.exp(0.02 * self._noise(len(steps))))

    def _hidden_by_mark(self, hours: Any, steps: Any, depth: float) -> None:
        """Marks of maintenance over the hours above the limit: the highest spells of the month."""
        code = self.main["code"]
        own = self.emitted[code].reshape(-1, STEPS).mean(axis=1)
        for _ in range(int(depth)):
            peak = int(np.argmax(np.where(self.flags[code] == "M", 0, own)))
            level = max(self.main["limit"], np.quantile(own, 0.9))
            first = last = peak
            while first > 0 and own[first - 1] > level and peak - first < 5:
                first -= 1
            while last < self.hours - 1 and own[last + 1] > level and last - peak < 5:
                last += 1
            self.flags[code][first : last + 1] = "M"

    def _gaps(self, hours: Any, steps: Any, depth: float) -> None:
        """Nothing from the same hours of most days."""
        first = int(self.chance.integers(0, 24))
        inside = (hours % 24 - first) % 24 < int(depth)
        skipped = np.repeat(self.chance.random(self.world["days"] + 1) < 0.15, 24)[hours]
        self.missing[hours[inside & ~skipped]] = True

    def _zs_off(self, hours: Any, steps: Any, depth: float) -> None:
        self.calls["zs"] = (hours, depth)

    def _cou_off(self, hours: Any, steps: Any, depth: float) -> None:
        self.calls["cou"] = (hours, depth)

    def _order(self, hours: Any, steps: Any, depth: float) -> None:
        self.calls["order"] = (hours, depth)

    def _hour_off(self, hours: Any, steps: Any, depth: float) -> None:
        self.calls["hour"] = (hours, depth)

    def _clock(self, hours: Any, steps: Any, depth: float) -> None:
        self.calls["clock"] = (hours, depth * self.chance.choice((-1, 1)))

    def _twin(self, hours: Any, steps: Any, depth: float) -> None:
        """A second device that says what the first says: `tables` writes it."""
        self.calls["twin"] = (hours, depth)

    def register(self) -> list[dict[str, Any]]:
        rows = [
            {"mn": self.mn, "factor": f["code"], "limit": f["limit"] or None, "range_top": float(f["top"]),
             "detection": float(f["detection"]) or None}
            for f in self.factors
        ]  # fmt: skip
        return rows + [{**row, "mn": self.mn + "B"} for row in rows] if "twin" in self.calls else rows

    def tables(self, minutes: bool) -> list[pa.Table]:
        found = [self._hours(self.mn)]
        if minutes:
            found.append(self._minutes())
        if "twin" in self.calls:
            found.append(self._other())
        return found

    def _other(self) -> pa.Table:
        """The other device: an outlet of its own, which repeats the first one's values in the spell."""
        other = object.__new__(_Outlet)
        other.__dict__.update(self.__dict__)
        other.values = other._emitted()
        hours, _ = self.calls["twin"]
        steps = np.arange(hours[0] * STEPS, (hours[-1] + 1) * STEPS)
        code = self.main["code"]
        other.values[code][steps] = self.values[code][steps]
        return other._hours(self.mn + "B")

    def _times(self, kept: Any, step: int) -> tuple[Any, Any, Any]:
        """Data time, QN and receipt of rows (index into periods of `step` seconds)."""
        start = np.datetime64(self.begin, "us")
        data = start + (kept * step).astype("timedelta64[s]")
        hour = kept * step // 3600
        lag = np.random.default_rng(kept[:1].tolist()).integers(20, 180, len(kept)) + 20
        received = data + (step + lag + self.late[hour]).astype("timedelta64[s]")
        # Every clock is a little off, and the way of a packet takes some seconds.
        drift = np.full(len(kept), int(self.mn[3:8].strip("B") or 0) % 200 - 100)
        if "clock" in self.calls:
            hours, depth = self.calls["clock"]
            drift = np.where((hour >= hours[0]) & (hour <= hours[-1]), int(depth), drift)
        return data, received - drift.astype("timedelta64[s]"), received

    def _hours(self, mn: str) -> pa.Table:
        kept = np.flatnonzero(~self.missing)
        data, qn, received = self._times(kept, 3600)
        flow = self.values[self.code("flow")].reshape(-1, STEPS)
        oxygen = self.values[self.code("oxygen")].reshape(-1, STEPS).mean(axis=1) if self.gas else None
        tables = []
        for factor in self.factors:
            code, role = factor["code"], factor["role"]
            blocks = self.values[code].reshape(-1, STEPS)
            mean = blocks.mean(axis=1)
            if self.character == "weighted" and role in ("main", "pollutant") and not self.gas:
                weight = np.maximum(flow, 1e-6)
                mean = (blocks * weight).sum(axis=1) / weight.sum(axis=1)
            spread = np.abs(mean) * (0 if self.held and role in ("main", "pollutant") else factor["fast"])
            low, high = np.minimum(blocks.min(axis=1), mean - spread), np.maximum(blocks.max(axis=1), mean + spread)
            cou = zs = None
            if role == "flow":
                cou = np.round(mean * (3600 if self.gas else 3.6), 2)
            if self.gas and role in ("main", "pollutant"):
                reference = self.plant["reference_oxygen"]
                zs = np.round(mean * (21 - reference) / np.maximum(21 - oxygen, 0.5), factor["places"])
            if role == "main":
                mean = self._doctored("hour", mean)
                high = np.maximum(high, mean) if "hour" in self.calls else high
                low = np.minimum(low, mean) if "hour" in self.calls else low
                high = np.where(self._in("order"), mean * self.calls.get("order", (0, 1))[1], high)
                zs = self._doctored("zs", zs) if zs is not None else None
            if role == "flow" and cou is not None:
                cou = self._doctored("cou", cou)
            tables.append(
                self._table(
                    mn, "hour", factor, kept, (mean, low, high, zs, cou), self.flags[code][kept], (data, qn, received)
                )
            )
        return pa.concat_tables(tables)

    def _in(self, what: str) -> Any:
        inside = np.zeros(self.hours, np.bool_)
        if what in self.calls:
            inside[self.calls[what][0]] = True
        return inside

    def _doctored(self, what: str, values: Any) -> Any:
        return np.where(self._in(what), values * self.calls[what][1], values) if what in self.calls else values

    def _minutes(self) -> pa.Table:
        kept = np.flatnonzero(~np.repeat(self.missing, STEPS))
        times = self._times(kept, 600)
        tables = []
        for factor in self.factors:
            own = self.values[factor["code"]]
            spread = np.abs(own) * (0 if self.held and factor["role"] in ("main", "pollutant") else factor["fast"])
            flags = np.repeat(self.flags[factor["code"]], STEPS)[kept]
            tables.append(
                self._table(
                    self.mn, "minute", factor, kept, (own, own - spread, own + spread, None, None), flags, times
                )
            )
        return pa.concat_tables(tables)

    def _table(self, mn: str, period: str, factor: Any, kept: Any, columns: Any, flags: Any, times: Any) -> pa.Table:
        count = len(kept)
        numbers = [
            pa.nulls(count, pa.float64())
            if c is None
            else pa.array(np.round(c[kept], factor["places"] + (c is columns[4]) * 2))
            for c in columns
        ]

        def word(text: str) -> pa.Array:
            return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, np.int32)), pa.array([text]))

        flag = pa.array(flags.tolist(), pa.string()).dictionary_encode()
        moments = [pa.array(t.astype("datetime64[us]")) for t in times]
        return pa.table(
            [word(mn), word(period), word(factor["code"]), moments[0], *numbers, flag, *moments[1:], word(mn), pa.array(kept)],
            schema=READINGS,
        )  # fmt: skip
