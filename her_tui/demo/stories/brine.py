"""brine, the log shipper in Rust: a deadlock, a release, a model that runs at home."""

from __future__ import annotations

from her_tui.demo.incidents import damage, give_up, queue
from her_tui.demo.transcript import Transcript
from her_tui.demo.world import BRINE, HAIKU, LOCAL, OPUS, SONNET, Shelf

STORIES = Shelf(BRINE)

_QUEUE = """pub struct Queue {
    items: Mutex<VecDeque<Line>>,
    stats: Mutex<Stats>,
}

impl Queue {
    pub fn push(&self, line: Line) {
        let mut items = self.items.lock().unwrap();
        let mut stats = self.stats.lock().unwrap();
        stats.pushed += 1;
        items.push_back(line);
    }

    pub fn report(&self) -> Report {
        let stats = self.stats.lock().unwrap();
        let items = self.items.lock().unwrap();
        Report { waiting: items.len(), pushed: stats.pushed }
    }
}
"""


@STORIES.story(day=2, hour=14.0, model=OPUS, title="Shipper hangs under load", branch="deadlock")
def deadlock(t: Transcript) -> None:
    """Two locks in two orders."""
    _prove_deadlock(t)
    _fix_deadlock(t)
    _notice_hangs(t)


def _prove_deadlock(t: Transcript) -> None:
    t.prompt("brine stops shipping after some hours under load. CPU at zero, memory stable. Ideas?")
    t.think("Zero CPU and no growth: blocked, not looping. Two mutexes in different order?")
    t.read("src/queue.rs", _QUEUE)
    t.say(
        "`push` takes `items` then `stats`, `report` takes `stats` then `items`. Two threads, two "
        "orders, one **deadlock**. The health check calls `report` every ten seconds, so it takes "
        "hours to hit."
    )
    t.prompt("Prove it with loom before you touch it.")
    t.write(
        "tests/loom_queue.rs",
        "#[test]\nfn push_and_report_never_wait_for_each_other() {\n    loom::model(|| {\n"
        "        let queue = Arc::new(Queue::new());\n        let other = queue.clone();\n"
        "        let pusher = thread::spawn(move || other.push(Line::empty()));\n"
        "        queue.report();\n        pusher.join().unwrap();\n    });\n}\n",
    )
    t.bash(
        "cargo test --test loom_queue",
        "thread 'push_and_report' panicked: deadlock; threads = [(Id(0), Blocked), (Id(1), "
        "Blocked)]",
        seconds=19,
        code=101,
    )
    t.say("Proved, after 14 interleavings.")


def _fix_deadlock(t: Transcript) -> None:
    t.prompt("Beautiful. One mutex around both, I don't need the concurrency there.")
    t.edit(
        "src/queue.rs",
        "    items: Mutex<VecDeque<Line>>,\n    stats: Mutex<Stats>,\n",
        "    inner: Mutex<Inner>,\n",
    )
    t.edit(
        "src/queue.rs",
        "        let mut items = self.items.lock().unwrap();\n"
        "        let mut stats = self.stats.lock().unwrap();\n"
        "        stats.pushed += 1;\n        items.push_back(line);\n",
        "        let mut inner = self.inner.lock().unwrap();\n"
        "        inner.stats.pushed += 1;\n        inner.items.push_back(line);\n",
    )
    queue(t, "and run the benchmark after, I want to see what it costs")
    t.bash(
        "cargo test",
        "error[E0609]: no field `stats` on type `&Queue`\n  --> src/queue.rs:17:26",
        seconds=8,
        code=101,
    )
    t.edit(
        "src/queue.rs",
        "        let stats = self.stats.lock().unwrap();\n"
        "        let items = self.items.lock().unwrap();\n"
        "        Report { waiting: items.len(), pushed: stats.pushed }\n",
        "        let inner = self.inner.lock().unwrap();\n"
        "        Report { waiting: inner.items.len(), pushed: inner.stats.pushed }\n",
    )
    t.bash("cargo test", "test result: ok. 63 passed; 0 failed", seconds=24)
    t.bash("cargo bench --bench push", "push  41.2 ns (was 39.8 ns)", seconds=33)
    t.commit("One lock for the queue and its statistics")
    t.say("63 green, and it costs 1.4 ns per line.")


def _notice_hangs(t: Transcript) -> None:
    t.prompt("One more thing: can the health check notice a hang by itself next time?")
    t.say(
        "Yes: it can try the lock for 200 ms instead of waiting for it.\n\n```rust\n"
        "self.inner.try_lock_for(Duration::from_millis(200)).ok_or(Unhealthy)?\n```\n\n"
        "A hang is then *unhealthy* after ten seconds, and the supervisor restarts us."
    )
    t.prompt("Do it, with a test that holds the lock.")
    t.edit(
        "src/queue.rs",
        "    pub fn report(&self) -> Report {\n        let inner = self.inner.lock().unwrap();\n",
        "    pub fn report(&self) -> Result<Report, Unhealthy> {\n"
        "        let inner = self.inner.try_lock_for(PATIENCE).ok_or(Unhealthy)?;\n",
    )
    t.bash("cargo test", "error[E0308]: mismatched types, expected `Result`", seconds=7, code=101)
    t.edit(
        "src/queue.rs",
        "        Report { waiting: inner.items.len(), pushed: inner.stats.pushed }\n",
        "        Ok(Report { waiting: inner.items.len(), pushed: inner.stats.pushed })\n",
    )
    t.bash("cargo test", "test result: ok. 65 passed; 0 failed", seconds=25)
    t.commit("A hang is unhealthy", "3 files changed, 22 insertions(+), 4 deletions(-)")


