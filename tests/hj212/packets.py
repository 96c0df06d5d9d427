"""Generated messages and packets of each edition, and ways to spoil them."""

from __future__ import annotations

import datetime

from hypothesis import strategies as st

from hengji.hj212.profiles import profile
from hengji.hj212.write import Message, framed

NUMBERS = (
    st.decimals(-99, 99999, places=3, allow_nan=False)
    .map(lambda d: f"{d:f}")
    .filter(lambda text: not text.startswith("-99"))
)
SUFFIXES = {"2011": ["Rtd", "ZsRtd"], "2051": ["Min", "Avg", "Max", "Cou"], "2061": ["Avg", "ZsAvg", "Cou"]}
CODES = {
    "2005": st.sampled_from(["011", "060", "B01", "001", "S01", "101"]),
    "2017": st.sampled_from(["w01018", "w21003", "a21026", "a34013", "a01012", "LA", "pms_rules", "O3"]),
}
LOGS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z"), exclude_characters="/&"), max_size=20)


@st.composite
def messages(draw, edition: str) -> Message:
    """A message without any fault under that edition: data, device information, a request, or an answer."""
    rules = profile(edition)
    when = draw(st.datetimes(datetime.datetime(2000, 1, 1), datetime.datetime(2090, 1, 1)))
    qn = f"{when:%Y%m%d%H%M%S}{when.microsecond // 1000:03d}"
    data_time = f"{when - datetime.timedelta(minutes=draw(st.integers(0, 100))):%Y%m%d%H%M%S}"
    answer, split = draw(st.booleans()), draw(st.booleans())
    head = {"QN": qn, "ST": draw(st.sampled_from(["31", "32", "22", "21", "39"]))}
    kind = draw(st.sampled_from(["data", "data", "data", "log", "request", "state"]))
    if kind == "log" and edition == "2005":
        kind = "data"
    cn = {"data": draw(st.sampled_from(list(SUFFIXES))), "log": "3020", "request": "1062", "state": "2021"}[kind]
    tail = {"PW": draw(st.sampled_from(["123456", "A1b2C3d4"])), "MN": draw(st.sampled_from(["8888-01", "A" * 24]))}
    head |= {"CN": cn, **tail, "Flag": str(rules.version << 2 | split << 1 | answer)}
    if split:
        total = draw(st.integers(1, 9999))
        head |= {"PNUM": str(total), "PNO": str(draw(st.integers(1, total)))}
    groups: list = [] if kind == "request" else [(("DataTime", data_time),)]
    if kind == "request":
        groups.append((("RtdInterval", str(draw(st.integers(30, 3600)))),))
    elif kind == "log":
        groups += [(("PolId", "w01018"),), (("i11001-Info", f"//{draw(LOGS)};,=x//"),)]
    elif kind == "state":
        groups += [((f"SB{n}-RS", str(draw(st.integers(0, 5)))),) for n in range(1, draw(st.integers(2, 5)))]
    else:
        for code in draw(st.lists(CODES["2005" if edition == "2005" else "2017"], min_size=1, max_size=6, unique=True)):
            fields = [(f"{code}-{s}", draw(NUMBERS)) for s in SUFFIXES[cn]]
            if draw(st.booleans()):
                fields.insert(0, (f"{code}-SampleTime", data_time))
            if draw(st.booleans()):
                fields.append((f"{code}-Flag", draw(st.sampled_from("NFMSDCT"))))
            groups.append(tuple(fields))
    return Message(head, tuple(groups))


SIGNS = b"## # && ; , = CP=&& ##0101 ##0140QN= - // Flag=7 {0xE4,0x3E} NaN -999 &&1C80 0000".split()
SPLICES = st.sampled_from([b"", b" ", b"\r\n", b"\n", b"\r", b"\x00", b"\xff", "清".encode("gbk"), *SIGNS]) | st.binary(
    max_size=4
)


@st.composite
def spoilt(draw, packet: bytes) -> bytes:
    """A packet with some bytes cut out, put in or exchanged, its length and CRC made right again or not."""
    body = packet if draw(st.booleans()) else packet[6:-6]
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(body)))
        end = min(len(body), start + draw(st.integers(0, 6)))
        body = body[:start] + draw(SPLICES) + body[end:]
    return body if body[:2] == b"##" or len(body) > 9999 else framed(body)
