"""The commands on the models that come with citewire: what there is, and fetching it ahead of time."""

from __future__ import annotations

from argparse import Namespace

from index.errors import InputError
from ui import plain
from ui.settings import Settings


def models(args: Namespace, settings: Settings) -> int:
    """List the known models, and whether they are cached."""
    from index.artifacts import KNOWN
    from index.fetch import cached, model_folder

    found = [(artifact, model_folder(artifact) if cached(artifact) else None) for artifact in KNOWN.values()]
    if args.json:
        plain.emit(
            {
                "models": [
                    {
                        "name": artifact.name,
                        "role": artifact.role,
                        "licence": artifact.licence,
                        "bytes": artifact.size,
                        "cached": folder is not None,
                        "path": folder and str(folder),
                    }
                    for artifact, folder in found
                ]
            }
        )
    else:
        for artifact, folder in found:
            size = f"{artifact.size / 1e6:.0f} MB"
            where = folder or "not cached"
            print(f"{artifact.name:28} {artifact.role:10} {artifact.licence:11} {size:>7}  {where}")
    return 0


def fetch_models(args: Namespace, settings: Settings) -> int:
    """Fetch models into the cache, and verify those that are there."""
    from index.artifacts import KNOWN, find
    from index.fetch import fetch

    wanted = [KNOWN[name] for name in KNOWN] if "all" in args.names else [find(name) for name in args.names]
    unknown = [name for name, artifact in zip(args.names, wanted, strict=False) if artifact is None]
    if unknown:
        raise InputError(f"There is no model {', '.join(unknown)} to fetch; there are {', '.join(KNOWN)}.")
    for artifact in wanted:
        if artifact is not None:
            print(f"{artifact.name}: {fetch(artifact, say=plain.say, check=True)}", flush=True)
    return 0
