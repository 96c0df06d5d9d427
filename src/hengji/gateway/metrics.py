"""What Prometheus may fetch: counts and times of one gateway, on a local port."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server


class Metrics:
    """The figures of one gateway; names begin with `hengji_gateway_`."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        prefix, at = "hengji_gateway_", self._registry
        self.packets = Counter(
            prefix + "packets", "packets and pieces made durable, by reason of quarantine", ["why"], registry=at
        )
        self.noted = Counter(prefix + "noted", "remarks on packets (duplicate, clock, future …)", ["note"], registry=at)
        self.answers = Counter(prefix + "answers", "answers sent", registry=at)
        self.garbage = Counter(prefix + "garbage_bytes", "bytes outside packets", registry=at)
        self.refused = Counter(prefix + "refused", "connections refused", ["why"], registry=at)
        self.closed = Counter(prefix + "closed", "connections closed by the gateway", ["why"], registry=at)
        self.asks = Counter(prefix + "asks", "requests to devices, by outcome", ["outcome"], registry=at)
        self.failures = Counter(prefix + "store_failures", "batches that could not be made durable", registry=at)
        self.links = Gauge(prefix + "connections", "open connections", registry=at)
        self.pending = Gauge(prefix + "pending_bytes", "received and not yet durable", registry=at)
        self.working = Gauge(prefix + "store_working", "1 while the inbox can be written, else 0", registry=at)
        self.batch = Histogram(
            prefix + "batch_seconds", "time to make a batch durable", registry=at,
            buckets=(0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10),
        )  # fmt: skip
        self.waited = Histogram(
            prefix + "wait_seconds", "from receipt to durability, oldest packet of each batch", registry=at,
            buckets=(0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30),
        )  # fmt: skip

    def serve(self, port: int) -> None:
        """Serve them on 127.0.0.1.

        Raises:
            OSError: the port is taken.
        """
        start_http_server(port, addr="127.0.0.1", registry=self._registry)
