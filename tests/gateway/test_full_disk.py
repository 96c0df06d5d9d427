"""A disk that is full: nothing is answered, it is said, and reception goes on when there is room again."""

from __future__ import annotations

import resource

from tests.gateway.serving import OTHER, prepared, serving, until, upload

from hengji.gateway.verify import verify

SMALL = 100_000


def few_bytes():
    """No file may grow beyond this: what a writer sees is an error in the middle of a write, as on a full disk."""
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (SMALL, most))


def test_a_full_disk_answers_nothing_and_recovers_without_loss(tmp_path):
    with serving(prepared(tmp_path / "g"), few_bytes) as gateway:
        client, answered = gateway.connect(), 0
        for number in range(1000):
            client.send(upload(value=f"{number}.5"))
            if client.answer(1.5) is None:
                break
            answered += 1
        assert 0 < answered < 1000
        assert gateway.wait_for("store_failed")["error"]
        assert len(gateway.records()) == answered
        other = gateway.connect()
        other.send(upload(OTHER))
        assert other.answer(1.5) is None
        assert gateway.process.poll() is None
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.prlimit(gateway.process.pid, resource.RLIMIT_FSIZE, (most, most))
        assert client.answer()
        assert other.answer()
        gateway.wait_for("store_works")
        until(lambda: len(gateway.records()) == answered + 2)
        assert not verify(gateway.folder / "inbox").differences


def test_a_gateway_killed_on_a_full_disk_starts_again_with_all_that_it_had_answered(tmp_path):
    folder = prepared(tmp_path / "g")
    with serving(folder, few_bytes) as gateway:
        client, answered = gateway.connect(), 0
        while True:
            client.send(upload(value=f"{answered}.5"))
            if client.answer(1.5) is None:
                break
            answered += 1
        gateway.kill()
    with serving(folder) as gateway:
        assert len(gateway.records()) == answered
        assert not verify(folder / "inbox").differences
        client = gateway.connect()
        client.send(upload(value="0.7"))
        assert client.answer()
