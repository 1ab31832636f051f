#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Tests tests/vm/guest itself: that its verdict is never better than what happened in the guest.
set -u
cd "$(dirname "$(readlink -f "$0")")/../.." || exit

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

ok() { # NAME, after the command whose status is the result
	local status=$? not=
	[ "$status" -eq 0 ] || not='not '
	count=$((count + 1))
	echo "${not}ok $count - $1"
	[ -z "$not" ] || sed 's/^/# /' "$work"/{out,err}
}

guest() { # ARGUMENT...; leaves out, err and status
	tests/vm/guest --no-module "$@" >"$work/out" 2>"$work/err"
	status=$?
}

# Up to 60 s for a condition.
wait_for() { # COMMAND...
	local _
	for _ in {1..300}; do
		"$@" && return
		sleep 0.2
	done
	return 1
}

# One boot for everything that goes well. The command waits for an answer to its first line, which
# comes through the share: it gets through only when output is not held back.
mkdir "$work/share"
(wait_for grep -qs begin "$work/err" && : >"$work/share/answer") &
# shellcheck disable=SC2016	# to be expanded in the guest
guest --share "$work/share" --timeout 60 -- bash -c '
	echo begin >&2
	until [ -e "$VXM_SHARE/answer" ]; do sleep 0.1; done
	pwd
	id -un
	echo "$VXM_KERNEL" >"$VXM_SHARE/from-guest"
	echo changed >"$1"
	seq 100000
	echo by name >/dev/stdout
	sleep 1000 &
	exit 42' - "$work/guest-only"
wait

[ "$status" -eq 42 ]; ok "the exit status is the command's own"
[ "$(sed -n '1p;2p' "$work/out")" = "$PWD"$'\n'root ]; ok "the command runs in the current directory, as root"
[ "$(sed -n '$p' "$work/out")" = "by name" ] && [ "$(wc -l <"$work/out")" -eq 100003 ]
ok "all of stdout arrives, what is written to it by name as well"
[ "$(cat "$work/share/from-guest")" = 6.1 ]; ok "the guest writes to the share"
[ ! -e "$work/guest-only" ]; ok "and nowhere else"
grep -q 'Command line:' "$work/share/dmesg.log"; ok "the kernel's log is kept"

guest --timeout 60 -- sh -c 'echo c >/proc/sysrq-trigger'
[ "$status" -eq 125 ] && grep -q 'Kernel panic' "$work/err" && ! grep -q 'once more' "$work/err"
ok "a panic: 125, its lines, and no second try"

guest --timeout 60 -- sh -c 'echo "<4>WARNING: said by the test" >/dev/kmsg'
[ "$status" -eq 123 ] && grep -q 'WARNING: said by the test' "$work/err"
ok "a complaint of the kernel: 123, and the line"

guest --timeout 1 -- sleep 1000
[ "$status" -eq 124 ]; ok "a command that takes too long: 124"

guest --timeout 1 --boot-timeout 0 -- true
[ "$status" -eq 125 ] && grep -q 'hung' "$work/err"; ok "a guest that says nothing: 125"

guest --append 'rdinit=/none root=/dev/none' -- true
[ "$status" -eq 125 ] && [ "$(grep -c 'died as it started: once more' "$work/err")" -eq 2 ]
ok "a kernel that dies before anything runs: three tries, then 125"

guest --kernel 0.1 -- true
[ "$status" -eq 122 ]; ok "a kernel that isn't there: 122"

name=vxmirror_guest_test_$$
tests/vm/guest --no-module --append "$name" -- sleep 1000 >"$work/out" 2>"$work/err" &
pid=$!
wait_for pgrep -f "^qemu-system.*$name" >"$work/qemu"
kill "$pid"
wait "$pid"
[ $? -eq 143 ] && [ -s "$work/qemu" ] && wait_for eval "! pgrep -f '^qemu-system.*$name' >'$work/qemu'"
ok "ending the script ends the guest"

echo "1..$count"
