"""The RPM package: the common tree, with the C libraries' versions found by rpm in the files themselves."""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

import elf
import licences
import linux_tree
import product

_SPEC = r"""
%global debug_package %{{nil}}
%global __os_install_post %{{nil}}
%global _build_id_links none
%global use_source_date_epoch_as_buildtime 1
%global clamp_mtime_to_source_date_epoch 1
%global _buildhost fitcheck
%global _binary_payload {payload}
# What the bundle holds is neither offered to others nor asked of the system.
%global __provides_exclude_from ^/usr/lib/fitcheck/.*$
%global __requires_exclude ^({held})([(]|$)

Name: fitcheck
Version: {version}
Release: 1
Summary: Memory and speed planner for DeepSeek-R1
License: MIT AND LGPL-3.0-only
BuildArch: {architecture}
Requires: {requires}

%description
FitCheck looks at the graphics cards, memory and disk of this computer and
says which DeepSeek-R1 model runs on it, how fast, how much memory it takes
where, and with which settings: R1 671B and all its distills, at every
quantization and context length.

Nothing is downloaded, no model is loaded, and no network is used.

%install
cp -a {tree}/. %{{buildroot}}

%files
%defattr(-,root,root,-)
{files}
"""


def build(frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    """Write the package into ``folder`` and return its path."""
    # A folder of its own, because rpm splits names at blanks.
    with tempfile.TemporaryDirectory(prefix="fitcheck-rpm-") as work:
        return _build(Path(work), frozen, folder, version, quick)


def _build(work: Path, frozen: Path, folder: Path, version: str, quick: bool) -> Path:
    tree = work / "tree"
    linux_tree.make(tree, frozen, version=version, zsh="site-functions")
    linux_tree.write(tree / "usr/share/licenses/fitcheck/LICENSE", (product.ROOT / "LICENSE").read_bytes())
    linux_tree.write(tree / "usr/share/licenses/fitcheck/THIRD-PARTY", licences.copyright_file(frozen).encode())
    linux_tree.settle(tree)
    held = sorted({path.name for path in frozen.rglob("*.so*")})
    # rpm overlooks what a library asks for that could be started, as Qt's core can.
    requires = ["hicolor-icon-theme", *(f"{name}()(64bit)" for name in sorted(elf.wanted(frozen)))]
    spec = work / "fitcheck.spec"
    text = _SPEC.format(
        version=version, architecture=product.machine(), tree=tree, files="\n".join(_files(tree)),
        held="|".join(_pattern(name) for name in held), requires=", ".join(requires),
        payload="w1.zstdio" if quick else "w19.zstdio",
    )  # fmt: skip
    spec.write_text(text.lstrip(), encoding="utf-8")
    product.call("rpmbuild", "-bb", "--define", f"_topdir {work}", spec)
    (made,) = (work / "RPMS").rglob("*.rpm")
    return Path(shutil.move(made, folder / made.name))


def _pattern(name: str) -> str:
    """A library's name as rpm's macros pass it on unchanged: signs in brackets rather than behind a backslash."""
    return re.sub(r"[.+]", r"[\g<0>]", name)


def _files(tree: Path) -> list[str]:
    """What the package owns: its own folders whole, elsewhere only files."""
    own = ("/usr/lib/fitcheck", "/usr/share/licenses/fitcheck")
    names = [f"/{path.relative_to(tree).as_posix()}" for path in sorted(tree.rglob("*")) if not path.is_dir()]
    return [*own, *(f'"{name}"' for name in names if not name.startswith(own))]
