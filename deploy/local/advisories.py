"""Asks what is known of the pinned dependencies (`pip-audit`), and says of how many nobody could be asked: `make audit`.

pip-audit ends well where the index knows no advisories at all, as a mirror does, and says "No known vulnerabilities found". Here only what
was looked up counts as looked up. Exit code 0: nothing is known, of all that could be asked; 1: something is known; with
`--all`, for releases, 3: of some nobody could be asked.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

LOCK = "requirements.lock"
PATIENCE = 600


@dataclass(frozen=True)
class Advice:
    """What the advisories say. `findings`: vulnerabilities, a line each; `unchecked`: dependencies of which nobody could be asked."""

    checked: int
    findings: tuple[str, ...]
    unchecked: tuple[str, ...]

    def lines(self) -> list[str]:
        """As it is printed."""
        lines = list(self.findings)
        if self.unchecked or not self.checked:
            of_all = (
                f"{len(self.unchecked)} of {self.checked + len(self.unchecked)} dependencies"
                if self.unchecked
                else "anything"
            )
            lines.append(
                f"NOT AUDITED: nobody could be asked about {of_all}. Run `make audit` where the advisories are reachable."
            )
        if self.checked and not self.findings:
            lines.append(f"Nothing is known of the {self.checked} dependencies that could be asked about.")
        return lines

    def exit_code(self, all_of_them: bool) -> int:
        if self.findings:
            return 1
        return 3 if all_of_them and (self.unchecked or not self.checked) else 0


def read(report: str) -> Advice:
    """What pip-audit reported as JSON; nothing where it could not report at all."""
    try:
        dependencies = json.loads(report)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Advice(0, (), ())
    vulnerabilities = [
        f"{dependency['name']} {dependency['version']}: {advisory['id']}, mended in {', '.join(advisory['fix_versions']) or 'no version'}"
        for dependency in dependencies
        for advisory in dependency.get("vulns", ())
    ]
    unchecked = tuple(dependency["name"] for dependency in dependencies if "vulns" not in dependency)
    return Advice(len(dependencies) - len(unchecked), tuple(vulnerabilities), unchecked)


def main(arguments: Sequence[str]) -> int:
    audit = [str(Path(sys.executable).with_name("pip-audit")), "-r", LOCK, "--require-hashes", "--disable-pip"]
    ran = subprocess.run(
        [*audit, "--format", "json", "--progress-spinner", "off"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    advice = read(ran.stdout)
    print("\n".join(advice.lines()))
    return advice.exit_code("--all" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
