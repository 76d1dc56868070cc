"""inkpot: dotfiles, notes, and quick questions."""

from __future__ import annotations

from her_tui.demo.transcript import Transcript
from her_tui.demo.world import HAIKU, INKPOT, SONNET, Shelf

STORIES = Shelf(INKPOT)


@STORIES.story(minutes_ago=171, model=HAIKU)
def one_shot_tar(t: Transcript) -> None:
    """One question."""
    t.prompt("tar: everything in here but node_modules and .git, newest compression", after=1)
    t.say("```sh\ntar --zstd --exclude=node_modules --exclude=.git -cf ../here.tar.zst .\n```")


@STORIES.story(day=3, hour=8.7, model=SONNET, title="tmux: popup for the replay")
def tmux_popup(t: Transcript) -> None:
    """Dotfiles."""
    t.prompt("I want prefix + h to open her-tui in a tmux popup, 90 % of the window.")
    t.read("tmux.conf", "set -g mouse on\nset -g history-limit 50000\n")
    t.edit(
        "tmux.conf",
        "set -g mouse on\n",
        "set -g mouse on\nbind h display-popup -E -w 90% -h 90% her-tui\n",
    )
    t.shell("tmux source-file ~/.tmux.conf", "")
    t.prompt("Works. Also let programs set the clipboard.")
    t.edit("tmux.conf", "set -g mouse on\n", "set -g mouse on\nset -g set-clipboard on\n")
    t.commit("tmux: popup and clipboard", "1 file changed, 2 insertions(+)")


@STORIES.story(day=10, hour=17.6, model=HAIKU, title="")
def one_shot_git(t: Transcript) -> None:
    """One question."""
    t.prompt("git: which of my local branches are merged into main, without main itself?")
    t.say("```sh\ngit branch --merged main | grep -vE '^[* ] main$'\n```")


@STORIES.story(day=13, hour=8.9, model=SONNET, title="Notes: from one file to many")
def notes(t: Transcript) -> None:
    """A script that splits notes."""
    t.prompt("notes.md has 4,000 lines, one heading per day. One file per day, links kept working.")
    t.bash("grep -c '^# ' notes.md", "611", seconds=0.1)
    t.write(
        "bin/split-notes",
        "#!/usr/bin/env python3\nimport re, pathlib\n"
        "for day in re.split(r'(?m)^# ', pathlib.Path('notes.md').read_text())[1:]:\n"
        "    name, _, text = day.partition('\\n')\n"
        "    pathlib.Path(f'days/{name}.md').write_text(text)\n",
    )
    t.bash(
        "bin/split-notes",
        "FileNotFoundError: [Errno 2] No such file or directory: 'days/2024-03-01.md'",
        seconds=0.2,
        code=1,
    )
    t.bash("mkdir -p days && bin/split-notes && ls days | wc -l", "611", seconds=0.3)
    t.commit("Notes by day", "612 files changed, 4,018 insertions(+), 4,001 deletions(-)")
    t.say("611 days, 611 files. The old file is still there until you trust me.")


@STORIES.story(day=21, hour=9.5, model=SONNET, title="Shell start-up: 900 ms to 80 ms")
def shell_startup(t: Transcript) -> None:
    """Near deletion."""
    t.prompt("A new shell takes 900 ms. Profile, then cut.")
    t.bash("zsh -i -c 'zprof' | head -4", "62 % nvm\n21 % compinit\n 9 % git prompt", seconds=1.4)
    t.say("`nvm` is 62 %. Load it when `node` is first called; cache `compinit` for a day.")
    t.read("zshrc", "source ~/.nvm/nvm.sh\ncompinit\n")
    t.edit(
        "zshrc",
        "source ~/.nvm/nvm.sh\ncompinit\n",
        'node() { unset -f node; source ~/.nvm/nvm.sh; node "$@"; }\ncompinit -C\n',
    )
    t.bash("time zsh -i -c exit", "real 0m0.081s", seconds=0.2)
    t.commit("A shell in 80 ms", "1 file changed, 2 insertions(+), 2 deletions(-)")


@STORIES.story(day=28, hour=9.0, model=HAIKU, title="Rename photos by date")
def photos(t: Transcript) -> None:
    """Old."""
    t.prompt(
        "Rename all photos in ~/inbox to their date taken. Show me first, don't touch anything."
    )
    t.bash(
        "exiftool -d '%Y-%m-%d_%H%M%S' '-testname<CreateDate' ~/inbox | head -2",
        "IMG_2041.jpg --> 2025-08-14_190233\nIMG_2042.jpg --> 2025-08-14_190241",
        seconds=2,
    )
    t.prompt("Looks right. Go.")
    t.bash(
        "exiftool -d '%Y-%m-%d_%H%M%S%%e' '-filename<CreateDate' ~/inbox",
        "214 image files updated",
        seconds=9,
    )
    t.say("214 renamed, none overwritten.")
