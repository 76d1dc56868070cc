"""gullwing, the web front end: tables, a calendar, screenshots, a branch of a session."""

from __future__ import annotations

from her_tui.demo.incidents import interrupt, mixed
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import GULLWING, SONNET, Shelf

STORIES = Shelf(GULLWING)

_CALENDAR = """export function BerthCalendar({ bookings }: Props) {
  const days = useMemo(() => eachDay(bookings), [bookings]);
  return (
    <table className="calendar">
      {days.map((day) => (
        <DayRow key={day.iso} day={day} />
      ))}
    </table>
  );
}
"""


@STORIES.story(
    day=1, hour=9.3, model=SONNET, title="Calendar overflows on small screens", branch="calendar"
)
def calendar_overflow(t: Transcript) -> None:
    """A layout bug with a screenshot."""
    _let_it_scroll(t)
    _keep_the_header(t)


def _let_it_scroll(t: Transcript) -> None:
    t.prompt(
        "On a phone the berth calendar looks like this. It should scroll, not squeeze.", images=1
    )
    t.glob("src/**/Calendar*", "src/berths/BerthCalendar.tsx", "src/berths/calendar.css")
    t.read("src/berths/BerthCalendar.tsx", _CALENDAR)
    t.read("src/berths/calendar.css", ".calendar {\n  width: 100%;\n  table-layout: fixed;\n}\n")
    t.edit(
        "src/berths/calendar.css",
        "  width: 100%;\n  table-layout: fixed;\n",
        "  min-width: 42rem;\n  table-layout: fixed;\n",
    )
    t.edit(
        "src/berths/BerthCalendar.tsx",
        '    <table className="calendar">\n',
        '    <div className="scroll-x" tabIndex={0} aria-label="Berth calendar">\n'
        '    <table className="calendar">\n',
    )
    t.mcp(
        "browser",
        "screenshot",
        {"url": "http://localhost:5173/berths", "width": 390},
        "Saved a screenshot of 390 x 844",
    )
    t.bash(
        "npm run lint",
        "src/berths/BerthCalendar.tsx\n  5:5 error JSX element 'div' has no closing tag",
        code=1,
        seconds=3.9,
    )
    t.edit("src/berths/BerthCalendar.tsx", "    </table>\n", "    </table>\n    </div>\n")
    t.bash("npm run format", "src/berths/BerthCalendar.tsx 41ms", seconds=2.1)
    t.change(
        "src/berths/BerthCalendar.tsx",
        '    <table className="calendar">\n',
        '      <table className="calendar">\n',
    )
    t.edit(
        "src/berths/BerthCalendar.tsx",
        'aria-label="Berth calendar"',
        'role="region" aria-label="Berth calendar"',
    )
    t.bash("npm run lint && npm test", "142 tests passed", seconds=11.3)
    t.commit("Berth calendar scrolls on small screens")
    t.say("It scrolls sideways below 42 rem, and with the keyboard too: the box takes the focus.")


def _keep_the_header(t: Transcript) -> None:
    t.prompt("On the tablet the header row scrolls away now.")
    t.edit(
        "src/berths/calendar.css",
        "  min-width: 42rem;\n",
        "  min-width: 42rem;\n  --header: sticky;\n",
    )
    t.mcp(
        "browser",
        "screenshot",
        {"url": "http://localhost:5173/berths", "width": 820},
        "Saved a screenshot of 820 x 1180",
    )
    t.say("Sticky, but it shines through: the header has no background of its own. One more line.")
    t.edit(
        "src/berths/calendar.css",
        "  --header: sticky;\n",
        "  --header: sticky;\n  background: inherit;\n",
    )
    t.prompt("Perfect. Do the same for the booking list?")
    t.say("The list has four columns and fits. I'd leave it alone until somebody complains.")
    t.prompt("Fair.")
    t.commit("Calendar header stays in view", "1 file changed, 2 insertions(+)")


@STORIES.story(day=4, hour=13.7, title="Filter bookings by boat", branch="boat-filter")
def boat_filter(t: Transcript) -> None:
    """A feature in three turns; another session branches off it."""
    t.prompt("Let people filter the booking list by boat. State belongs in the URL.")
    t.read(
        "src/bookings/List.tsx",
        "export function List() {\n  const bookings = useBookings();\n"
        "  return <Rows rows={bookings} />;\n}\n",
    )
    t.edit(
        "src/bookings/List.tsx",
        "  const bookings = useBookings();\n",
        '  const [boat, setBoat] = useSearchParam("boat");\n'
        "  const bookings = useBookings({ boat });\n",
    )
    t.say("The boat is in the URL now, so *back* works and a link can be shared.")
    t.prompt("Debounce it, the harbour in Thornwick has slow internet.")
    t.edit(
        "src/bookings/List.tsx",
        "useBookings({ boat })",
        "useBookings({ boat: useDebounced(boat, 250) })",
    )
    t.bash("npm test -- bookings", "27 tests passed", seconds=5.8)
    t.commit("Filter bookings by boat")


@STORIES.story(
    day=4,
    hour=15.1,
    name="boat filter, but with a combobox",
    branch="boat-combobox",
    fork_of="boat_filter",
)
def boat_combobox(t: Transcript) -> None:
    """A branch of the session above."""
    t.prompt("Same start, other idea: a combobox with the boats we know instead of free text.")
    t.write(
        "src/bookings/BoatBox.tsx",
        'export function BoatBox({ boats, onPick }: Props) {\n  return <input list="boats" '
        "onChange={(e) => onPick(e.target.value)} />;\n}\n",
    )
    t.say("A native `datalist` does it. No new dependency, and screen readers know it.")
    t.prompt("Compare it with the other branch for me. Pros and cons, short.")
    t.say(
        "| | free text | combobox |\n|---|---|---|\n| finds typos | no | yes |\n"
        "| 3,000 boats | fine "
        "| slow on phones |\n| code | 2 lines | 14 lines |\n\nI'd keep the free text."
    )


