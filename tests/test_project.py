"""The project keeps its own rules, and its documents tell the truth."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import onnx
import pytest

from explorer.cli import VERBS
from explorer.core.models.card import CARD_KEY
from explorer.paths import models_folder
from explorer.training.families import families

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_rooms_import_downwards_only() -> None:
    """In a process of its own: the linter silences every logger that is there before it."""
    lint = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"
    outcome = subprocess.run([sys.executable, "-c", lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout


def test_the_readme_has_exactly_two_set_up_commands() -> None:
    commands = re.findall(r"^python3 -m venv .*$", README, flags=re.MULTILINE)
    assert [command.rsplit("&& ", 1)[1] for command in commands] == ["python main.py", "pytest"]
    assert all("-c constraints.txt" in command for command in commands)


@pytest.mark.parametrize("name", ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "models/README.md"])
def test_what_a_document_links_to_is_there(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    targets = [t for t in re.findall(r"\]\(([^)#]+)", text) if not t.startswith("http")]
    missing = [target for target in targets if not (ROOT / name).parent.joinpath(target).exists()]
    assert not missing


def test_the_readme_tells_of_every_verb_and_family() -> None:
    assert all(f"`{verb}" in README for verb in VERBS)
    assert all(f"`{family}`" in README for family in families())


def test_constraints_allow_what_the_project_requires() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    for pin in pins:
        (version,) = [part.version for part in pin.specifier]
        name = pin.name.lower().replace("_", "-")
        ranges = [r for r in map(Requirement, wanted) if r.name.lower().replace("_", "-") == name]
        assert all(r.specifier.contains(version) for r in ranges), f"{pin} is not what the project requires"


def test_modules_stay_small() -> None:
    long = {
        path.relative_to(ROOT).as_posix(): lines
        for path in (ROOT / "explorer").rglob("*.py")
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not long


def test_no_bundled_card_names_a_folder_of_somebody_s_machine() -> None:
    for file in sorted(models_folder().rglob("*.onnx")):
        model = onnx.load(file)
        cards = [json.loads(entry.value) for entry in model.metadata_props if entry.key == CARD_KEY]
        words = [value for card in cards for value in card["config"].values() if isinstance(value, str)]
        assert not [word for word in words if Path(word).is_absolute()], file
