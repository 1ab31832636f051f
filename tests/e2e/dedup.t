#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Both ends of connections are mirrored, and a router between them loses packets: what the mirror device shows is
# what was sent, each packet once, and each retransmission too. Senders say what was sent.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use List::Util qw(sum0);

use constant SIZE => 8_000_000;

#    client ---------------- router ---------------- server
#    c0 10.0.1.1 fd00:1::1   r0 r1, 1 % lost         s0 10.0.0.2 fd00::2
#     | vx0, VNI 1                                    | vx1, VNI 2
#    m0 192.0.2.1 ---------- sensor: u0 u1 --------- n0 192.0.3.1
sub both_ends {
	topology();
	netns('router', 'server');
	E2E::cable(1500,
		{ ns => 'client', dev => 'c0', mac => '02:00:00:00:01:01', ipv4 => '10.0.1.1/24', ipv6 => 'fd00:1::1/64' },
		{ ns => 'router', dev => 'r0', mac => '02:00:00:00:01:03', ipv4 => '10.0.1.3/24', ipv6 => 'fd00:1::3/64' });
	E2E::cable(1500,
		{ ns => 'router', dev => 'r1', mac => '02:00:00:00:01:04', ipv4 => '10.0.0.3/24', ipv6 => 'fd00::3/64' },
		{ ns => 'server', dev => 's0', mac => '02:00:00:00:01:02', ipv4 => '10.0.0.2/24', ipv6 => 'fd00::2/64' });
	E2E::cable(9001,
		{ ns => 'server', dev => 'n0', mac => '02:00:00:00:00:03', ipv4 => '192.0.3.1/24', ipv6 => '2001:db8:3::1/64' },
		{ ns => 'sensor', dev => 'u1', mac => '02:00:00:00:00:04', ipv4 => '192.0.3.2/24', ipv6 => '2001:db8:3::2/64' });
	sh(<<'END_OF_SHELL');
set -e
ip netns exec router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
# a router asks for its neighbours from there
ip -n router address add fe80::1/64 dev r0 nodad
ip -n router address add fe80::2/64 dev r1 nodad
ip -n client route add default via 10.0.1.3
ip -n client -6 route add default via fd00:1::3
ip -n server route add default via 10.0.0.3
ip -n server -6 route add default via fd00::3
mirror() {
	ip -n $1 link add $3 type vxlan id $4 local $5 remote $6 dstport 4789 dev $7 nolearning
	ip netns exec $1 sysctl -qw net.ipv6.conf.$3.disable_ipv6=1
	ip -n $1 link set $3 up
	tc -n $1 qdisc add dev $2 clsact
	tc -n $1 filter add dev $2 ingress matchall action mirred egress mirror dev $3
	tc -n $1 filter add dev $2 egress matchall action mirred egress mirror dev $3
}
mirror client c0 vx0 1 192.0.2.1 192.0.2.2 m0
mirror server s0 vx1 2 192.0.3.1 192.0.3.2 n0
# the copies of one packet are handled on two CPUs
ip netns exec sensor sh -c 'echo 2 >/sys/class/net/u1/queues/rx-0/rps_cpus'
for link in 'client c0' 'client vx0' 'router r0' 'router r1' 'server s0' 'server vx1'; do
	set -- $link
	ip netns exec $1 ethtool -K $2 tx off rx off tso off gso off gro off >/dev/null
done
# retransmissions of one segment over IPv6 are then the same bytes
for ns in client server; do
	ip netns exec $ns sysctl -qw net.ipv4.tcp_timestamps=0 net.ipv6.auto_flowlabels=0
done
END_OF_SHELL
}

sub lossy {
	my ($verb) = @_;
	sh("tc -n router qdisc $verb dev $_ root netem" . ($verb eq 'add' ? ' delay 2ms loss 1% limit 10000' : '')) for 'r0', 'r1';
}

# How often each TCP packet is in a capture, as it was before its TTL changed on the way.
sub packets {
	my ($pcap) = @_;
	my $data = slurp($pcap->{pcap});
	my %count;
	for (my $at = 24; $at < length $data;) {
		my ($have) = unpack 'x8V', substr($data, $at, 16);
		my ($type, $ip) = unpack 'x12 n a*', substr($data, $at + 16, $have);
		$at += 16 + $have;
		if ($type == 0x0800 && substr($ip, 9, 1) eq "\x06") {
			substr($ip, 8, 1) = "\0";
			substr($ip, 10, 2) = "\0\0";
		} elsif ($type == 0x86dd && substr($ip, 6, 1) eq "\x06") {
			substr($ip, 7, 1) = "\0";
		} else {
			next;
		}
		$count{$ip}++;
	}
	return \%count;
}

