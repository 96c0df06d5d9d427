"""What templates say: every sentence in Chinese and English at its place, figures as the official forms print them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.utils.translation import get_language

from hengji.model.binding import ActualStatus
from hengji.web.access import Role

register = template.Library()

_LIGHTS = {"green": ("●", "绿", "green"), "yellow": ("▲", "黄", "yellow"), "red": ("■", "红", "red"),
           "blue": ("◆", "蓝", "blue")}  # fmt: skip
_VERDICTS = {"met": ("✓ 达到", "✓ met"), "not_met": ("✗ 未达到", "✗ not met"),
             "undecidable": ("? 不能判定", "? undecidable")}  # fmt: skip
_ACTS = {
    "asked": ("提出请求", "asked"), "trail_proof": ("核对留痕", "proved the trail"), "trail_anchor": ("打印锚点", "printed an anchor"),
    "sign_in": ("登录", "signed in"), "sign_in_failed": ("登录失败", "sign-in failed"),
    "sign_in_locked": ("账号锁定中，未登录", "locked, not signed in"), "sign_out": ("退出", "signed out"),
    "import": ("导入目标表", "imported a table"), "confirm": ("确认导入", "confirmed an import"),
    "discard": ("放弃导入", "discarded an import"), "correction": ("更正", "correction"),
    "target_change": ("目标调整", "approved change of a target"), "waiver": ("豁免", "let a finding stand"),
    "review_grade": ("审核评定", "gave grades in review"),
    "waiver_withdrawn": ("撤回豁免", "took a waiver back"), "answer": ("答复问题", "answered a finding"),
    "bind": ("确认口径", "confirmed bindings"), "upload": ("上传记录", "uploaded records"),
    "evaluate_monitoring": ("计算运行监控", "computed monitoring"),
    "evaluate_self_evaluation": ("计算单位自评", "computed a self-evaluation"), "verify": ("重算核对", "verified"),
    "print": ("打印表式", "printed a form"), "export_rows": ("导出记录", "exported rows"), "scan": ("盖章件归档", "filed a scan"),
    "download": ("下载附件", "downloaded an attachment"), "deadline": ("设定期限", "set a deadline"),
    "case_forward": ("送审或同意", "submitted or approved"), "case_return": ("退回", "returned"), "case_urge": ("催办", "urged"),
    "survey": ("建立调查", "made a survey"), "survey_paper": ("录入纸质问卷", "typed in a paper form"),
    "writing": ("填报原因和措施", "wrote reasons and measures"), "reimport": ("重新导入", "imported a corrected document"), "attestation": ("人工佐证", "attested"),
    "export_faults": ("导出没有收录的行", "exported rejected rows"), "suspect": ("核查在线数据", "looked for odd online data"), "months": ("按月计算", "computed the months"),
    "frame_line": ("按指标体系评分", "scored by a frame"), "evaluate_frame": ("按指标体系评价", "evaluated by a frame"),
    "survey_close": ("结束调查", "closed a survey"),
    "grant_given": ("授权查看", "let somebody from outside read"), "grant_taken": ("收回授权", "took a reader's right back"),
    "account_made": ("建立账号", "made an account"), "account_changed": ("修改账号", "changed an account"),
    "account_closed": ("停用账号", "closed an account"), "account_opened": ("启用账号", "opened an account"),
    "organisation_made": ("建立机构", "made an organisation"), "organisation_changed": ("修改机构", "changed an organisation"),
    "role_granted": ("授予角色", "granted a role"), "role_withdrawn": ("撤销角色", "withdrew a role"),
    "password_given": ("发放密码", "gave a password"), "password_changed": ("修改密码", "changed the own password"),
}  # fmt: skip
"""Acts as the log calls them."""
_LABELS_EN = {
    "targets": "targets", "monitoring": "monitoring", "self_evaluation": "self-evaluation", "prepare": "filling in",
    "head": "head of the unit", "supervisor": "supervising department", "fiscal": "fiscal bureau", "done": "approved",
    "supervising": "supervising department", "unit": "budget unit", "section": "section", "outside": "third party",
    "主管部门": "supervising department", "财政部门": "fiscal bureau",
    "queued": "waiting", "running": "running", "failed": "not done", "cancelled": "cancelled",
}  # fmt: skip
_SEVERITIES = {"error": ("退回", "return"), "warning": ("提示", "advice"), "info": ("说明", "note")}


def chinese() -> bool:
    """Whether the page speaks Chinese."""
    return not (get_language() or "zh").startswith("en")


@register.simple_tag
def say(zh: str, en: str) -> str:
    """One sentence in the language of the page."""
    return zh if chinese() else en


@register.simple_tag(takes_context=True)
def turned(context: Context, name: str, number: int) -> str:
    """The address of another page of a list, with all else that was asked for as it is."""
    asked = context["request"].GET.copy()
    asked[name] = str(number)
    return f"?{asked.urlencode()}"


@register.filter
def money(amount: Decimal | None) -> str:
    """An amount with two decimals and separators; nothing where there is none."""
    return "" if amount is None else f"{amount:,.2f}"


@register.filter
def points(number: Decimal | None) -> str:
    """Points as the forms print them."""
    return "" if number is None else f"{number:.2f}"


@register.filter
def light(colour: str) -> str:
    """A light as shape and word, readable without colour."""
    if colour not in _LIGHTS:
        return ""
    shape, zh, en = _LIGHTS[colour]
    return f"{shape} {zh if chinese() else en}"


@register.filter
def verdict(word: str) -> str:
    """Met, not met, undecidable in words."""
    pair = _VERDICTS.get(word)
    return "" if pair is None else pair[0 if chinese() else 1]


@register.filter
def status(word: str) -> str:
    """How an actual value came about, in words."""
    if not word:
        return "未计算" if chinese() else "not computed"
    return ActualStatus(word).zh if chinese() else ActualStatus(word).en


@register.filter
def severity(word: str) -> str:
    """退回, 提示, 说明."""
    return _SEVERITIES[word][0 if chinese() else 1]


@register.filter
def label(value: str, zh: str) -> str:
    """The name of a desk, a subject or a state."""
    return zh if chinese() else _LABELS_EN.get(value, zh)


@register.filter
def role(word: str) -> str:
    """The title of a role."""
    return Role(word).zh if chinese() else Role(word).en


@register.filter
def titled(one: Any) -> str:
    """The title of a register, a field, a rule or a fault; the Chinese one where there is no English one."""
    return str(one.title if chinese() else getattr(one, "title_en", "") or one.title)


@register.filter
def act(word: str) -> str:
    """An act of the log in words."""
    return _ACTS[word][0 if chinese() else 1]


@register.filter
def own_words(one: Any, field: str = "") -> str:
    """The Chinese or English text of an object that has both (`zh`/`en`, or `field_zh`/`field_en`)."""
    suffix = "zh" if chinese() else "en"
    return str(getattr(one, f"{field}_{suffix}" if field else suffix))


@register.filter
def own_words_of(said: Mapping[str, Any]) -> str:
    """The Chinese or English text of something kept as JSON with `zh` and `en`."""
    return str(said["zh" if chinese() else "en"])


@register.filter
def percent(value: str | None) -> str:
    """A rate in percent as the commands tell it, with two places; a dash where there is none."""
    return "—" if value is None else f"{Decimal(value):.2f}%"


@register.filter
def minute(moment: str | None) -> str:
    """A moment that is kept as text, to the minute; nothing where there is none."""
    return (moment or "")[:16].replace("T", " ")
