"""`python -m hengji.web.prove DATA`: prove the trail of an installation; `hengji verify` hands over to it."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hengji.web.flow.trail import Proof

TROUBLE, FAILED = 1, 2


def main() -> None:
    """Read every act of the trail again; exit 1 where one is not as it was written, 2 where it cannot be read."""
    asked = argparse.ArgumentParser(prog="hengji verify", description="核对网站的留痕 / prove the trail of a site")
    asked.add_argument("data", type=Path, help="网站的数据文件夹 / data folder of the site")
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    os.environ["HENGJI_DATA"] = str(given.data.absolute())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hengji.web.settings")
    import django

    django.setup()
    from django.db import DatabaseError

    from hengji.web.flow.trail import proved

    try:
        found = proved(lambda done: print(f"已核对 {done} 条 / {done} acts read", file=sys.stderr))
    except DatabaseError as error:
        print(
            f"{given.data} 的数据库读不出留痕：{error}。请先用本版本启动一次网站，使数据库升级到本版本。\n"
            f"The trail in {given.data} cannot be read: {error}. Start the site once with this version, which brings its "
            "database up to date.",
            file=sys.stderr,
        )
        sys.exit(FAILED)
    print(json.dumps(_object(found), ensure_ascii=False) if given.json else _words(found))
    sys.exit(TROUBLE if found.breaks else 0)


def _object(found: Proof) -> dict[str, object]:
    return {
        "format": "hengji.verify/1", "ok": not found.breaks, "checked": found.checked, "digest": found.digest,
        "differences": [{"what": b.zh, "en": b.en, "act": b.seq, "stored": None, "recomputed": None} for b in found.breaks],
        "remarks": [zh for zh, _ in found.remarks],
    }  # fmt: skip


def _words(found: Proof) -> str:
    said = [f"不一致：{b.zh}\n    {b.en}" for b in found.breaks]
    said += [f"说明：{zh}\n    {en}" for zh, en in found.remarks]
    end = "没有发现改动 / no change found" if not found.breaks else f"{len(found.breaks)} 处不对 / breaks"
    return "\n".join(
        [*said, f"核对留痕 {found.checked} 条 / acts read，{end}", f"末条摘要 / last digest {found.digest}"]
    )


if __name__ == "__main__":
    main()
