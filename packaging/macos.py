"""The macOS disk image: the application signed, packed and, where there are credentials, notarised by Apple."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import freeze
import product

CREDENTIALS = ("APPLE_ID", "APPLE_TEAM_ID", "APPLE_APP_PASSWORD")
"""Names of the secrets that notarisation needs; without all of them that step is left out."""


def build(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the disk image into ``folder`` and return its path; on macOS only."""
    application = freeze.FROZEN / "FitCheck.app"
    sign(application)
    image = product.BUILD / "image"
    shutil.rmtree(image, ignore_errors=True)
    image.mkdir(parents=True)
    # Links inside the application hold its signature together.
    shutil.copytree(application, image / application.name, symlinks=True)
    (image / "Applications").symlink_to("/Applications")
    package = folder / f"{product.TITLE}-{version}-{product.machine()}.dmg"
    package.unlink(missing_ok=True)
    product.call("hdiutil", "create", "-volname", product.TITLE, "-srcfolder", image, "-format", "UDZO", package)
    notarise(package)
    return package


def sign(application: Path) -> None:
    """Sign with the identity in MACOS_IDENTITY; without one, for this computer only (a dash)."""
    identity = os.environ.get("MACOS_IDENTITY") or "-"
    hardened = () if identity == "-" else ("--options", "runtime", "--timestamp")
    entitlements = product.PACKAGING / "macos" / "entitlements.plist"
    product.call(
        "codesign", "--force", "--deep", "--sign", identity, *hardened, "--entitlements", entitlements, application
    )
    product.call("codesign", "--verify", "--deep", "--strict", application)


def notarise(package: Path) -> None:
    """Have Apple look at the image and attach its answer; says so where that is left out."""
    missing = [name for name in CREDENTIALS if not os.environ.get(name)]
    if missing:
        print(f"not notarised: {', '.join(missing)} not set", flush=True)
        return
    apple_id, team, password = (os.environ[name] for name in CREDENTIALS)
    product.call(
        "xcrun", "notarytool", "submit", package, "--wait", "--apple-id", apple_id, "--team-id", team,
        "--password", password,
    )  # fmt: skip
    product.call("xcrun", "stapler", "staple", package)
