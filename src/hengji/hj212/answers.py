"""Answers in the dialect of the device that is answered: what 2017 puts into the head, 2005 puts into CP.

Sources: HJ 212-2017 6.5 and appendix C; HJ/T 212-2005 appendix C. The answer to a heartbeat is unverified.
"""

from __future__ import annotations

from hengji.hj212.packet import Packet
from hengji.hj212.profiles import ANSWERS, DATA_ANSWER, Profile, profile
from hengji.hj212.write import Message, write

SYSTEM = "91"


def reply(packet: Packet) -> bytes | None:
    """The answer that a host owes to what a device sent, or None where it owes none.

    None for what asks for no answer, for what is not intact (a device that hears nothing sends again), for answers, and
    for commands that no edition answers. Data and notices get 9014 and 9013, whatever is wrong inside them: the answer
    says that they have come, not that they are right. The caller answers only after it has stored the packet.
    """
    if packet.flag is None or not packet.flag.answer or not packet.intact:
        return None
    cn = packet.head.get("CN", "")
    command = profile(packet.profile).commands.get(cn)
    if cn in ANSWERS or (command is not None and (command.sender == "host" or command.answer is None)):
        return None
    kind = command.answer if command is not None and command.answer != "9011" else None
    return answer(packet, kind or DATA_ANSWER)


def answer(packet: Packet, cn: str, code: str | None = None) -> bytes:
    """An answer (9011 … 9014) to a packet; `code` is QnRtn for 9011 and ExeRtn for 9012.

    Raises:
        ValueError: `cn` is no answer, the packet's edition does not know the code, or the packet's head holds signs
            that cannot be sent back.
    """
    edition = profile(packet.profile)
    if cn not in ANSWERS:
        raise ValueError(f"{cn} is no answer")
    name = {"9011": "QnRtn", "9012": "ExeRtn"}.get(cn)
    allowed = edition.qn_rtn if cn == "9011" else edition.exe_rtn
    if (name is None) != (code is None) or (code is not None and code not in allowed):
        raise ValueError(f"{edition.title} has no {cn} with the code {code}")
    result = [] if name is None or code is None else [(name, code)]
    head = {key: packet.head[key] for key in ("PW", "MN") if packet.head.get(key)}
    flag = {"Flag": str(edition.version << 2)}
    if not edition.qn_in_cp:
        qn = {"QN": packet.qn} if packet.qn else {}
        return write(Message({**qn, "ST": SYSTEM, "CN": cn, **head, **flag}, tuple((field,) for field in result)))
    fields = [*([("QN", packet.qn)] if packet.qn else []), *_data_of_2005(packet, cn, edition), *result]
    return write(Message({"ST": SYSTEM, "CN": cn, **head, **flag}, tuple((field,) for field in fields)))


def _data_of_2005(packet: Packet, cn: str, edition: Profile) -> list[tuple[str, str]]:
    """The data answer of 2005 names the command and the part that it answers."""
    if cn != DATA_ANSWER:
        return []
    return [(key, packet.head[key]) for key in ("CN", "PNO", "PNUM") if packet.head.get(key)]
