"""Setting up and serving: tables of the database, the secret key, demo accounts, the web server and the worker."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ACCOUNTS = "demo-accounts.txt"


def main() -> None:
    """The command line of the site; `hengji serve` hands over to it."""
    asked = argparse.ArgumentParser(prog="hengji serve")
    asked.add_argument("--data", type=Path, default=Path(os.environ.get("HENGJI_DATA", "data")))
    asked.add_argument("--host", default="127.0.0.1")
    asked.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))
    asked.add_argument("--demo", type=Path, help="a dossier folder to show, with demo accounts")
    asked.add_argument("--prepare", action="store_true", help="set up, and end")
    given = asked.parse_args()
    prepare(given.data, given.demo)
    if not given.prepare:
        run(given.host, given.port)


def prepare(data: Path, demo: Path | None) -> None:
    """Make the data folder ready: key, database, and the demo where one is asked for. Safe to do again."""
    data.mkdir(parents=True, exist_ok=True)
    os.environ["HENGJI_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengji.web.settings")
    key = data / "secret.key"
    if not key.exists():
        draft = data / ".secret.key"
        draft.write_text(secrets.token_urlsafe(50), "ascii")
        draft.chmod(0o600)
        draft.rename(key)
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from hengji.web.years.index import catch_up

    catch_up()
    if demo is not None:
        from hengji.web.demo import set_up

        accounts = set_up(demo)
        if accounts:
            said = "".join(f"{name}\t{password}\t{who}\n" for name, password, who in accounts)
            (data / ACCOUNTS).write_text(said, "utf-8")
            (data / ACCOUNTS).chmod(0o600)
        if (data / ACCOUNTS).exists():
            print(f"演示账号 / demo accounts ({data / ACCOUNTS}):")
            print((data / ACCOUNTS).read_text("utf-8"), end="")


def run(host: str, port: int) -> None:
    """Serve until Ctrl-C: the web server in front, the worker beside it; where one ends, the other is ended too."""
    python = sys.executable
    granian = shutil.which("granian", path=str(Path(python).parent)) or "granian"
    web = [granian, "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2", "--blocking-threads", "4",
           "--no-access-log", "--log-level", "warning", "hengji.web.wsgi:application"]  # fmt: skip
    worker = [python, "-m", "hengji.web.worker"]
    print(f"衡绩 http://{host}:{port}/  (Ctrl-C 结束 / to end)", flush=True)
    processes = [subprocess.Popen(command) for command in (worker, web)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(p.poll() is None for p in processes):
            try:
                processes[1].wait(timeout=1)
            except subprocess.TimeoutExpired:
                continue
    except KeyboardInterrupt:
        pass
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait()
