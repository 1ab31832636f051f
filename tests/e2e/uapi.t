#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# Runs the test client of the generic netlink interface (tests/uapi) in a namespace of its own, with
# somebody who sends it mirror packets:
#
#	uapi-source-PID                    uapi-sensor-PID
#	uapi1 ---------------------------- uapi0 192.0.2.200, 2001:db8::200
#	192.0.2.1, 2001:db8::1             uapi-vxlan: the kernel's, on port 4790
#	(raw socket, no addresses)         uapi: the client; makes um0 to um9
#
# usage: tests/e2e/uapi.t [GROUP]...	(see tests/uapi/main.c)
set -euo pipefail

here=$(dirname "$(readlink -f "$0")")
sensor=uapi-sensor-$$
source=uapi-source-$$
mac=02:00:00:00:02:c8

# shellcheck disable=SC2317	# the trap calls it
clean_up() {
	ip netns del "$source" 2>/dev/null || :
	ip netns del "$sensor" 2>/dev/null || :
}
trap clean_up EXIT

ip netns add "$sensor"
ip netns add "$source"
ip -n "$sensor" link set lo up
ip -n "$sensor" link add uapi0 address "$mac" type veth peer name uapi1 netns "$source"
ip -n "$sensor" addr add 192.0.2.200/24 dev uapi0
ip -n "$sensor" addr add 2001:db8::200/64 dev uapi0 nodad
ip -n "$sensor" link set uapi0 up
ip -n "$source" link set uapi1 up
ip -n "$sensor" link add uapi-vxlan type vxlan external dstport 4790
ip -n "$sensor" link set uapi-vxlan up

send=$here/send
export UAPI_SEND="ip netns exec $source $send dev uapi1 dmac $mac src 192.0.2.1 dst 192.0.2.200"
export UAPI_SEND6="ip netns exec $source $send dev uapi1 dmac $mac src 2001:db8::1 dst 2001:db8::200"
export UAPI_SEND_OUT="$send dev um0 dmac $mac src 192.0.2.200 dst 192.0.2.1 frame-size 60 no-retry"

status=0
ip netns exec "$sensor" "$here/../uapi/uapi" "$@" || status=$?
exit "$status"
