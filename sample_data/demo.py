"""The main job on the invented program of this folder: `make demo`.

It makes a workspace in `demo/`, releases to the university, says what the group use would permit, lists what is held
and verifies the release. Then one person takes her yes back: the release is recalled, a replacement without her takes
its place, and she gets a page that tells her so. Every step is the command that a program would type.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
WORKSPACE = HERE.parent / "demo"
AS_OF = "2026-06-15T12:00:00"
A_WEEK_LATER = "2026-06-22T12:00:00"
TAKES_IT_BACK = "P-003"  # sample_data/revocation.csv


def main() -> int:
    """Run the demo; its exit code is the first one that is not as expected."""
    if WORKSPACE.exists():
        shutil.rmtree(WORKSPACE)
    storykeeper("init", "demo", "--name", "Harborlight Peer Center", "--contact", "privacy@harborlight-peers.example")
    shutil.copytree(HERE / "program", WORKSPACE, dirs_exist_ok=True)
    for folder in ("inbox", "records"):
        (WORKSPACE / folder).chmod(0o700)
    inside = ("--workspace", "demo", "--as-of", AS_OF, "--as", "manager-1")
    storykeeper("run", "--use", "research", "--recipient", "merrow-university", *inside)
    storykeeper("run", "--use", "group", "--recipient", "peer-community", *inside, "--dry-run")
    storykeeper("review", "list", "--workspace", "demo")
    check_release()
    say("\nA week later one person takes her yes back.")
    storykeeper("consent", "import", "sample_data/revocation.csv", "--workspace", "demo")
    storykeeper("recall", "--workspace", "demo", "--as-of", A_WEEK_LATER, "--as", "manager-1")
    release = check_release()
    storykeeper("account", TAKES_IT_BACK, "--workspace", "demo")
    page = f"demo/reports/statement-{TAKES_IT_BACK}.html"
    storykeeper("statement", TAKES_IT_BACK, "--out", page, "--workspace", "demo", "--as-of", A_WEEK_LATER)
    say(f"\nThe release without her is in {release.relative_to(HERE.parent)}, the notice for its recipient in")
    say(f"demo/recalls, her own page in {page}, and the internal summary of the run in demo/reports.")
    return 0


def check_release() -> Path:
    """Check the one release that is out as its recipient would; its folder."""
    (release,) = (WORKSPACE / "releases").iterdir()
    storykeeper("verify", str(release.relative_to(HERE.parent)), "--key", "demo/public-key.pem")
    subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=release, check=True)
    say("sha256sum --check SHA256SUMS: all as listed")
    return release


def storykeeper(*arguments: str) -> None:
    """Type one command, as a person would."""
    say(f"\n$ storykeeper {' '.join(arguments)}")
    done = subprocess.run([str(Path(sys.executable).parent / "storykeeper"), *arguments], cwd=HERE.parent)
    if done.returncode:
        sys.exit(done.returncode)


def say(text: str) -> None:
    """One line, in order with what the commands print."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
