"""What `citewire doctor` finds: one check, and the line that tells of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Check:
    """One thing that was looked at; `advice` says what to do, and is None when all is well."""

    name: str
    value: str
    advice: str | None = None

    @property
    def ok(self) -> bool:
        return self.advice is None

    def render(self) -> str:
        """The check as a line.

        >>> Check("memory", "8.0 GB").render()
        'ok       memory: 8.0 GB'
        """
        advice = f" - {self.advice}" if self.advice else ""
        return f"{'ok' if self.ok else 'PROBLEM':8} {self.name}: {self.value}{advice}"
