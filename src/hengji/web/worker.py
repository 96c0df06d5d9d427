"""`python -m hengji.web.worker`: does background work until it is ended; begins anew what a killed one left."""

from __future__ import annotations

import os


def main() -> None:
    """Run until ended."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengji.web.settings")
    import django

    django.setup()
    import hengji.web.jobs.run  # noqa: F401  # what it is to do must be known before it begins
    from hengji.web.jobs.queue import huey

    huey.create_consumer(workers=1, worker_type="thread", periodic=False, check_worker_health=True).run()


if __name__ == "__main__":
    main()