@STORIES.story(
    day=6,
    hour=10.2,
    model=SONNET,
    title="Dates one day off in Lisbon",
    branch="tz",
    version="2.1.30",
)
def day_off(t: Transcript) -> None:
    """A time zone bug; the human types while a command runs."""
    t.prompt("Users in Lisbon see their arrival one day early. Classic. Find every place, please.")
    t.grep(
        "toISOString\\(\\)\\.slice",
        "src/lib/dates.ts:4:  return d.toISOString().slice(0, 10);",
        "src/bookings/Form.tsx:31:  value={arrival.toISOString().slice(0, 10)}",
    )
    mixed(
        t,
        "npm test -- dates",
        "FAIL src/lib/dates.test.ts\n  x keeps the day in Lisbon",
        "and remember daylight saving, arrivals at 00:30 in the last week of March",
    )
    t.read(
        "src/lib/dates.ts",
        "/** ISO day. */\nexport function isoDay(d: Date): string {\n"
        "  return d.toISOString().slice(0, 10);\n}\n",
    )
    t.edit(
        "src/lib/dates.ts",
        "  return d.toISOString().slice(0, 10);\n",
        '  return d.toLocaleDateString("sv-SE");\n',
    )
    t.bash("TZ=Europe/Lisbon npm test -- dates", "6 tests passed", seconds=4.4)
    t.commit("Days are local days")
    t.say("Both places go through `isoDay` now, tested at 00:30 on the night the clocks change.")


@STORIES.story(day=9, hour=16.2, title="Dark mode without a flash", branch="dark")
def dark_mode(t: Transcript) -> None:
    """An interrupt."""
    t.prompt("Dark mode flashes white on load. Fix it without blocking the first paint.")
    t.read(
        "index.html",
        '<!doctype html>\n<html lang="en">\n  <head>\n    <title>Gullwing</title>\n  </head>\n'
        "</html>\n",
    )
    interrupt(t, "I'll move the theme into a context provider and render nothing until it is")
    t.prompt(
        "No no no, not 'render nothing'. An inline script in the head, ten lines, before the CSS."
    )
    t.edit(
        "index.html",
        "    <title>Gullwing</title>\n",
        "    <title>Gullwing</title>\n    <script>\n"
        '      const theme = localStorage.theme ?? (matchMedia("(prefers-color-scheme: '
        'dark)").matches ? "dark" : "light");\n'
        "      document.documentElement.dataset.theme = theme;\n    </script>\n",
    )
    t.commit("Theme is set before the first paint", "1 file changed, 4 insertions(+)")
    t.say("Four lines in the head. The first paint already has the right colours.")
    t.prompt("Check the contrast of the muted text in dark, it looks thin.")
    t.bash("npm run contrast", "muted on surface: 3.9 (needs 4.5)", seconds=3, code=1)
    t.say("3.9, it should be 4.5. `#8a8378` becomes `#9b9388`.")
    t.bash("npm run contrast", "all pairs above 4.5", seconds=3)
    t.commit("Muted text is readable in the dark", "1 file changed, 1 insertion(+), 1 deletion(-)")


@STORIES.story(
    day=16, hour=11.4, model=SONNET, title="Keyboard access for the berth map", branch="a11y"
)
def map_keys(t: Transcript) -> None:
    """Accessibility."""
    t.prompt("The harbour map is mouse only. Arrow keys should walk berth to berth, Enter opens.")
    t.read(
        "src/map/HarbourMap.tsx",
        "export function HarbourMap({ berths }: Props) {\n"
        "  return <svg>{berths.map(Berth)}</svg>;\n}\n",
    )
    t.edit(
        "src/map/HarbourMap.tsx",
        "  return <svg>{berths.map(Berth)}</svg>;\n",
        "  const nav = useGridNavigation(berths, (b) => [b.x, b.y]);\n"
        '  return <svg role="grid" {...nav.props}>{berths.map(Berth)}</svg>;\n',
    )
    t.bash("npm test -- map", "19 tests passed", seconds=4.9)
    t.commit("Arrow keys on the harbour map")


@STORIES.story(day=23, hour=9.9, title="Bundle size: 1.9 MB to 700 kB", branch="bundle")
def bundle(t: Transcript) -> None:
    """Old: only in the library."""
    t.prompt("The bundle is 1.9 MB. What's in it? Numbers first, no changes.")
    t.bash(
        "npm run build -- --report",
        "moment 580 kB\nicons 410 kB\ncharts 390 kB\nours 520 kB",
        seconds=22,
    )
    t.say(
        "Three dependencies are 72 %. `moment` is used for two functions, the icons for 14 "
        "of 2,100."
    )
    t.prompt("Throw out moment, import icons one by one. Charts can stay.")
    t.bash("npm run build -- --report", "charts 390 kB\nours 298 kB\nicons 9 kB", seconds=21)
    t.commit(
        "Bundle: no moment, only the icons we show",
        "38 files changed, 92 insertions(+), 141 deletions(-)",
    )
    t.say("697 kB. First load on a slow phone went from 6.1 s to 2.4 s.")
