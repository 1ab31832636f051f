#!/bin/sh
# SPDX-License-Identifier: GPL-2.0
#
# Which of the probed things does this kernel have?
#
# usage: probe.sh COMPILER-WITH-FLAGS PROBE.c...
#
# Writes a header with a '#define VXM_HAVE_NAME' for each probe that compiles.
# The second line of each probe's file holds, after 'absent:', the error that
# says that the thing is not there; any other error is one.

compiler=$1
shift
status=0
echo "/* written by probe.sh */"
for probe; do
	name=$(basename "$probe" .c)
	expected=$(sed -n '2s:.*absent\: \(.*\) \*/$:\1:p' "$probe")
	# the compiler's flags are words, and its messages those of the C locale
	# shellcheck disable=SC2086
	if errors=$(LC_ALL=C eval "$compiler" -fsyntax-only \
		    -Werror=incompatible-pointer-types \
		    -Werror=implicit-function-declaration \
		    '"$probe"' 2>&1); then
		echo "#define VXM_HAVE_$name 1"
	elif ! printf '%s\n' "$errors" | grep -q "$expected"; then
		printf '%s: does not compile, and not for the reason expected:\n%s\n' \
			"$probe" "$errors" >&2
		status=1
	fi
done
exit $status
