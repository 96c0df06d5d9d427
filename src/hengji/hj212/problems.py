"""What can be wrong with a packet: one code a fault, whose fault it is, and what to do, in both languages.

Nothing here is thrown: a faulty packet is read as far as it goes, and its problems stand beside what was read.
"""

from __future__ import annotations

from typing import NamedTuple

DEVICE, HOST, UNKNOWN, SENDER = "device", "host", "unknown", "sender"
SHOWN = 40
"""Characters of a packet that a message quotes at most."""


class Problem(NamedTuple):
    """One thing to object to. `fault_of` is device, host or unknown."""

    code: str
    fault_of: str
    zh: str
    en: str


class Kind(NamedTuple):
    """A fault of the catalogue; `fault_of` is sender where the sender, once known, is to blame."""

    name: str
    fault_of: str
    zh: str
    en: str


CATALOGUE = {
    "H01": Kind(
        "garbage",
        UNKNOWN,
        "有{count}个字节不在任何数据包内：{seen}。未作为数据使用，原样保存，请检查线路或设备程序。",
        "{count} bytes stand outside any packet: {seen}. They are no data; keep them and check the line or the device.",
    ),
    "H02": Kind(
        "garbage_around",
        UNKNOWN,
        "数据包前后另有{count}个字节：{seen}。已跳过，请检查线路或设备程序。",
        "{count} bytes stand before or after the packet: {seen}. They were skipped; check the line or the device.",
    ),
    "H03": Kind(
        "glued",
        UNKNOWN,
        "一条记录里连着{count}个数据包（粘包）。已分开，其余见 more。",
        "{count} packets are glued together in one record. They were taken apart; the others are under `more`.",
    ),
    "H04": Kind(
        "length_form",
        SENDER,
        "##后面的数据段长度应为4位十进制数，这里是“{seen}”。已按包尾读取，请改正设备程序。",
        "After ## four decimal digits of length are due, here “{seen}”. Read up to the end mark; correct the sender.",
    ),
    "H05": Kind(
        "length_wrong",
        SENDER,
        "数据段长度写为{said}，实际为{real}个字节（按UTF-8字节数计，不按字数）。已按包尾读取，请改正设备程序。",
        "The length says {said}, the data segment has {real} bytes (bytes, not characters). "
        "Read up to the end mark; correct the sender.",
    ),
    "H06": Kind(
        "truncated",
        UNKNOWN,
        "数据包不完整，应有{said}个字节的数据段，只收到{real}个。最后的“{seen}”可能被截断，未作为数据使用；等待重发。",
        "The packet is cut off: {said} bytes of data segment are due, {real} came. "
        "The last “{seen}” may be cut and is not used as data; wait for it to be sent again.",
    ),
    "H07": Kind(
        "crc_form",
        SENDER,
        "数据段之后应有4位十六进制校验码，这里是“{seen}”。无法校验，不应入库，请改正设备程序。",
        "Four hexadecimal digits of CRC are due after the data segment, here “{seen}”. It cannot be checked.",
    ),
    "H08": Kind(
        "crc_wrong",
        UNKNOWN,
        "校验码为{said}，按数据段应为{real}。数据可能有误，不应入库和应答，等待重发。",
        "The CRC says {said}, the data segment gives {real}. The data may be wrong: neither store nor answer.",
    ),
    "H09": Kind(
        "tail",
        SENDER,
        "数据包应以回车换行(CR LF)结尾，这里是{zh}。内容照常读取，请改正设备程序。",
        "A packet ends with CR LF, this one with {en}. It was read all the same; correct the sender.",
    ),
    "H10": Kind(
        "segment_long",
        SENDER,
        "数据段有{real}个字节，超过规定的{most}个。已全部读取，请设备分包发送。",
        "The data segment has {real} bytes, at most {most} are allowed. All was read; the sender should split it.",
    ),
    "H11": Kind(
        "cp_long",
        SENDER,
        "数据区(CP)有{real}个字符，超过规定的{most}个。已全部读取，请设备分包发送。",
        "CP has {real} characters, at most {most} are allowed. All was read; the sender should split it.",
    ),
    "H12": Kind(
        "not_utf8",
        SENDER,
        "文字不是UTF-8编码，已按{seen}读取。请核对汉字，并改正设备程序。",
        "The text is not UTF-8; it was read as {seen}. Check the Chinese text and correct the sender.",
    ),
    "H13": Kind(
        "control_characters",
        UNKNOWN,
        "数据段里有控制字符或无法识别的字节：{seen}。已保留，请检查线路或设备程序。",
        "Control characters or unreadable bytes in the data segment: {seen}. They were kept; check line and device.",
    ),
    "H14": Kind(
        "cp_missing",
        SENDER,
        "没有数据区“CP=&&…&&”。只读出了包头字段，请改正设备程序。",
        "There is no “CP=&&…&&”. Only the fields of the head were read; correct the sender.",
    ),
    "H15": Kind(
        "cp_open",
        SENDER,
        "数据区没有以“&&”结束。最后的“{seen}”可能不完整，未作为数据使用，请改正设备程序。",
        "CP is not closed with “&&”. The last “{seen}” may be incomplete and is not used as data; correct the sender.",
    ),
    "H16": Kind(
        "separator_missing",
        SENDER,
        "“{seen}”附近缺少分号。已按字段名断开，请改正设备程序。",
        "A semicolon is missing near “{seen}”. It was cut at the name of the field; correct the sender.",
    ),
    "H17": Kind(
        "blanks",
        SENDER,
        "“{seen}”前后有多余的空白。已去掉，请改正设备程序。",
        "Stray blanks around “{seen}”. They were taken away; correct the sender.",
    ),
    "H18": Kind(
        "comma",
        SENDER,
        "“{seen}”处不同字段之间用了逗号，应为分号。已分开读取，请改正程序。",
        "At “{seen}” a comma stands between different fields; a semicolon is due. Read apart; correct the sender.",
    ),
    "H19": Kind(
        "empty_field",
        SENDER,
        "有多余的分隔符（空字段），在“{seen}”附近。已跳过，请改正设备程序。",
        "A stray separator (an empty field) near “{seen}”. It was skipped; correct the sender.",
    ),
    "H20": Kind(
        "no_equals",
        SENDER,
        "“{seen}”不是“字段名=值”，未作为数据使用，请改正设备程序。",
        "“{seen}” is not name=value and is not used as data; correct the sender.",
    ),
    "H21": Kind(
        "duplicate",
        SENDER,
        "“{seen}”出现不止一次，取最后一个值。请核对哪个值正确。",
        "“{seen}” is given more than once; the last value is taken. Check which one is right.",
    ),
    "H22": Kind(
        "head_unknown",
        SENDER,
        "包头里有标准没有的字段“{seen}”。已保留，请改正设备程序。",
        "The head has a field that the standard does not know: “{seen}”. It was kept; correct the sender.",
    ),
    "H23": Kind(
        "head_case",
        SENDER,
        "包头字段“{seen}”大小写不符。已按标准名称读取，请改正设备程序。",
        "The case of “{seen}” in the head is not the standard's. Read under its proper name; correct the sender.",
    ),
    "H24": Kind(
        "head_missing",
        SENDER,
        "缺少“{seen}”或其值为空。其余照常读取，请改正设备程序。",
        "“{seen}” is missing or empty. The rest was read; correct the sender.",
    ),
    "H25": Kind(
        "flag_form",
        SENDER,
        "Flag应为0至255的整数，这里是“{seen}”。按没有Flag读取，请改正设备程序。",
        "Flag should be a whole number from 0 to 255, here “{seen}”. Read as without Flag; correct the sender.",
    ),
    "H26": Kind(
        "version_unknown",
        SENDER,
        "Flag={seen}的版本号尚无对应标准。按HJ 212-2025读取，请核对设备设置。",
        "Flag={seen} names an edition that does not exist yet. Read as HJ 212-2025; check the device.",
    ),
    "H27": Kind(
        "qn_form",
        SENDER,
        "QN应为17位的“年月日时分秒毫秒”，这里是“{seen}”。应答可能无法对应，请改正设备程序。",
        "QN should be 17 digits of date, time and milliseconds, here “{seen}”. Answers may not match; correct the sender.",
    ),
    "H28": Kind(
        "st_unknown",
        SENDER,
        "系统编码ST“{seen}”不在标准的范围内。其余照常读取，请改正设备设置。",
        "System code ST “{seen}” is outside the standard's ranges. The rest was read; correct the setting.",
    ),
    "H29": Kind(
        "cn_unknown",
        SENDER,
        "没有命令编码CN“{seen}”。已按一般格式读取；上位机应答QnRtn=8。",
        "There is no command CN “{seen}”. Read by the general form; the answer to it is QnRtn=8.",
    ),
    "H30": Kind(
        "cn_of_other_edition",
        SENDER,
        "命令{seen}不属于{edition}（见于{others}）。已按一般格式读取，请核对Flag的版本号和设备登记。",
        "Command {seen} is not of {edition} (known in {others}). Read by the general form; check Flag and register.",
    ),
    "H31": Kind(
        "split_without_numbers",
        SENDER,
        "Flag表示分包，但没有PNUM和PNO。无法合并，请改正设备程序。",
        "Flag says the packet is split, but PNUM and PNO are missing. It cannot be joined; correct the sender.",
    ),
    "H32": Kind(
        "numbers_without_split",
        SENDER,
        "Flag表示不分包，却带有PNUM或PNO。按不分包读取，请改正设备程序。",
        "Flag says the packet is whole, but it has PNUM or PNO. Read as whole; correct the sender.",
    ),
    "H33": Kind(
        "numbers_wrong",
        SENDER,
        "包号不合理：{seen}。应为1≤PNO≤PNUM≤9999。无法合并，请改正设备程序。",
        "Impossible numbers of parts: {seen}; 1 ≤ PNO ≤ PNUM ≤ 9999 is due. It cannot be joined; correct the sender.",
    ),
    "H34": Kind(
        "value_empty",
        SENDER,
        "“{seen}”的值为空。按缺测处理，不得当作0。",
        "“{seen}” has no value. It is missing, never 0.",
    ),
    "H35": Kind(
        "not_a_number",
        SENDER,
        "“{seen}”应为十进制数。该值不能用于计算，请检查仪器和采集程序。",
        "“{seen}” should be a decimal number. It cannot be reckoned with; check instrument and logger.",
    ),
    "H36": Kind(
        "sentinel",
        SENDER,
        "“{seen}”像是表示无数据的占位值，标记却为正常。不得当作监测值，请检查采集程序。",
        "“{seen}” looks like a stand-in for no data, yet is flagged as normal. It is no measurement; check the logger.",
    ),
    "H37": Kind(
        "data_flag",
        SENDER,
        "数据标记“{seen}”不属于{edition}。该值是否有效无法判断，请核对设备设置。",
        "Data flag “{seen}” is not of {edition}. Whether the value is valid cannot be told; check the device.",
    ),
    "H38": Kind(
        "time_impossible",
        SENDER,
        "“{seen}”不是存在的时间。该时间不能使用，请检查设备时钟和程序。",
        "“{seen}” is no time that exists. It cannot be used; check clock and program of the device.",
    ),
    "H39": Kind(
        "time_ahead",
        SENDER,
        "“{seen}”晚于本包的发送时间QN={qn}。请校准设备时钟。",
        "“{seen}” is later than the packet's own QN={qn}. Set the clock of the device.",
    ),
    "H40": Kind(
        "time_form",
        SENDER,
        "“{seen}”应为14位的“年月日时分秒”。请改正设备程序。",
        "“{seen}” should be 14 digits of date and time. Correct the sender.",
    ),
    "H41": Kind(
        "datatime_missing",
        SENDER,
        "上传的数据没有DataTime，不知属于哪个时段。不能入库，请改正设备程序。",
        "The data have no DataTime, so their period is unknown. They cannot be stored; correct the sender.",
    ),
    "H42": Kind(
        "code_without_letter",
        SENDER,
        "因子编码“{seen}”缺少类别字母（如w01018）。未自动补上，请改正设备程序。",
        "Factor code “{seen}” lacks its letter (as in w01018). It was not supplied; correct the sender.",
    ),
    "H43": Kind(
        "out_of_table",
        SENDER,
        "“{seen}”不是{edition}规定的值。请核对设备设置。",
        "“{seen}” is not a value that {edition} allows. Check the setting.",
    ),
    "H44": Kind(
        "encrypted",
        UNKNOWN,
        "数据区已加密，没有可用的密钥或解密失败。只读出了包头字段，请登记该设备的密钥。",
        "CP is encrypted and no key fits. Only the head was read; register the key of this device.",
    ),
    "H45": Kind(
        "key_form",
        SENDER,
        "字段名“{seen}”不完整。按原样保留，请改正设备程序。",
        "The name of field “{seen}” is incomplete. It was kept as it is; correct the sender.",
    ),
    "H46": Kind(
        "no_packet",
        UNKNOWN,
        "这一行没有数据包：{seen}。应为带有 packet 或 packet_hex 的JSON。",
        "There is no packet in this line: {seen}. JSON with `packet` or `packet_hex` is due.",
    ),
    "H47": Kind(
        "other_edition",
        SENDER,
        "设备登记为{edition}，Flag={seen}却是另一版本。按Flag读取，请核对设备登记。",
        "The device is registered as {edition}, but Flag={seen} names another edition. Read by Flag; check the register.",
    ),
    "H48": Kind(
        "crc_rule",
        SENDER,
        "校验码{said}是按{rule_zh}算的，按标准应为{real}。不应入库和应答，请改正设备程序。",
        "CRC {said} was made by {rule_en}; the standard's is {real}. Neither store nor answer; correct the sender.",
    ),
    "H49": Kind(
        "length_or_crc",
        SENDER,
        "按长度{said}取到的“{seen}”不是正确的校验码（应为{real}），其后也没有包尾：长度很可能写小了。不应入库和应答，请改正设备程序。",
        "Where the length {said} points, “{seen}” is not the right CRC ({real}) and no end mark follows: the length is "
        "most likely too small. Neither store nor answer; correct the sender.",
    ),
}
"""Codes are never used again for something else."""


def quoted(text: str) -> str:
    """Text of a packet as a message shows it: on one line, and cut where it is long."""
    shown = "".join(c if c.isprintable() else "·" for c in text[: SHOWN + 1])
    return shown if len(shown) <= SHOWN else shown[:SHOWN] + "…"


def problem(code: str, sender: str, seen: str = "", **words: object) -> Problem:
    """The problem of that code; `sender` (device, host or unknown) is blamed where the catalogue blames the sender."""
    kind = CATALOGUE[code]
    words["seen"] = quoted(seen)
    return Problem(
        code,
        sender if kind.fault_of == SENDER else kind.fault_of,
        kind.zh.format(**words),
        kind.en.format(**words),
    )
