#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Network namespaces: each has its own ports, entries and devices, and takes them along when it goes, under
# traffic as well.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

# Starts more traffic than the test waits for.
sub flood {
	my ($words) = @_;
	return start('ip netns exec client send dev m0 dmac ' . U0_MAC .
		     " src 192.0.2.1 dst 192.0.2.2 vni 1 count 1000000 frame-size 60 $words");
}

topology();

# Two namespaces share nothing.
netns('other');
ctl('add vni 1 dev zmirror0');
sh('vxmirrorctl -n other add vni 1 dev zmirror0');
send_mirrored('vni 1 frame-size 60');
is(decode_json(sh('vxmirrorctl -n sensor -j -s show vni'))->[0]{delivered_packets}, 1, 'a packet for one namespace');
is(decode_json(sh('vxmirrorctl -n other -j -s show vni'))->[0]{received_packets}, 0, 'is none for the other');
sh('vxmirrorctl -n other del vni 1');
is(scalar @{ ctl_json('show vni') }, 1, 'an entry deleted in one stays in the other');

# Everything goes at once, in the middle of a flood: entries, device, underlay, namespace, module.
for my $what ('del dev zmirror0 force', 'del vni 1') {
	ctl('add vni 1 dev zmirror0') unless @{ ctl_json('show vni') };
	my $flood = flood('no-retry');
	wait_for(sub { ctl_json('show vni')->[0]{received_packets} > 1000 }) or diag('no flood');
	ctl($what);
	is(free_port('sensor', 4789), '4 6', "$what under traffic");
	ok(!ended($flood), 'which still goes on');
	stop($flood);
}
for my $round (1 .. 3) {
	ctl('add vni 1 dev zmirror0');
	my $flood = flood('no-retry');
	wait_for(sub { ctl_json('show vni')->[0]{received_packets} > 1000 }) or diag('no flood');
	end_netns('sensor');
	ok(wait_for(sub { sh('ip -n client link') !~ /m0/ }), 'the namespace goes under traffic');
	end_netns('client');
	topology();
}
ctl('add vni 1 dev zmirror0');
my $flood = flood('no-retry');
wait_for(sub { ctl_json('show vni')->[0]{received_packets} > 1000 }) or diag('no flood');
sh('modprobe -r vxmirror');
ok(!-d '/sys/module/vxmirror', 'the module goes under traffic');
ok(!ended($flood), 'which still goes on');

done_testing;
