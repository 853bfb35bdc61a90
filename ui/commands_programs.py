"""What concerns other programs and other people: the tools for language models, and who may reach the page."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import dataclass, field

from index.errors import InputError
from ui import plain
from ui.archives import filled_archive, open_assistant
from ui.settings import Settings
from ui.turns import Line


@dataclass
class Bench:
    """What the tools work on where there is no page."""

    assistant: object
    line: Line = field(default_factory=Line)
    is_shared: bool = False


def tools(args: Namespace, settings: Settings) -> int:
    """Serve the tools to the program that started this one."""
    from ui.programs import Programs
    from ui.tools import check_mcp, run_over_pipes, tool_server

    check_mcp()
    with filled_archive(settings) as archive:
        run_over_pipes(tool_server(Programs(Bench(open_assistant(archive, settings)))))
    return 0


def check_open(settings: Settings, to_everyone: bool) -> None:
    """Raises InputError where others could reach the page, and nobody said who may or that everyone may."""
    from rag.models.endpoint import is_loopback

    if is_loopback(settings.host) and settings.served_as is None:
        return
    reached = settings.served_as or settings.host
    if settings.auth is None and not to_everyone:
        raise InputError(
            f"Whoever can reach {reached} over the network could read and question these articles; "
            "give a file of NAME:PASSWORD lines with --auth FILE, or say --open-to-everyone."
        )
    if settings.auth is None:
        plain.say(f"Warning: whoever can reach {reached} over the network can read and question these articles.")
    elif not is_loopback(settings.host):
        plain.say("Passwords cross the network as they are: put a server that speaks HTTPS in front of this one.")
