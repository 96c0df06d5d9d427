"""Worker processes and the watch over them: one that hangs, eats memory or dies costs its document and no other."""

from __future__ import annotations

import json
import multiprocessing
import signal
import time
from collections.abc import Callable, Iterable, Iterator
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess

from hengji.dossier.bulk.entry import entry_without
from hengji.dossier.bulk.faults import broke, too_slow
from hengji.dossier.bulk.listing import Listed
from hengji.dossier.bulk.terms import Limits, Terms
from hengji.dossier.bulk.worker import LAST, work
from hengji.dossier.errors import DossierError
from hengji.model.finding import Finding
from hengji.model.table import Source

_START = 60  # seconds for a worker to import the program


class _Worker:
    """One process, the document it has in hand, and when its time is over."""

    def __init__(self, terms: Terms, limits: Limits, target: Callable[..., None]) -> None:
        context = multiprocessing.get_context("spawn")
        mine, theirs = context.Pipe()
        self.pipe: Connection = mine
        self.process: SpawnProcess = context.Process(target=target, args=(theirs, terms, limits), daemon=True)
        self.process.start()
        theirs.close()  # so that the end of the process is the end of the pipe
        self.ready = False
        self.task: Listed | None = None
        self.deadline = time.monotonic() + _START

    def give(self, task: Listed, limits: Limits) -> bool:
        """Hand over a document; False where the process is gone, which the pipe will tell."""
        try:
            self.pipe.send((task.document, task.file))
        except OSError:
            return False
        self.task = task
        self.deadline = time.monotonic() + limits.seconds
        return True

    def end(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def worked(
    tasks: Iterable[Listed], terms: Terms, limits: Limits, workers: int, target: Callable[..., None] = work
) -> Iterator[tuple[Listed, bytes]]:
    """Each document with its entry as JSON, in the order in which they are done.

    Raises:
        DossierError: a worker does not come up at all.
    """
    waiting = iter(tasks)
    pool: list[_Worker] = []
    todo = next(waiting, None)
    try:
        while todo is not None or any(w.task for w in pool):
            while todo is not None and len(pool) < workers:
                pool.append(_Worker(terms, limits, target))
            for worker in [w for w in pool if w.ready and w.task is None]:
                if todo is not None and worker.give(todo, limits):
                    todo = next(waiting, None)
            busy = [w for w in pool if w.task is not None or not w.ready]
            soonest = min((w.deadline for w in busy), default=time.monotonic())
            pipes = {w.pipe: w for w in pool}
            heard = wait(list(pipes), max(0.0, soonest - time.monotonic()))
            for pipe in heard:
                yield from _hear(pipes[pipe], pool, limits)  # type: ignore[index]
            late = [w for w in busy if w in pool and w.pipe not in heard and time.monotonic() > w.deadline]
            for worker in late:
                yield from _lost(worker, pool, too_slow(limits))
    finally:
        for worker in pool:
            worker.end()


def _hear(worker: _Worker, pool: list[_Worker], limits: Limits) -> Iterator[tuple[Listed, bytes]]:
    try:
        said = worker.pipe.recv_bytes()
    except (EOFError, OSError):
        worker.process.join()
        code = worker.process.exitcode or 0
        over = too_slow(limits) if code == -signal.SIGXCPU else broke(_ending(code))
        yield from _lost(worker, pool, over)
        return
    if not worker.ready:
        worker.ready = True
        return
    task, worker.task = worker.task, None
    assert task is not None  # nothing else is ever sent
    yield task, said[1:]
    if said.startswith(LAST):
        worker.end()
        pool.remove(worker)


def _lost(worker: _Worker, pool: list[_Worker], why: Finding) -> Iterator[tuple[Listed, bytes]]:
    worker.end()
    pool.remove(worker)
    if not worker.ready:
        raise DossierError(
            f"处理进程启动不了（{_ending(worker.process.exitcode or 0)}）。请检查内存，或减少 --workers。",
            "A worker process does not start. Check the memory, or take fewer --workers.",
        )
    if worker.task is not None:
        task = worker.task
        entry = entry_without(task.document, Source(task.document, task.sha256, ""), task.size, why)
        yield worker.task, json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode()


def _ending(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit {code}"
