#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Readers on many cores: both directions of a connection come to the same one.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;

use constant {
	A => '02:00:00:00:0a:0a',
	B => '02:00:00:00:0b:0b',
	FLOWS => 64,
	MEMBERS => 8,
};

# Opens MEMBERS packet sockets in the sensor's namespace that share zmirror0's frames in that manner, and
# prints for each frame the member that got it and the frame's bytes.
sub members {
	my ($manner) = @_;
	my $process = start('ip netns exec sensor perl ' . save('fanout.pl', <<'END') . " $manner " . MEMBERS);
use strict;
use warnings;
use constant { AF_PACKET => 17, SOCK_RAW => 3, SOL_PACKET => 263, PACKET_FANOUT => 18, ETH_P_ALL => 3 };
my ($manner, $members) = @ARGV;
my $type = { hash => 0, qm => 5 }->{$manner};
open my $f, '<', '/sys/class/net/zmirror0/ifindex' or die "zmirror0: $!\n";
my $address = pack 'S n i S C C a8', AF_PACKET, ETH_P_ALL, <$f> + 0, 0, 0, 0, '';
my ($all, @sockets) = '';
for my $member (0 .. $members - 1) {
	socket($sockets[$member], AF_PACKET, SOCK_RAW, 0) or die "socket: $!\n";
	bind $sockets[$member], $address or die "bind: $!\n";
	setsockopt $sockets[$member], SOL_PACKET, PACKET_FANOUT, pack 'L', 77 | $type << 16 or die "fanout: $!\n";
	vec($all, fileno $sockets[$member], 1) = 1;
}
$| = 1;
print "ready\n";
while (select my $now = $all, undef, undef, undef) {
	for my $member (0 .. $#sockets) {
		next unless vec $now, fileno $sockets[$member], 1;
		recv $sockets[$member], my $frame, 2000, 0;
		print "$member ", unpack('H*', $frame), "\n";
	}
}
END
	wait_for(sub { output($process) =~ /^ready/ }) or die errors($process);
	return $process;
}

# The frames of a flow, both directions, each with the flow's number as its data.
sub flow {
	my ($number) = @_;
	my ($a, $b, $port) = ('10.0.0.1', "10.0.1.$number", 1000 + $number);
	my ($a6, $b6) = ('fd00::1', "fd00::1:$number");
	my $data = pack 'N', $number;
	return (
		ether(B, A, 0x0800, ipv4($a, $b, 6, tcp($a, $b, $port, 443, 16, $data))),
		ether(A, B, 0x0800, ipv4($b, $a, 6, tcp($b, $a, 443, $port, 16, $data))),
	) if $number % 3 == 0;
	return (
		ether(B, A, 0x86dd, ipv6($a6, $b6, 17, udp($a6, $b6, $port, 53, $data))),
		ether(A, B, 0x86dd, ipv6($b6, $a6, 17, udp($b6, $a6, 53, $port, $data))),
	) if $number % 3 == 1;
	# fragments have no ports, the first one neither
	return (
		ether(B, A, 0x0800, ipv4($a, $b, 17, pack('nnnn', $port, 53, 100, 0) . $data, fragment => 0x2000)),
		ether(B, A, 0x0800, ipv4($a, $b, 17, "\1" x 8 . $data, fragment => 2)),
		ether(A, B, 0x0800, ipv4($b, $a, 17, pack('nnnn', 53, $port, 100, 0) . $data, fragment => 0x2000)),
	);
}

topology();
ctl('add vni 1 dev zmirror0');
my @frames = map { [flow($_)] } 1 .. FLOWS;
my @hex = map { unpack 'H*', $_ } map { @$_ } @frames;
for my $manner ('qm', 'hash') {
	my $members = members($manner);
	send_mirrored('vni 1 ' . join ' ', map { "frame $_" } @hex);
	wait_for(sub { (() = output($members) =~ /\n/g) > @hex });
	my %member = map { reverse split / / } grep { / / } split /\n/, output($members);
	stop($members);
	is(scalar(keys %member), scalar @hex, "fanout by $manner: all frames came to a member");
	my @parted = grep { my %to = map { ($member{unpack 'H*', $_} // 'none') => 1 } @{ $frames[$_] }; keys %to > 1 } 0 .. $#frames;
	is_deeply(\@parted, [], "fanout by $manner: no flow was torn apart");
	my %used = map { $_ => 1 } values %member;
	cmp_ok(scalar(keys %used), '>=', MEMBERS / 2, "fanout by $manner: the flows were spread");
}

# Packet steering on the mirror device hands frames to other CPUs, and loses none.
sh("ip netns exec sensor sh -c 'for q in /sys/class/net/zmirror0/queues/rx-*; do echo 3 >\$q/rps_cpus; done'");
my $reader = reader('sensor', 'zmirror0');
send_mirrored('vni 1 count 5 ' . join ' ', map { "frame $_" } @hex);
is_deeply([sort map { unpack 'H*', $_->{bytes} } frames($reader, 5 * @hex)], [sort((@hex) x 5)],
	  'receive packet steering: all frames are shown');

done_testing;
