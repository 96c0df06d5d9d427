"""The site's settings with a data folder of this process's own, and background work done at once."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_data = tempfile.mkdtemp(prefix="hengji-web-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["HENGJI_DATA"] = _data
os.environ["HENGJI_JOBS_AT_ONCE"] = "1"

from hengji.web.settings import *  # noqa: E402, F403

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
Path(STATIC_ROOT).mkdir()  # noqa: F405
