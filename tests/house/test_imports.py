"""Down only: the layers of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

HOME = Path(__file__).resolve().parents[2]


def test_what_stands_lower_imports_nothing_higher():
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([program], cwd=HOME, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
