#!/bin/sh
# Written by `her-tui install`. The client runs it when a session starts and when one ends.
#
# It notes down that the client is there, and sees to it that Her's recorder is. It says nothing,
# always succeeds, and reads neither its input nor its environment. Where the recorder is well, it
# starts no program.
exec </dev/null >/dev/null 2>&1
umask 077
home=@HOME@
python=@PYTHON@
package=@PACKAGE@

# `true` and not `:`, which would end the shell where a redirection fails.
[ -e "$home/clients/$PPID" ] || true >"$home/clients/$PPID"

# The recorder is well until the time of this file, which lies ahead.
alive=$home/recorder.alive
now=$home/recorder.asked
true >"$now"
pid=
read -r pid <"$alive"
case $pid in
  '' | 0 | *[!0-9]*) ;;
  *) kill -0 "$pid" && [ "$alive" -nt "$now" ] && exit 0 ;;
esac

PATH=/usr/bin:/bin:/usr/sbin:/sbin
if [ -x "$python" ] && [ -e "$package/recorder/wake.py" ]; then
  aside=nohup
  command -v setsid && aside=setsid
  cd /
  $aside env -i PATH="$PATH" @ENVIRONMENT@ "$python" -P -m her_tui.recorder.wake &
else
  # Her is gone, and the client was not told: what it leaves for her would pile up.
  rm -f "$home"/spool/bodies/*.json "$home"/spool/bodies/*.jsonl
fi
exit 0
