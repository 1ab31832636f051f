#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Plain mirror packets are taken before the IP stack sees them, all others come by the socket; whichever way, each
# is delivered once. What is not for this host is nobody's. 'set port' moves everything to the socket, and the host's
# packet filter then sees it.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

my $port;	# what 'show port' said last

# By which front packets came since it was asked last: [early, socket].
sub came {
	my $before = $port;
	$port = ctl_json('show port 4789')->[0];
	return [map { $port->{$_} - ($before ? $before->{$_} : 0) } 'early_packets', 'socket_packets'];
}

sub delivered { return ctl_json('show vni 1')->[0]{delivered_packets} }

# Sends mirror packets; says by which front they have to come, and that they are delivered.
sub by {
	my ($front, $name, $words, $family, $count) = @_;
	my $before = delivered();
	$count //= 1;
	came();
	$words .= ' frame-size 100' unless $words =~ /frame-size/;
	send_mirrored("vni 1 $words", $family);
	is_deeply(came(), $front eq 'early' ? [$count, 0] : $front eq 'socket' ? [0, $count] : [0, 0], "$name: $front");
	is(delivered() - $before, $front eq 'nobody' ? 0 : $count, "$name: delivered or not");
}

use constant PLAIN => 'udp-checksum zero';

topology();
ctl('add vni 1 dev zmirror0');
is(ctl_json('show port 4789')->[0]{front}, 'auto', 'plain packets are taken early, unless told otherwise');

# What is plain, and what is not.
for my $family (4, 6) {
	by('early', "IPv$family", PLAIN, $family);
	by('early', "IPv$family, 1,000 packets", PLAIN . ' count 1000', $family, 1000);
	by('early', "IPv$family, a jumbo frame", PLAIN . ' frame-size 8900', $family);
	by('early', "IPv$family, a short frame, filled up", PLAIN . ' frame-size 14', $family);
	by('socket', "IPv$family, a checksum to verify", '', $family);
	by('nobody', "IPv$family, a wrong checksum", 'udp-checksum bad', $family);
	by('socket', "IPv$family, fragments", PLAIN . ' frame-size 1400 fragment 512', $family);
	by('socket', "IPv$family, options", PLAIN . ' options', $family);
	by('nobody', "IPv$family, UDP says more than there is", PLAIN . ' udp-length +8', $family);
	by('socket', "IPv$family, UDP says less than there is", PLAIN . ' frame-size 200 udp-length -8', $family);
}
by('nobody', 'IPv4, wrong header checksum', PLAIN . ' ip-checksum bad');

# Whose it is: neither another host's on the same wire, nor one's to whom this host would forward.
my $taken = delivered();
my $send = 'ip netns exec client send dev m0 vni 1 frame-size 100 ' . PLAIN;
sh('ip netns exec sensor sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1');
sh("$send dmac 02:00:00:00:00:99 src 192.0.2.1 dst 192.0.2.2");
sh("$send dmac ${\U0_MAC} src 192.0.2.1 dst 198.51.100.7");
sh("$send dmac ${\U0_MAC} src 2001:db8::1 dst 2001:db8:7::7");
is_deeply(came(), [0, 0], 'packets for others come to no front');
is(delivered(), $taken, 'and are not delivered');
sh('ip netns exec sensor sysctl -qw net.ipv4.ip_forward=0 net.ipv6.conf.all.forwarding=0');

