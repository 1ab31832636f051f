#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What may happen to the interface that mirror packets come by, after 'add vni': it is enslaved and released
# again, goes down and up, gets another name, MTU and address, and IPv6 is switched off and on. Each packet that
# still comes to the host is delivered, and once.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

use constant {
	SENSOR => "192.0.2.2/24 2001:db8::2/64",
	OWN_MAC => '02:00:00:00:00:03',
};

# Moves the sensor's addresses from one interface to another.
sub move_addresses {
	my ($from, $to) = @_;
	for (split ' ', SENSOR) {
		attempt("ip -n sensor address del $_ dev $from");
		sh("ip -n sensor address replace $_ dev $to" . (/:/ ? ' nodad' : ''));
	}
}

# Sends plain mirror packets and outer fragments over each family, and one of an unknown VNI; says what has been
# counted of them.
sub counted {
	my ($mac, @families) = @_;
	my $before = counters();
	for (@families) {
		my $send = "send dev m0 dmac $mac " . ($_ == 4 ? 'src 192.0.2.1 dst 192.0.2.2' : 'src 2001:db8::1 dst 2001:db8::2');
		sh('ip netns exec client sh ' . save('send.sh', <<"END"));
set -e
$send vni 1 count 3 frame-size 100
$send vni 1 fragment 512 frame-size 1400
$send vni 2 frame-size 100
END
	}
	my $change = changes($before, counters());
	return { map { $_ => $change->{$_} // 0 } 'vni 4789 1 received_packets', 'dev zmirror0 delivered_packets',
		 'cause unknown-vni', 'IcmpOutMsgs', 'Icmp6OutDestUnreachs' };
}

sub all_is_well {
	my ($what, $mac, @families) = @_;
	@families = (4, 6) unless @families;
	is_deeply(counted($mac // U0_MAC, @families),
		  { 'vni 4789 1 received_packets' => 4 * @families, 'dev zmirror0 delivered_packets' => 4 * @families,
		    'cause unknown-vni' => 1 * @families, IcmpOutMsgs => 0, Icmp6OutDestUnreachs => 0 },
		  "$what: every packet once");
}

topology();
ctl('add vni 1 dev zmirror0');
all_is_well('at first');

# Masters: the packets then come by them.
my %master = (
	bridge => { add => 'link add up0 address ' . U0_MAC . ' type bridge', take => 'link set u0 master up0',
		    release => 'link set u0 nomaster' },
	bond => { add => 'link add up0 type bond mode active-backup miimon 10', down => 1,
		  take => 'link set u0 master up0', release => 'link set u0 nomaster' },
	'macvlan, passthru' => { add => 'link add link u0 name up0 type macvlan mode passthru' },
	'macvlan, bridge' => { add => 'link add link u0 name up0 address ' . OWN_MAC . ' type macvlan mode bridge',
			       mac => OWN_MAC },
);
for my $kind (sort keys %master) {
	my $master = $master{$kind};
	sh("ip -n sensor $master->{add}");
	sh('ip -n sensor link set up0 addrgenmode none');
	sh('ip -n sensor link set u0 down') if $master->{down};
	sh("ip -n sensor $master->{take}") if $master->{take};
	sh("ip -n sensor link set up0 up");
	move_addresses('u0', 'up0');
	wait_for(sub { sh('ip -n sensor link show up0') =~ /LOWER_UP/ && sh('ip -n sensor link show u0') =~ /LOWER_UP/ })
		or diag("$kind: no carrier");
	all_is_well("enslaved to a $kind", $master->{mac});
	sh("ip -n sensor $master->{release}") if $master->{release};
	sh('ip -n sensor link del up0');
	sh('ip -n sensor link set u0 address ' . U0_MAC . ' up');
	move_addresses('lo', 'u0');
	all_is_well("released from a $kind");
}

# Names, sizes, states, addresses.
sh('ip -n sensor link set u0 down && ip -n sensor link set u0 name u7 mtu 2000 && ip -n sensor link set u7 up');
move_addresses('lo', 'u7');
all_is_well('another name and MTU');
sh('ip -n sensor link set u7 address ' . OWN_MAC);
all_is_well('another MAC', OWN_MAC);
sh('ip -n sensor link add up1 type dummy && ip -n sensor link set up1 up');
move_addresses('u7', 'up1');
all_is_well('the address on another interface', OWN_MAC);
sh('ip -n sensor link del up1');
sh('ip -n sensor link set u7 down && ip -n sensor link set u7 name u0 mtu 9001 address ' . U0_MAC . ' up');
move_addresses('lo', 'u0');
sh('ip -n sensor link set zmirror0 down');
is(counted(U0_MAC, 4)->{'dev zmirror0 delivered_packets'}, 0, 'the mirror device down: nothing is delivered');
sh('ip -n sensor link set zmirror0 up');
all_is_well('the mirror device up again');

# IPv6, where the host has it.
for my $all ('all', 'u0') {
	sh("ip netns exec sensor sysctl -qw net.ipv6.conf.$all.disable_ipv6=1");
	all_is_well("IPv6 off ($all)", U0_MAC, 4);
	is(counted(U0_MAC, 6)->{'vni 4789 1 received_packets'}, 0, 'over IPv6 nothing comes then');
	sh("ip netns exec sensor sysctl -qw net.ipv6.conf.$all.disable_ipv6=0");
	move_addresses('lo', 'u0');
	all_is_well("IPv6 on again ($all)");
}
sh("ip netns exec sensor sysctl -qw net.ipv6.conf.all.disable_ipv6=1");
ctl('del vni 1');
ctl('add vni 1 dev zmirror0');
sh("ip netns exec sensor sysctl -qw net.ipv6.conf.all.disable_ipv6=0");
move_addresses('lo', 'u0');
all_is_well('IPv6 switched on after the port was taken');

done_testing;
