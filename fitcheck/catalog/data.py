"""Reading one file of ``resources/catalog``; anything wrong with it becomes one sentence."""

from __future__ import annotations

import json
from typing import TypeVar

from fitcheck import resources
from fitcheck.errors import EnvironmentLacksError
from fitcheck.records import MismatchError, read

AnyRecord = TypeVar("AnyRecord")


def load(name: str, kind: type[AnyRecord]) -> AnyRecord:
    """The content of ``resources/catalog/<name>``, validated.

    Raises EnvironmentLacksError (``bad_catalogue``) that names the file and the first wrong place.
    """
    path = resources.root() / "catalog" / name
    try:
        return read(kind, json.loads(path.read_bytes()))
    except OSError as error:
        raise EnvironmentLacksError("bad_catalogue", f"{path} cannot be read: {error.strerror}.") from error
    except MismatchError as error:
        where = ".".join(error.place) or "the file"
        raise EnvironmentLacksError("bad_catalogue", f"{path} is damaged: {where}: {error.message}.") from error
    except (ValueError, RecursionError) as error:
        raise EnvironmentLacksError("bad_catalogue", f"{path} is damaged: the file: {error}.") from error
