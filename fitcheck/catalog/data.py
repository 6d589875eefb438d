"""Reading one file of ``resources/catalog``; anything wrong with it becomes one sentence."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from fitcheck import resources
from fitcheck.errors import EnvironmentLacksError


class Record(BaseModel):
    """Base of all catalogue records: unchangeable; unknown keys and numbers written as text are mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


AnyRecord = TypeVar("AnyRecord", bound=Record)


def load(name: str, kind: type[AnyRecord]) -> AnyRecord:
    """The content of ``resources/catalog/<name>``, validated.

    Raises EnvironmentLacksError (``bad_catalogue``) that names the file and the first wrong place.
    """
    path = resources.root() / "catalog" / name
    try:
        return kind.model_validate_json(path.read_bytes())
    except OSError as error:
        raise EnvironmentLacksError("bad_catalogue", f"{path} cannot be read: {error.strerror}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        said = first["msg"].removeprefix("Value error, ").rstrip(".")
        raise EnvironmentLacksError("bad_catalogue", f"{path} is damaged: {where}: {said}.") from error
