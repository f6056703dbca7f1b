"""A Python client that openapi-python-client generates from a service's OpenAPI document, as somebody else would."""

from __future__ import annotations

import compileall
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx


def generate(document: dict[str, Any], folder: Path) -> None:
    """The package, in this folder; it compiles."""
    described = folder.with_suffix(".json")
    described.write_text(json.dumps(document))
    made = subprocess.run(
        [
            *(sys.executable, "-m", "openapi_python_client", "generate", "--path", str(described)),
            *("--output-path", str(folder), "--meta", "none"),
        ],
        capture_output=True,
        text=True,
    )
    assert made.returncode == 0, made.stdout[-3000:] + made.stderr[-1000:]
    assert list(folder.glob("api/*/*.py"))
    assert compileall.compile_dir(folder, quiet=1)


class GeneratedClient:
    """Calls operations of a generated package by method and path, with bodies and answers of its own models."""

    def __init__(self, document: dict[str, Any], folder: Path, host: str, transport: httpx.AsyncBaseTransport) -> None:
        generate(document, folder)
        sys.path.insert(0, str(folder.parent))
        try:
            self._package = importlib.import_module(folder.name)
            self._modules: dict[str, ModuleType] = {
                file.stem: importlib.import_module(f"{folder.name}.api.{file.parent.name}.{file.stem}")
                for file in folder.glob("api/*/*.py")
                if file.stem != "__init__"
            }
        finally:
            sys.path.remove(str(folder.parent))
        self._document, self._host, self._transport = document, host, transport

    async def call(
        self, method: str, path: str, *given: str, credential: str = "", body: Any = None, **more: Any
    ) -> Any:
        """The typed answer, all of it. `credential`: as it stands behind `Authorization:`, nothing for anybody."""
        operation = self._document["paths"][path][method.lower()]
        module = self._modules[re.sub("_+", "_", operation["operationId"])]
        how: dict[str, Any] = {"raise_on_unexpected_status": True, "httpx_args": {"transport": self._transport}}
        scheme, _, token = credential.partition(" ")
        client = (
            self._package.AuthenticatedClient(self._host, token=token, prefix=scheme, **how)
            if credential
            else self._package.Client(self._host, **how)
        )
        if body is not None:
            model = operation["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
            more["body"] = getattr(self._package.models, model).from_dict(body)
        async with client:
            answer = await module.asyncio_detailed(*given, client=client, **more)
        assert answer.status_code < 300, f"{method} {path}: {answer.content!r}"
        assert answer.parsed is not None, f"{method} {path}: {answer.content!r}"
        assert answer.parsed.to_dict().keys() == json.loads(answer.content).keys(), f"{method} {path}"
        return answer.parsed
