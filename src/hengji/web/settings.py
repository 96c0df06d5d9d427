"""Django settings of one installation. What differs between installations comes from the environment.

`HENGJI_DATA` is the folder that holds everything that must be backed up: the database, the dossier folders, the secret
key. `HENGJI_HOSTS` names the hosts that the site answers to, `HENGJI_HTTPS=1` says that it stands behind HTTPS,
`HENGJI_PROXY=1` that a proxy of your own writes where requests come from. After `HENGJI_SIGN_IN_TRIES` wrong passwords in a
row (5) a name is locked for `HENGJI_SIGN_IN_LOCKED_MINUTES` (15).
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

HERE = Path(__file__).parent
DATA = Path(os.environ.get("HENGJI_DATA", "data")).absolute()
DOSSIERS = DATA / "dossiers"
SECRET_FILE = DATA / "secret.key"


def _secret() -> str:
    """The key of this installation; where there is none yet (before set-up, in type checks), one for this process."""
    try:
        return SECRET_FILE.read_text("ascii").strip()
    except FileNotFoundError:
        return secrets.token_urlsafe(50)


SECRET_KEY = _secret()
DEBUG = os.environ.get("HENGJI_DEBUG") == "1"
ALLOWED_HOSTS = os.environ.get("HENGJI_HOSTS", "127.0.0.1,localhost,[::1]").split(",")
BEHIND_PROXY = os.environ.get("HENGJI_PROXY") == "1"
"""Believe the last address in X-Forwarded-For: only where a proxy of one's own writes it."""
HTTPS = os.environ.get("HENGJI_HTTPS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "hengji.web.people",
    "hengji.web.years",
    "hengji.web.flow",
    "hengji.web.jobs",
    "hengji.web.surveys",
    "hengji.web",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hengji.web.middleware.own_content_only",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "hengji.web.middleware.chosen_language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hengji.web.middleware.kept_alive",
    "hengji.web.middleware.signed_in",
    "hengji.web.middleware.trailed",
    "hengji.web.middleware.SaidPlainly",
]
ROOT_URLCONF = "hengji.web.urls"
WSGI_APPLICATION = "hengji.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hengji.web.context.frame",
            ],
            "builtins": ["hengji.web.templatetags.said"],
        },
    }
]
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "hengji.sqlite3",
        "OPTIONS": {
            # Readers go on while one writes; a writer takes its turn at once instead of failing half-way.
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign_in"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [HERE / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django.request": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}

SIGN_IN_TRIES = int(os.environ.get("HENGJI_SIGN_IN_TRIES", "5"))
SIGN_IN_LOCKED = int(os.environ.get("HENGJI_SIGN_IN_LOCKED_MINUTES", "15")) * 60
"""So many wrong passwords in a row, and the name is locked for so many seconds. Practice, not taken from a document."""
SESSION_COOKIE_AGE = 30 * 60
SESSION_KEPT_ALIVE = 60
"""Seconds after which a page that is looked at puts the end of the sign-in off; not at every page, for that is a write."""
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
UPLOADS = DATA / "uploads"
PRINTS = DATA / "prints"
WAITING = DATA / "waiting"
"""Corrected documents whose differences somebody is looking at."""
UPLOAD_MAX = 64 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
JOBS_AT_ONCE = os.environ.get("HENGJI_JOBS_AT_ONCE") == "1"
"""Do background work at once in the process that asks for it: for tests and for very small installations."""
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
