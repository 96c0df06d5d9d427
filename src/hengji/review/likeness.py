"""When two indicators speak of the same thing: what is left of a text without figures, and how much two texts share."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from math import floor

from hengji.review.practice import Practice

_HAN = re.compile(r"[一-鿿A-Za-z]+")
_FIGURES = re.compile(
    r"(?:不少于|不低于|不高于|不超过|大于等于|小于等于|大于|小于|超过|低于|高于|至少|达到|达|约|近|为)?"
    r"[\d０-９]+(?:[.,，]\d+)*(?:[%％‰]|百分比|万|亿)?(?:以上|以下|以内|左右)?"
)
_SIGNS = re.compile(r"[≥≤<>＜＞=＝~～±]")
_LATIN_DIGITS = re.compile(r"\d+")
_OPENING = ("完成", "开展", "确保", "保证", "保障", "提升", "提高", "加强", "促进", "协助", "组织", "做好", "推进")


def content(text: str) -> str:
    """What a text speaks of: letters only, without figures, comparators and opening verbs."""
    bare = "".join(_HAN.findall(_SIGNS.sub("", _FIGURES.sub("", text))))
    changed = True
    while changed:
        changed = False
        for verb in _OPENING:
            if bare.startswith(verb) and len(bare) > len(verb) + 1:
                bare, changed = bare[len(verb) :], True
            if bare.endswith(verb) and len(bare) > len(verb) + 1:
                bare, changed = bare[: -len(verb)], True
    return bare


def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))


def likeness(one: str, other: str) -> float:
    """Share of pairs in common, of both texts (Dice), 0 to 1."""
    a, b = bigrams(one), bigrams(other)
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else float(one == other)


def overlap(one: str, other: str) -> float:
    """Share of the shorter text's pairs that the longer has, 0 to 1."""
    a, b = bigrams(one), bigrams(other)
    return len(a & b) / min(len(a), len(b)) if a and b else 0.0


def enumerated(one: str, other: str) -> bool:
    """Whether two texts are members of one series: as long as each other and told apart by a letter or two.

    东片巡查 and 西片巡查, 甲级医院 and 乙级医院 are alike by design and yet two things.
    """
    apart = sum(a != b for a, b in zip(one, other, strict=False)) if len(one) == len(other) else 0
    return 0 < apart <= 2


def likely_pairs(texts: Sequence[Sequence[str]], share: float) -> list[tuple[int, int]]:
    """The pairs of things of which one text of one may overlap one text of the other by `share`, in order.

    Nothing is missed: if `share` of a text's pairs of letters are in another text, then of any (1 - share) of them plus
    one, at least one is. Asking for the rarest of them keeps the candidates few, so that the work grows with the number
    of things and not with its square.
    """
    pairs = [[bigrams(t) for t in own] for own in texts]
    having: dict[str, list[int]] = {}
    for n, own in enumerate(pairs):
        for pair in set().union(*own):
            having.setdefault(pair, []).append(n)
    found: set[tuple[int, int]] = set()
    for n, own in enumerate(pairs):
        for one in own:
            rarest = sorted(one, key=lambda pair: (len(having[pair]), pair))
            # In exact numbers: as binary fractions 5 × (1 − 0.8) is a little less than 1, and a pair would be missed.
            missing = floor(len(one) * (1 - Fraction(str(share))))
            for pair in rarest[: missing + 1]:
                found.update((min(n, m), max(n, m)) for m in having[pair] if m != n)
    return sorted(found)


def figures_in(text: str) -> tuple[str, ...]:
    """The numbers in a name: 第一季度 and 第二季度, 2023年 and 2024年 are not the same thing."""
    return tuple(_LATIN_DIGITS.findall(text))


def measure_key(name: str, practice: Practice) -> str:
    """A name reduced so that different names of one measure agree: marks and openings off, synonyms to the first."""
    key = content(name)
    for group in practice.groups("same_measure"):
        for word in group:
            if key.endswith(word):
                return key[: -len(word)] + group[0]
    return key


def is_generic(name: str, practice: Practice) -> bool:
    """Whether a name is made of general words only, so that many projects may have it."""
    rest = content(name)
    tokens = sorted(practice.words("generic_name_tokens"), key=len, reverse=True)
    while rest:
        token = next((t for t in tokens if rest.startswith(t)), None)
        if token is None:
            return False
        rest = rest[len(token) :]
    return True
