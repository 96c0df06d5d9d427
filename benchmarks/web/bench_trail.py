"""What the trail of acts costs: writing one act, proving a million, a page of the log; beside a plain table of rows.

`python benchmarks/web/bench_trail.py [--rows 1000000]` prints seconds and ratios of one run on a database of its own.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time


def main() -> None:
    """Fill, prove, look, write; the peer is the same table without a chain."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--rows", type=int, default=1_000_000)
    rows = asked.parse_args().rows
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(HENGJI_DATA=folder, DJANGO_SETTINGS_MODULE="hengji.web.settings")
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        _measured(rows)


def _measured(rows: int) -> None:
    from django.db import connection
    from django.utils import timezone

    from hengji.web.flow.chain import FIRST, Words, digest_of
    from hengji.web.flow.log import append
    from hengji.web.flow.models import Entry, TrailEnd
    from hengji.web.flow.trail import proved
    from hengji.web.flow.witness import keep

    previous, batch, now = FIRST, [], timezone.now()
    for seq in range(1, rows + 1):
        words = Words(
            seq,
            now,
            "caiwu 财务科",
            "10.0.0.7",
            "correction",
            "某单位 2024",
            f"{seq % 13}-7 annual_target",
            "≥90%",
            "≥95%",
        )
        previous = digest_of(words, previous)
        batch.append(Entry(**words._asdict(), digest=previous))
        if len(batch) == 10_000 or seq == rows:
            Entry.objects.bulk_create(batch)
            batch = []
    TrailEnd.objects.create(seq=rows, digest=previous)
    keep(rows, previous)
    start, spent = time.perf_counter(), time.process_time()
    found = proved()
    proof, spent = time.perf_counter() - start, time.process_time() - spent
    assert found.checked == rows
    assert not found.breaks
    start = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq, at, who, address, what, about, object, before, after, digest FROM flow_entry ORDER BY seq"
        )
        while cursor.fetchmany(20_000):
            pass
    plain = time.perf_counter() - start
    print(
        f"proving {rows:,} acts: {proof:.1f} s ({spent:.1f} s of processor time); reading the same rows without proving: {plain:.1f} s; ratio {proof / plain:.1f}"
    )
    _each("writing an act", 200, lambda: append("print", by=None), lambda: Entry.objects.create(
        seq=10**12 + time.perf_counter_ns(), digest="", at=timezone.now(), what="print"))  # fmt: skip
    _each(
        "a page of the log", 50, lambda: list(Entry.objects.all()[:50]), lambda: list(Entry.objects.order_by("pk")[:50])
    )


def _each(what, times, ours, peer) -> None:
    spent = []
    for act in (ours, peer):
        start = time.perf_counter()
        for _ in range(times):
            act()
        spent.append((time.perf_counter() - start) / times * 1000)
    print(f"{what}: {spent[0]:.2f} ms; without a chain {spent[1]:.2f} ms; ratio {spent[0] / spent[1]:.1f}")


if __name__ == "__main__":
    main()