# By how much the counts of the one are above those of the other.
sub beyond {
	my ($one, $other) = @_;
	return sum0(map { my $more = $one->{$_} - ($other->{$_} // 0); $more > 0 ? $more : 0 } keys %$one);
}

# Packets that each CPU took off its queue.
sub by_cpu { return map { hex((split)[0]) } split /\n/, slurp('/proc/net/softnet_stat') }

sub download {
	my ($name, $url) = @_;
	my @captures = (capture('client', 'c0', '-Q out tcp or icmp'), capture('server', 's0', '-Q out tcp or icmp'),
			capture('sensor', 'zmirror0', 'tcp or icmp'));
	my $before = counters();
	my @cpus = by_cpu();
	lossy('add');
	sh("ip netns exec client curl -sS -g -o " . work_dir() . "/got '$url'");
	lossy('del');
	is(-s work_dir() . '/got', SIZE, "$name: the download is whole");
	my $change = changes($before, counters());
	my @after = by_cpu();
	my $text = sprintf '%-16s', "end of $name";
	mark($text) for 1, 2;
	is(sum0(map { end_capture($_, $text) } @captures), 0, "$name: no capture missed a packet");

	my %sent;
	for my $one (map { packets($_) } @captures[0, 1]) {
		$sent{$_} += $one->{$_} for keys %$one;
	}
	my $shown = packets($captures[2]);
	my $sent = sum0(values %sent);
	my ($missed, $wrong) = (beyond($shown, \%sent), beyond(\%sent, $shown));
	my $again = sum0(map { $_ - 1 } values %sent);
	my $received = sum0(map { $change->{"vni 4789 $_ received_packets"} } 1, 2);
	my $duplicates = sum0(map { $change->{"vni 4789 $_ duplicate"} // 0 } 1, 2);
	diag("$name: $sent packets sent, $again of them the same bytes as another, $received copies received, " .
	     "$missed delivered twice, $wrong not at all");
	cmp_ok($sent, '>', SIZE / 1500, "$name: that many packets");
	is($wrong, 0, "$name: all that was sent is shown");
	cmp_ok($missed, '<=', $sent / 10_000, "$name: and nothing twice");
	cmp_ok($duplicates, '>', $sent / 2, "$name: most came twice");
	cmp_ok($received, '<', 2 * $sent, "$name: some were lost on the way");
	is(scalar(grep { $after[$_] > $cpus[$_] + $sent / 4 } 0 .. $#cpus), 2, "$name: two CPUs had copies");
	return $again;
}

both_ends();
mkdir work_dir() . '/www';
save('www/download', random_bytes(SIZE));
serve(work_dir() . '/www');
ctl('add vni 1,2 dev zmirror0 dedup pair');
is(ctl_json('show dedup')->[0]{window_ms}, 500, 'copies may be half a second apart');
# An emulated CPU may stand still for longer than that, between the copies of a packet.
ctl('set dedup pair window 3000');

download('IPv4', 'http://10.0.0.2/download');
cmp_ok(download('IPv6', 'http://[fd00::2]/download'), '>', 0, 'IPv6: some were the same bytes, sent again');

my ($group) = @{ ctl_json('show dedup') };
cmp_ok($group->{memory}, '<', 4 << 20, 'the memory of a group is bounded');
cmp_ok($group->{evicted_packets}, '<', 100, 'few packets had to make room for others');
delete @$group{qw(memory evicted_packets)};
is_deeply($group, { dedup => 'pair', window_ms => 3000, users => 2 }, 'and shown, with all else');
is_deeply([map { $_->{dedup} } @{ ctl_json('show vni') }], ['pair', 'pair'], 'each entry says its group');

# The group's life.
ctl('set dedup pair window 1000');
is(ctl_json('show dedup pair')->[0]{window_ms}, 1000, 'the window is changed in place');
my ($code, undef, $err) = attempt('vxmirrorctl -n sensor set dedup other window 100');
is("$code $err", "1 vxmirrorctl: set dedup other: no VNI entry is in a dedup group of this name\n", 'a group not in use is refused');
($code) = attempt('vxmirrorctl -n sensor set dedup pair window 9');
is($code, 1, 'a window too short is refused');
ctl('set vni 2 dedup none');
is(ctl_json('show dedup')->[0]{users}, 1, 'an entry leaves its group');
ctl('set vni 1 dedup other');
is_deeply([map { "$_->{dedup} $_->{window_ms}" } @{ ctl_json('show dedup') }], ['other 500'], 'the last one takes it along, and makes another');
attempt('vxmirrorctl -n sensor add vni 1 dev zmirror0 dedup third');
is_deeply([map { $_->{dedup} } @{ ctl_json('show dedup') }], ['other'], 'an entry that is refused makes no group');
ctl('del vni 1');
is_deeply(ctl_json('show dedup'), [], 'gone with its last entry');

done_testing;
