"""Runs in the peers' environment: values on standard input (a JSON list), seconds and numbers found on standard output."""

from __future__ import annotations

import contextlib
import io
import json
import sys
import time


def timed(read, values):  # type: ignore[no-untyped-def]
    start = time.perf_counter()
    found = [read(v) for v in values]
    return {"seconds": time.perf_counter() - start, "found": found}


def recognizers():  # type: ignore[no-untyped-def]
    # What a target value may hold: a number, a share, a range, a unit, money, a date.
    from recognizers_date_time import recognize_datetime
    from recognizers_number import Culture, recognize_number, recognize_percentage
    from recognizers_number_with_unit import recognize_currency, recognize_dimension

    models = (recognize_number, recognize_percentage, recognize_dimension, recognize_currency,
              recognize_datetime)  # fmt: skip

    def read(value):  # type: ignore[no-untyped-def]
        return [str((r.resolution or {}).get("value")) for model in models for r in model(value, Culture.Chinese)]

    read("预热90%")
    return read


def jionlp():  # type: ignore[no-untyped-def]
    import jionlp as jio

    def read(value):  # type: ignore[no-untyped-def]
        try:
            return [str(jio.parse_money(value).get("num"))]
        except Exception:
            return []

    read("15万元")
    return read


values = json.load(sys.stdin)
answers = {}
for name, make in (("recognizers-text", recognizers), ("JioNLP", jionlp)):
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            answers[name] = timed(make(), values)
    except Exception as error:
        answers[name] = {"failed": f"{type(error).__name__}: {error}"}
print(json.dumps(answers))