# Addresses come and go.
for my $address ('192.0.2.77', '2001:db8::77') {
	my ($source, $bits) = $address =~ /:/ ? ('2001:db8::1', '128 nodad') : ('192.0.2.1', 32);
	my $sent = 0;
	came();
	sh("ip -n sensor address add $address/$bits dev lo");
	ok(wait_for(sub {
		sh("$send dmac ${\U0_MAC} src $source dst $address");
		$sent++;
		return $port->{early_packets} < ctl_json('show port 4789')->[0]{early_packets};
	}), "$address, new: taken early soon");
	my ($early, $socket) = @{ came() };
	is($early + $socket, $sent, 'and by the socket before');
	sh('ip -n sensor address del ' . "$address/" . (split ' ', $bits)[0] . ' dev lo');
	sh("$send dmac ${\U0_MAC} src $source dst $address");
	is_deeply(came(), [0, 0], "$address, gone: not taken at once");
	# one that two interfaces have stays when one of them loses it
	sh("ip -n sensor address add $address/$bits dev $_") for 'lo', 'u0';
	sh('ip -n sensor address del ' . "$address/" . (split ' ', $bits)[0] . ' dev lo');
	ok(wait_for(sub {
		sh("$send dmac ${\U0_MAC} src $source dst $address");
		return $port->{early_packets} < ctl_json('show port 4789')->[0]{early_packets};
	}), "$address, still on another interface: taken early");
	sh('ip -n sensor address del ' . "$address/" . (split ' ', $bits)[0] . ' dev u0');
}

# Interfaces that come later, a VLAN, and what is on top of another.
sh('ip -n client link add link m0 name m0.5 type vlan id 5 && ip -n client link set m0.5 up');
sh('ip -n sensor link add link u0 name u0.5 type vlan id 5 && ip -n sensor link set u0.5 up');
came();
$taken = delivered();
sh("ip netns exec client send dev m0 vlan 5 vni 1 frame-size 100 ${\PLAIN} dmac ${\U0_MAC} src 192.0.2.1 dst 192.0.2.2");
is_deeply(came(), [1, 0], 'on a VLAN that was made later: early');
is(delivered() - $taken, 1, 'and delivered once');
sh('ip -n sensor link del u0.5 && ip -n client link del m0.5');

# An operator's own filters.
sh('ip netns exec sensor nft -f ' . save('ingress.nft', <<'END'));
table netdev filter {
	chain ingress {
		type filter hook ingress device "u0" priority 0;
		udp dport 4789 ip saddr 192.0.2.1 drop
	}
}
END
by('nobody', 'dropped by a netdev chain', PLAIN);
sh('ip netns exec sensor nft delete table netdev filter');
sh('ip netns exec sensor nft -f ' . save('input.nft', <<'END'));
table inet filter {
	chain input {
		type filter hook input priority 0;
		udp dport 4789 drop
	}
}
END
by('early', 'a rule for input does not see it', PLAIN);
my $monitor = start('vxmirrorctl -n sensor -j monitor port');
ok(wait_for(sub {
	ctl("set port 4789 front $_") for 'socket', 'auto';
	return output($monitor) =~ /"front":"socket".*"front":"auto"/s;
}), 'a change is told to those who listen') or diag(output($monitor), errors($monitor));
ctl('set port 4789 front socket');
by('nobody', 'front socket: the rule drops it', PLAIN);
sh('ip netns exec sensor nft delete table inet filter');
by('socket', 'front socket, without the rule', PLAIN, $_) for 4, 6;
ctl('set port 4789 front auto');
by('early', 'front auto again', PLAIN, $_) for 4, 6;
stop($monitor);

# Ports of their own; what they are told goes with their last entry.
ctl('add vni 7 dev zmirror0 port 4790');
ctl('set port 4790 front socket');
sh("$send dmac ${\U0_MAC} dport 4790 src 192.0.2.1 dst 192.0.2.2");
is_deeply([map { [@$_{qw(port front)}] } @{ ctl_json('show port') }], [[4789, 'auto'], [4790, 'socket']], 'each port has its own');
ctl('del vni 7 port 4790');
ctl('add vni 7 dev zmirror0 port 4790');
is(ctl_json('show port 4790')->[0]{front}, 'auto', 'a port begins anew with its first entry');
for my $words ('set port 4791 front auto', 'show port 4791') {
	my ($code, undef, $err) = attempt("vxmirrorctl -n sensor $words");
	is($code, 1, "$words is refused");
	like($err, qr/4791.*no VNI entry/, 'with a reason');
}

done_testing;
