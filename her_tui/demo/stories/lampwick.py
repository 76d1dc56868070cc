"""lampwick, the evening hobby: lamps that follow the tide."""

from __future__ import annotations

from her_tui.demo.transcript import Transcript
from her_tui.demo.world import LAMPWICK, LOCAL, SONNET, Shelf

STORIES = Shelf(LAMPWICK)


@STORIES.story(day=2, hour=20.1, model=SONNET, title="Lamp flickers at low brightness")
def flicker(t: Transcript) -> None:
    """Electronics."""
    t.prompt("The lamp flickers below 5 %. PWM is at 1 kHz, 8 bit. Hardware or software?")
    t.say(
        "Software: below 5 % an 8-bit duty cycle has 12 steps, and the eye sees each. Use 12 bit."
    )
    t.read("firmware/lamp.c", "#define PWM_BITS 8\n#define PWM_HZ 1000\n")
    t.edit(
        "firmware/lamp.c",
        "#define PWM_BITS 8\n#define PWM_HZ 1000\n",
        "#define PWM_BITS 12\n#define PWM_HZ 4000\n",
    )
    t.bash("make flash", "Wrote 21,044 bytes. Verified.", seconds=13)
    t.prompt("Smooth as butter. Add gamma while we're here.")
    t.edit("firmware/lamp.c", "#define PWM_HZ 4000\n", "#define PWM_HZ 4000\n#define GAMMA 2.2f\n")
    t.bash("make flash", "lamp.c:41: error: 'gamma_table' undeclared", seconds=4, code=2)
    t.edit(
        "firmware/lamp.c",
        "#define GAMMA 2.2f\n",
        "#define GAMMA 2.2f\nstatic uint16_t gamma_table[256];\n",
    )
    t.bash("make flash", "Wrote 21,580 bytes. Verified.", seconds=13)
    t.commit("12-bit PWM and gamma")
    t.prompt("The relay clicks at midnight. Every midnight. Why?")
    t.grep("midnight", "firmware/schedule.c:31:    if (minute_of_day == 0) reset();  // midnight")
    t.say(
        "`reset()` switches everything off and on again to clear the day's state. Only the "
        "state should go."
    )
    t.bash("make flash", "Wrote 21,604 bytes. Verified.", seconds=13)
    t.commit("Quiet at midnight", "1 file changed, 2 insertions(+), 1 deletion(-)")


@STORIES.story(day=7, hour=21.0, model=LOCAL, title="Moon phase without a library")
def moon(t: Transcript) -> None:
    """Unpriced."""
    t.prompt("Moon phase from a date, in C, no floats if possible. Accuracy: a day is fine.")
    t.say("Days since a known new moon, modulo 29.53. In integers: `(days * 100) % 2953`.")
    t.write(
        "firmware/moon.c", "int moon_age(int days) {\n    return (days * 100 % 2953) / 100;\n}\n"
    )
    t.bash("make test", "ok 12 of 12", seconds=3)
    t.commit("Moon phase", "1 file changed, 3 insertions(+)")


@STORIES.story(day=18, hour=20.6, model=SONNET, title="Lamps follow the tide")
def follow_tide(t: Transcript) -> None:
    """Near deletion."""
    t.prompt("Brightness should follow the tide at Thornwick: high water bright, low water dim.")
    t.mcp(
        "tides",
        "table",
        {"harbour": "thornwick", "days": 1},
        "HW 04:12 5.1 m · LW 10:31 0.9 m · HW 16:40 4.9 m",
    )
    t.say(
        "A cosine between two extremes is good enough for a lamp: at most 6 % off the real curve."
    )
    t.write(
        "firmware/tide.c",
        "float tide(float t, float low, float high) {\n"
        "    return low + (high - low) * (1 - cosf(t * M_PI)) / 2;\n}\n",
    )
    t.bash("make test", "ok 17 of 17", seconds=3)
    t.commit("The lamp follows the tide")


@STORIES.story(day=22, hour=19.8, model=SONNET, title="Button needs debouncing")
def debounce(t: Transcript) -> None:
    """Old."""
    t.prompt(
        "One press toggles the lamp three times. Yes, I know: debounce. Do it in the interrupt."
    )
    t.say("Not *in* the interrupt: note the time there, decide in the loop. 20 ms is plenty.")
    t.write("firmware/button.c", "volatile uint32_t pressed_at;\n")
    t.bash("make flash", "Wrote 20,112 bytes. Verified.", seconds=12)
    t.commit("Button: 20 ms of patience", "1 file changed, 14 insertions(+)")
