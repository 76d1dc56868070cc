"""quayside-docs: the handbook."""

from __future__ import annotations

from her_tui.demo.incidents import interrupt
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import HAIKU, QUAYSIDE, SONNET, Shelf

STORIES = Shelf(QUAYSIDE)


@STORIES.story(
    day=1, hour=11.1, model=SONNET, title="Handbook page: holds and bookings", branch="holds"
)
def holds_page(t: Transcript) -> None:
    """A page, cut down twice."""
    t.prompt(
        "Write the handbook page on holds. For harbour masters, not for us. 200 words at most."
    )
    t.read("pages/bookings.md", "# Bookings\n\nA booking reserves a berth.\n")
    t.write(
        "pages/holds.md",
        "# Holds\n\nWhile somebody books, their berth is *held* for five minutes. Nobody else can "
        "take it. If they do not finish, it is free again, and you need not do anything.\n",
    )
    t.prompt("Good, but 'held' needs a picture. Use the one from the tour.", images=1)
    t.edit("pages/holds.md", "# Holds\n", "# Holds\n\n![A held berth is striped](img/held.png)\n")
    t.bash("make check-links", "214 links, all good", seconds=6.2)
    t.commit("Handbook: holds")
    t.prompt("Read it as a harbour master of 62 who hates computers. What is unclear?")
    t.say(
        "1. *held* by whom? Say: *by somebody who is booking*.\n2. five minutes from when?\n"
        "3. what do I see when I try to book it myself?"
    )
    t.prompt("All three, fix them.")
    t.edit(
        "pages/holds.md",
        "their berth is *held* for five minutes.",
        "their berth is *held* for five minutes, counted from their last click. You see it "
        "striped.",
    )
    t.commit("Handbook: holds, for people", "1 file changed, 2 insertions(+), 1 deletion(-)")


@STORIES.story(day=6, hour=14.9, model=HAIKU, title="Fix the broken links", branch="links")
def broken_links(t: Transcript) -> None:
    """Dull and quick."""
    t.prompt("make check-links says 11 are broken. Fix what is obvious, list the rest.")
    t.bash(
        "make check-links",
        "11 broken: 8 x /tides/ (moved to /tide-tables/), 3 x example.net",
        seconds=6,
        code=2,
    )
    t.bash("grep -rl '/tides/' pages | xargs sed -i 's#/tides/#/tide-tables/#'", seconds=0.2)
    t.bash("make check-links", "3 broken: example.net", seconds=6, code=2)
    t.say("Eight mended. Three point to example.net, which is gone: your call.")
    t.commit("Links to the tide tables", "8 files changed, 8 insertions(+), 8 deletions(-)")


@STORIES.story(day=8, hour=16.6, model=SONNET, title="Search for the handbook", branch="search")
def handbook_search(t: Transcript) -> None:
    """An interrupt after too much eagerness."""
    t.prompt("Readers want to search the handbook. No server, works offline.")
    t.search(
        "static site search offline index small",
        ("Indexes that fit in a page", "https://blog.example.com/small-indexes"),
    )
    t.say("A prebuilt inverted index: 214 pages are 90 kB compressed.")
    interrupt(t, "I'll also add fuzzy matching, synonyms, a ranking model and")
    t.prompt("Stop. Words and prefixes, nothing else.")
    t.write(
        "site/search.js",
        "export const search = (index, word) =>\n"
        "  Object.keys(index).filter((w) => w.startsWith(word));\n",
    )
    t.bash("node --test site", "7 pass", seconds=1.8)
    t.commit("Search in the handbook, offline")


@STORIES.story(day=17, hour=10.0, model=HAIKU, title="Spelling, all pages", branch="spelling")
def spelling(t: Transcript) -> None:
    """Mechanical."""
    t.prompt("British spelling on all pages, but leave code and quotes alone.")
    t.bash("aspell list -l en_GB < pages/*.md | sort -u | wc -l", "46", seconds=1.3)
    t.bash("python tools/spell.py --write", "39 words changed on 27 pages", seconds=4)
    t.say("39 words on 27 pages. Seven I left alone: they are in quotations.")
    t.commit("British spelling", "27 files changed, 39 insertions(+), 39 deletions(-)")


@STORIES.story(day=24, hour=15.0, model=SONNET, title="Split the handbook by role", branch="roles")
def roles(t: Transcript) -> None:
    """Old: only in the library."""
    t.prompt(
        "The handbook mixes captains, harbour masters and admins. Propose a split, no edits yet."
    )
    t.glob(
        "pages/*.md", *[f"pages/{name}.md" for name in ("bookings", "invoices", "piers", "users")]
    )
    t.say(
        "| role | pages |\n|---|---|\n| captains | bookings, arriving, paying |\n"
        "| harbour masters | "
        "piers, holds, tides |\n| admins | users, invoices, backups |"
    )
    t.prompt("Yes. Move them, keep redirects.")
    t.bash("python tools/move.py roles.toml", "61 pages moved, 61 redirects", seconds=2.2)
    t.commit("The handbook by role", "122 files changed, 183 insertions(+)")
