"""Settings of Superset for the marts; SUPERSET_HOME names the folder of its state."""

import os
from pathlib import Path

HOME = Path(os.environ["SUPERSET_HOME"])

# Made by scripts/superset.py, once per install; it signs sessions and seals passwords.
SECRET_KEY = (HOME / "secret_key").read_text(encoding="utf-8").strip()

# What Superset itself remembers: charts, dashboards, users. Never the marts.
SQLALCHEMY_DATABASE_URI = f"sqlite:///{HOME}/superset.db?check_same_thread=false"
SQLALCHEMY_TRACK_MODIFICATIONS = False

# A file of marts is a file: no server is asked. It is opened for reading only.
PREVENT_UNSAFE_DB_CONNECTIONS = True

# Published marts change once a day, so do answers; `make superset` empties the cache.
cache = {
    "CACHE_TYPE": "FileSystemCache",
    "CACHE_DEFAULT_TIMEOUT": 600,
    "CACHE_THRESHOLD": 2000,
}
CACHE_CONFIG = {**cache, "CACHE_DIR": str(HOME / "cache" / "metadata")}
DATA_CACHE_CONFIG = {**cache, "CACHE_DIR": str(HOME / "cache" / "data")}
FILTER_STATE_CACHE_CONFIG = {**cache, "CACHE_DIR": str(HOME / "cache" / "filters")}
EXPLORE_FORM_DATA_CACHE_CONFIG = {
    **cache,
    "CACHE_DIR": str(HOME / "cache" / "explore"),
}

# The colours of the report, which colour-blind people can tell apart.
EXTRA_CATEGORICAL_COLOR_SCHEMES = [
    {
        "id": "segments",
        "label": "Segments",
        "description": "",
        "isDefault": True,
        "colors": [
            "#0072B2",
            "#E69F00",
            "#009E73",
            "#D55E00",
            "#56B4E9",
            "#CC79A7",
            "#999999",
        ],
    }
]

# Pages ask this server and nobody else: no map tiles, no pictures that count visits.
TALISMAN_CONFIG = {
    "content_security_policy": {
        "base-uri": ["'self'"],
        "default-src": ["'self'"],
        "img-src": ["'self'", "blob:", "data:"],
        "worker-src": ["'self'", "blob:"],
        "connect-src": ["'self'"],
        "object-src": "'none'",
        "style-src": ["'self'", "'unsafe-inline'"],
        "font-src": ["'self'"],
        "script-src": ["'self'", "'strict-dynamic'"],
    },
    "content_security_policy_nonce_in": ["script-src"],
    # It listens on this machine only, without a certificate.
    "force_https": False,
    "session_cookie_secure": False,
}
