"""Style sheets, scripts and images under addresses that change with their content, so that browsers keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from chassis.pages.brand import stylesheet

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
}
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORTLY = "public, max-age=60"
"""For an address of another version, as asked for during a rolling update."""


class Assets:
    """The files of `folders` (later ones win), held in memory; an ASGI app to mount at `base`, without a trailing slash.

    All share one hash, so that a module's relative imports lead to the same version. Beside the files there is
    `brand-rrggbb.css` for every colour: the content security policy allows no inline styles.
    """

    def __init__(self, base: str, *folders: Path) -> None:
        self._base = base
        self._files = {
            file.relative_to(folder).as_posix(): file.read_bytes()
            for folder in folders
            for file in sorted(folder.rglob("*"))
            if file.is_file() and file.suffix in _TYPES
        }
        digest = hashlib.sha256(stylesheet("#123456").encode())
        for name, content in sorted(self._files.items()):
            digest.update(name.encode() + b"\0" + content)
        self._hash = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file.

        Raises:
            KeyError: there is no such file, which is a mistake in a template.
        """
        self._files[name]
        return f"{self._base}/{self._hash}/{name}"

    def brand_url(self, colour: str) -> str:
        """The address of the style sheet for a colour `#rrggbb`."""
        return f"{self._base}/{self._hash}/brand-{colour[1:]}.css"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD for `<base>/<hash>/<name>`."""
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        version, _, name = path.partition("/")
        content = self._content(name)
        if content is None or scope["method"] not in ("GET", "HEAD"):
            await Response("Not found\n", 404, media_type="text/plain")(scope, receive, send)
            return
        headers = {
            "Content-Type": _TYPES[Path(name).suffix],
            "Cache-Control": _FOR_EVER if version == self._hash else _SHORTLY,
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        await Response(content, headers=headers)(scope, receive, send)

    def _content(self, name: str) -> bytes | None:
        if name in self._files:
            return self._files[name]
        digits = name.removeprefix("brand-").removesuffix(".css")
        if name == f"brand-{digits}.css" and len(digits) == 6 and set(digits) <= set("0123456789abcdef"):
            return stylesheet(f"#{digits}").encode()
        return None
