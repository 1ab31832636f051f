# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What the scripts of this directory share: the cache's place, and how they speak.

# shellcheck disable=SC2034
cache=${XDG_CACHE_HOME:-$HOME/.cache}/vxmirror

note() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { note "$@"; exit 1; }
