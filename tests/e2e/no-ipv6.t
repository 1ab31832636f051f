#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# A sensor without IPv6 works: switched off in the namespace, or (ipv6.disable=1) in the whole kernel.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

my $off = '/proc/sys/net/ipv6/conf/all/disable_ipv6';

netns('client', 'sensor');
sh("ip netns exec sensor sh -c '! test -e $off || echo 1 >$off'");
note(-e '/proc/net/if_inet6' ? 'IPv6 is off in the namespace' : 'the kernel has no IPv6');
sh('ip -n client link add m0 type veth peer name u0 netns sensor address ' . U0_MAC);
sh("ip -n $_->[0] link set $_->[1] up && ip -n $_->[0] address add $_->[2] dev $_->[1]")
	for ['client', 'm0', '192.0.2.1/24'], ['sensor', 'u0', '192.0.2.2/24'];

ctl('add vni 1 dev zmirror0');
my $reader = reader('sensor', 'zmirror0');
send_mirrored('vni 1 count 3 frame-size 60');
is(scalar(frames($reader, 3)), 3, 'frames are delivered');
is(ctl_json('show vni 1')->[0]{delivered_packets}, 3, 'and counted');
ctl('del vni 1');
like(free_port('sensor', 4789), qr/^4/, 'the port is released');

done_testing;