@STORIES.story(day=3, hour=16.8, model=SONNET, title="Release 0.9.0", branch="main")
def release_brine(t: Transcript) -> None:
    """A release with an interrupted network."""
    t.prompt("Cut 0.9.0. Changelog from the commits since 0.8.3, in words a sysadmin understands.")
    t.bash(
        "git log --oneline v0.8.3..",
        "b81c2aa One lock for the queue\n77d0e13 Follow renamed files\n1f0c9d2 Back off on 503",
        seconds=0.2,
    )
    t.write(
        "CHANGELOG.md",
        "# 0.9.0\n\n- No more hangs under load\n- Follows files that are renamed\n"
        "- Waits when the server is busy\n",
    )
    t.bash(
        "cargo publish --dry-run",
        "error: failed to fetch the index: connection reset",
        seconds=31,
        code=101,
    )
    t.say("The registry hung up on us. Once more:")
    t.bash("cargo publish --dry-run", "Packaged 41 files, 212.4 KiB", seconds=18)
    t.commit("Release 0.9.0", "2 files changed, 6 insertions(+), 1 deletion(-)")
    t.prompt("Publish for real.")
    t.bash("cargo publish", "Published brine v0.9.0", seconds=24)
    t.say("Published. `brine 0.9.0` is out.")


@STORIES.story(
    day=7, hour=19.5, model=LOCAL, title="Try the local model on the parser", branch="parser"
)
def local_model(t: Transcript) -> None:
    """A model without a price."""
    t.prompt("Testing the model on my own machine. Explain src/parse.rs to me in five bullets.")
    t.read(
        "src/parse.rs",
        "pub fn parse(line: &str) -> Option<Record> {\n"
        "    let (time, rest) = line.split_once(' ')?;\n    Some(Record { time, rest })\n}\n",
    )
    t.say(
        "- one line in, at most one record out\n- splits at the first blank\n- no blank: `None`\n"
        "- borrows, never copies\n- never panics"
    )
    t.prompt("Correct, and slower than I can read. Write a property test: parse never panics.")
    t.write(
        "tests/parse_props.rs",
        'proptest! {\n    #[test]\n    fn never_panics(line in ".*") {\n'
        "        let _ = parse(&line);\n    }\n}\n",
    )
    t.bash("cargo test props", "test result: ok. 1 passed", seconds=12)


@STORIES.story(day=10, hour=9.8, model=SONNET, title="Follow renamed log files", branch="rename")
def follow_rename(t: Transcript) -> None:
    """A damaged record in the middle."""
    t.prompt("When logrotate renames the file we lose the lines written between rename and reopen.")
    t.read("src/tail.rs", "fn next(&mut self) -> Option<Line> {\n    self.reader.read_line()\n}\n")
    t.say(
        "We close the old file too early. Read it to its end *after* the rename, then open the new."
    )
    damage(t)
    t.prompt("Yes, and keep the inode so that we never read the same file twice.")
    t.edit(
        "src/tail.rs",
        "    self.reader.read_line()\n",
        "    self.reader.read_line().or_else(|| self.drain_renamed()).or_else(|| self.reopen())\n",
    )
    t.bash("cargo test tail", "test result: ok. 12 passed", seconds=16)
    t.commit("Follow files that are renamed")
    t.prompt("And copytruncate? Some people use that, sadly.")
    t.say(
        "Then the file shrinks. We notice at the next read and start at zero; lines in "
        "between are lost."
    )
    t.prompt("Log that we lost some. Never silently.")
    t.edit(
        "src/tail.rs",
        ".or_else(|| self.reopen())\n",
        ".or_else(|| self.reopen())\n        .or_else(|| self.note_gap())\n",
    )
    t.bash("cargo test tail", "test result: ok. 14 passed", seconds=15)
    t.commit("A gap is logged as one")


@STORIES.story(day=12, hour=15.3, model=HAIKU, title="", branch="main")
def one_shot_jq(t: Transcript) -> None:
    """One question."""
    t.prompt("jq: count log lines per level, most frequent first")
    t.say(
        "```sh\njq -s 'group_by(.level) | map({level: .[0].level, n: length}) | sort_by(-.n)'\n```"
    )


@STORIES.story(day=13, hour=10.4, title="Back off when the server says 503", branch="backoff")
def backoff(t: Transcript) -> None:
    """A request that fails for good."""
    t.prompt("On 503 we hammer the server. Exponential back-off with jitter, capped at a minute.")
    give_up(t, 400, "invalid_request_error", "prompt is too long: 201344 tokens > 200000 maximum")
    t.slash("clear", output="")
    t.prompt("Again, without the log file this time: back-off on 503, jitter, cap 60 s.")
    t.write(
        "src/backoff.rs",
        "pub fn delay(attempt: u32, jitter: f64) -> Duration {\n"
        "    let base = 0.25 * f64::from(1 << attempt.min(8));\n"
        "    Duration::from_secs_f64((base * jitter).min(60.0))\n}\n",
    )
    t.bash("cargo test backoff", "test result: ok. 5 passed", seconds=11)
    t.commit("Wait when the server is busy")


@STORIES.story(
    day=27, hour=13.1, model=SONNET, title="Compress batches before sending", branch="zstd"
)
def compress(t: Transcript) -> None:
    """Old: only in the library."""
    t.prompt("Batches go out uncompressed. zstd or gzip? Measure with our own logs.")
    t.bash(
        "cargo bench --bench compress", "gzip -6  7.1x  38 MB/s\nzstd -3  9.4x 210 MB/s", seconds=64
    )
    t.say("zstd at level 3: smaller *and* five times faster on your logs.")
    t.prompt("zstd then, with a fallback for old servers.")
    t.write("src/encode.rs", "pub enum Encoding { Zstd, Identity }\n")
    t.commit("Batches are compressed with zstd")
