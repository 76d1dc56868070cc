"""Invented texts of all kinds, the same every time, for what makes tokens or vectors of them."""

from __future__ import annotations

import random
from collections.abc import Iterator

#: One of each kind that went wrong somewhere once.
ODD = (
    "",
    " ",
    "\t\n\r \u3000\u2028",
    "a",
    "How did I get OAuth working last spring?",
    "fix the login bug in auth.py: users cannot sign in!",
    "def get_user_id(self, *, default: int | None = None) -> int | None:\n    return self._id\n",
    "SELECT id, name FROM users WHERE id IN (1, 2, 3) -- comment",
    "C:\\Users\\me\\src\\main.rs:12:5 error[E0382]",
    "https://example.org/a/b?c=d&e=%20#f",
    "naïve café, Ångström, ŁÓDŹ, İstanbul, straße, ΣΊΣΥΦΟΣ",
    "e\u0301 a\u0308\u0323 n\u0303",
    "漢字とかな、한국어, 中文。",
    "中a文b",
    "שלום עולם مرحبا بالعالم \u202eabc\u202c",
    "नमस्ते दुनिया हेर",
    "😀👍🏽👩\u200d👩\u200d👧 🇩🇪 ok ❤\ufe0f",
    "\x00\x01a\x7fb\ufeffc\ufffdd\x85e",
    "zero\u200bwidth soft\u00adhyphen no\u00a0break",
    "[CLS] a [SEP] b [MASK][PAD]c [UNK] [cls] [SEP",
    "≠ ≤ ½ ² ﬁ Ⅳ ™ \u037e \u1fef",
    "“quotes” ‘single’ – — … «»",
    "$1,000.50 + 20% = <x> & ^y^ | ~z~ `k`",
    "-" * 300,
    "x" * 100,
    "x" * 101,
    "A" * 5_000,
    "ab" * 40 + " " + "é" * 101,
    "\u166d\u1734\U000111c9\u0890\u2e5d\u1abf",
    "\U0001faf6\U000e0041\U0010ffff\U00013440",
    "word " * 5_000,
    "\n".join(f"line {number}: value = {number * 7}" for number in range(600)),
)

_WORDS = (
    "the a of commit rebase parser token index session prompt replay timeline error retry cache "
    "getUserId snake_case_name HTTPServer kebab-case self.value foo() [x] {y} x86_64 0xDEADBEEF "
    "3.14 1e-5 v2.1.0 naïve déjà São Κόσμε мир 世界 안녕 שלום سلام 😀 🚀 don't re-read e\u0301 "
    "antidisestablishmentarianism pneumonoultramicroscopicsilicovolcanoconiosis"
)

_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "ABCXYZ0123456789_-./:",
    " \t\n.,;:!?()[]{}<>\"'`@#$%^&*+=|\\~",
    "äöüßéèñçøåłşİı",
    "漢字仮名交文中国語한국어",
    "אבגدهوابت",
    "\x00\x08\x1b\x7f\u200d\ufe0f\u0301\u0323",
    "😀🎉👍🏽🇫🇷",
)


def varied(count: int, seed: int = 7) -> Iterator[str]:
    """``count`` texts: words, characters, words and characters, any characters at all."""
    random_ = random.Random(seed)
    all_words = _WORDS.split(" ")
    for number in range(count):
        kind = number % 4
        if kind == 0:
            yield " ".join(random_.choices(all_words, k=random_.randrange(60)))
        elif kind == 1:
            letters = "".join(random_.sample(_ALPHABETS, 3))
            yield "".join(random_.choices(letters, k=random_.randrange(120)))
        elif kind == 2:
            joints = ("", " ", "\n", ".", "_")
            words = random_.choices(all_words, k=random_.randrange(1, 40))
            yield "".join(word + random_.choice(joints) for word in words)
        else:
            yield "".join(_any(random_) for _ in range(random_.randrange(1, 40)))


def _any(random_: random.Random) -> str:
    """Any character, of the common planes more often; no half of a surrogate pair."""
    limit = random_.choice((0x80, 0x800, 0x3000, 0x10000, 0x110000))
    code = random_.randrange(limit)
    return " " if 0xD800 <= code <= 0xDFFF else chr(code)
