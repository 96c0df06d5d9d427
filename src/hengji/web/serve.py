"""Setting up and serving: tables of the database, the secret key, demo accounts, the web server and the worker."""

from __future__ import annotations

import argparse
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import NoReturn

from hengji.evidence.whole import write_whole

ACCOUNTS, FIRST = "demo-accounts.txt", "first-accounts.txt"


def main() -> None:
    """The command line of the site; `hengji serve` hands over to it."""
    asked = argparse.ArgumentParser(prog="hengji serve", description="启动网站 / serve the site")
    asked.add_argument(
        "--data", type=Path, default=Path(os.environ.get("HENGJI_DATA", "data")), help="数据文件夹 / data folder"
    )
    asked.add_argument("--host", default="127.0.0.1", help="监听地址 / address")
    asked.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")), help="端口 / port")
    asked.add_argument(
        "--demo", type=Path, help="演示用的年度文件夹，并建立演示账号 / a dossier to show, with demo accounts"
    )
    asked.add_argument("--prepare", action="store_true", help="只做准备 / set up, and end")
    given = asked.parse_args()
    if not given.prepare:
        _free(given.host, given.port)
    try:
        prepare(given.data, given.demo)
    except OSError as error:
        _fail(
            f"数据文件夹 {given.data} 用不了：{error.strerror}。", f"The data folder cannot be used: {error.strerror}."
        )
    if not given.prepare:
        sys.exit(run(given.host, given.port))


def prepare(data: Path, demo: Path | None) -> None:
    """Make the data folder ready: key, database, and the demo where one is asked for. Safe to do again.

    Raises:
        OSError: the folder cannot be written.
    """
    data.mkdir(parents=True, exist_ok=True)
    os.environ["HENGJI_DATA"] = str(data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengji.web.settings")
    if not (data / "secret.key").exists():
        write_whole(data / "secret.key", secrets.token_urlsafe(50).encode())
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    from django.db import transaction

    from hengji.dossier import DossierError
    from hengji.web.demo import set_up
    from hengji.web.flow.steps import settle_all
    from hengji.web.people.first import appoint
    from hengji.web.years.index import catch_up

    try:
        catch_up()
        settle_all()
        if demo is not None:
            accounts = set_up(demo, renew=not (data / ACCOUNTS).exists())
            if accounts:
                write_whole(data / ACCOUNTS, _lines(accounts))
        else:
            # Written before they count: a kill in between leaves no accounts whose passwords nobody knows.
            with transaction.atomic():
                if first := appoint():
                    write_whole(data / FIRST, _lines(first))
    except DossierError as error:
        _fail(error.zh, error.en)
    if (data / FIRST).exists():
        print(f"首次登录的管理员账号在 {data / FIRST}，登录后须改密码；改好后请删除该文件。")
        print(f"The first administrators' accounts are in {data / FIRST}; delete it once the passwords are changed.")
    if demo is not None:
        print(f"演示账号 / demo accounts ({data / ACCOUNTS}):")
        print((data / ACCOUNTS).read_text("utf-8"), end="")


def run(host: str, port: int) -> int:
    """Serve until Ctrl-C: the web server in front, the worker beside it; where one ends, so does the other.

    Returns 0 where a person ended it, else 2.
    """
    python = sys.executable
    granian = shutil.which("granian", path=str(Path(python).parent)) or "granian"
    web = [granian, "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", "2", "--blocking-threads", "2",
           "--no-access-log", "--log-level", "warning", "hengji.web.wsgi:application"]  # fmt: skip
    print(f"衡绩 http://{host}:{port}/  (Ctrl-C 结束 / to end)", flush=True)
    processes = [subprocess.Popen(command) for command in ([python, "-m", "hengji.web.worker"], web)]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(p.poll() is None for p in processes):
            time.sleep(0.5)
        return 2
    except KeyboardInterrupt:
        return 0
    finally:
        for process in processes:
            if process.poll() is None:
                process.terminate()
        for process in processes:
            process.wait()


def _free(host: str, port: int) -> None:
    """End with a sentence where the port is taken, before anything is made."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except (OSError, OverflowError):
            _fail(
                f"{host}:{port} 用不了，可能已被别的程序占用。请换一个端口，如 PORT={port % 65535 + 1}。",
                f"{host}:{port} cannot be used; another program may hold it. Choose another port.",
            )


def _lines(accounts: list[tuple[str, str, str]]) -> bytes:
    return "".join(f"{name}\t{word}\t{who}\n" for name, word, who in accounts).encode()


def _fail(zh: str, en: str) -> NoReturn:
    print(f"{zh}\n{en}", file=sys.stderr)
    sys.exit(2)
