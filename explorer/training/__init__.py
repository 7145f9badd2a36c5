"""Families of models, their data, and the loop that teaches them. No Qt."""

import os

from explorer.paths import user_folder

# torch makes this folder when it is first used, beside the files of all other programs unless it is told where.
os.environ.setdefault("TORCHINDUCTOR_CACHE_DIR", str(user_folder("cache") / "torch"))
