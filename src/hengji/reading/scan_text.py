"""Crops of a page → characters with their chance and what else they may be, by models that come with a package.

Nothing is fetched: the models stand in the package. Threads share one engine behind a lock.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

_BATCH = 8
_NARROWEST, _WIDEST = 96, 3200  # pixels of a crop as the model sees it
_CHANCE = 0.03  # of a character: what is likelier than this is a candidate
_WIDTHS = str.maketrans("（）［］：；，！？％", "()[]:;,!?%")
_LOCK = Lock()


class Sign(NamedTuple):
    """A recognised character: how sure it is (0–1), what else it may be, and its middle as a share of the crop's width."""

    text: str
    chance: float
    others: tuple[str, ...]
    middle: float


def _folded(sign: str) -> str:
    """A sign whatever its width: an image does not tell ； from ;."""
    return sign.translate(_WIDTHS)


@cache
def _engine() -> Any:
    from rapidocr import RapidOCR

    logging.getLogger("RapidOCR").setLevel(logging.ERROR)
    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        }
    )
    engine(np.full((64, 320, 3), 255, np.uint8), use_det=False)  # loads the model of characters
    return engine


def boxes_of(grey: Any) -> list[tuple[int, int, int, int]]:
    """Where words stand on a page: left, top, right, bottom in pixels."""
    with _LOCK:
        found = _engine()(np.repeat(grey[:, :, None], 3, axis=2), use_det=True, use_rec=False)
    if found.boxes is None:
        return []
    boxes = []
    for corners in found.boxes:
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        boxes.append((max(0, int(left)), max(0, int(top)), int(right) + 1, int(bottom) + 1))
    return boxes


def signs_of(crops: Sequence[Any]) -> list[list[Sign]]:
    """The characters of each crop of one line of text, from left to right."""
    out: list[list[Sign]] = [[] for _ in crops]
    order = sorted(range(len(crops)), key=lambda k: crops[k].shape[1] / crops[k].shape[0])
    with _LOCK:
        model = _engine().text_rec
        height = int(model.rec_image_shape[1])
        names: list[str] = model.postprocess_op.character
        for start in range(0, len(order), _BATCH):
            batch = order[start : start + _BATCH]
            widest = max(crops[k].shape[1] / crops[k].shape[0] for k in batch)
            ratio = min(max(widest, _NARROWEST / height), _WIDEST / height)
            pictures = [model.resize_norm_img(np.repeat(crops[k][:, :, None], 3, axis=2), ratio) for k in batch]
            for k, chances in zip(batch, model.session(np.stack(pictures).astype(np.float32)), strict=True):
                own = min(1.0, crops[k].shape[1] / crops[k].shape[0] / ratio)
                out[k] = _decoded(np.asarray(chances), names, own)
    return out


def _decoded(chances: Any, names: list[str], own: float) -> list[Sign]:
    """The likeliest characters of a line: a run of one index is one character, index 0 parts them."""
    best = chances.argmax(axis=1)
    steps = len(best)
    signs = []
    start = 0
    for t in range(1, steps + 1):
        if t < steps and best[t] == best[start]:
            continue
        if best[start]:
            run = chances[start:t]
            peak = start + int(run[:, best[start]].argmax())
            row = chances[peak]
            same = _folded(names[best[start]])
            ranked = [int(i) for i in np.argsort(row)[:-6:-1] if row[i] > _CHANCE and i]
            chance = sum(float(row[i]) for i in ranked if _folded(names[i]) == same)
            likely = [i for i in ranked if _folded(names[i]) != same]
            middle = ((start + t - 1) / 2 + 0.5) / steps / own
            signs.append(Sign(names[best[start]], chance, tuple(names[i] for i in likely), min(middle, 1.0)))
        start = t
    return signs
