#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Readers on many cores: whatever the front, both directions of a connection, and both copies of a packet that two
# sources mirror, come to the same one, and each gets its share. Packet steering spreads the work, and loses nothing.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;
use List::Util qw(max min sum0);

# There everything takes five times as long; how even the shares are does not depend on the kernel.
use constant DEBUG => ($ENV{VXM_KERNEL} // '') =~ /san$/;
use constant {
	A => '02:00:00:00:0a:0a',
	B => '02:00:00:00:0b:0b',
	FLOWS => DEBUG ? 200 : 2000,	# chance has one of four members 20 % off the mean once in a million runs
	FRAGMENTED => 64,
	SOURCES => 2,
	MEMBERS => 4,
	SHARE => 0.2,		# so far off the mean may one be
	AT_A_TIME => 800,	# packets: fewer than a CPU's backlog has room for
};

# Opens MEMBERS packet sockets in the sensor's namespace that share zmirror0's frames in that manner. Says how many
# frames have come, and when it ends, for each which members got it.
sub members {
	my ($manner) = @_;
	my $process = start('ip netns exec sensor perl ' . save('fanout.pl', <<'END') . " $manner " . MEMBERS);
use strict;
use warnings;
use constant { AF_PACKET => 17, SOCK_RAW => 3, SOL_PACKET => 263, PACKET_FANOUT => 18, ETH_P_ALL => 3,
	       SOL_SOCKET => 1, SO_RCVBUFFORCE => 33, MSG_DONTWAIT => 64 };
my ($manner, $members) = @ARGV;
my $type = { hash => 0, qm => 5 }->{$manner};
open my $f, '<', '/sys/class/net/zmirror0/ifindex' or die "zmirror0: $!\n";
my $address = pack 'S n i S C C a8', AF_PACKET, ETH_P_ALL, <$f> + 0, 0, 0, 0, '';
my ($all, @sockets) = '';
for my $member (0 .. $members - 1) {
	socket($sockets[$member], AF_PACKET, SOCK_RAW, 0) or die "socket: $!\n";
	setsockopt $sockets[$member], SOL_SOCKET, SO_RCVBUFFORCE, 1 << 22 or die "buffer: $!\n";
	bind $sockets[$member], $address or die "bind: $!\n";
	setsockopt $sockets[$member], SOL_PACKET, PACKET_FANOUT, pack 'L', 77 | $type << 16 or die "fanout: $!\n";
	vec($all, fileno $sockets[$member], 1) = 1;
}
$| = 1;
my (%got, $ended);
$SIG{TERM} = sub { $ended = 1 };
my $count = 0;
print "0 frames\n";
until ($ended) {
	select my $now = $all, undef, undef, undef;
	for my $member (0 .. $#sockets) {
		while (defined recv $sockets[$member], my $frame, 2000, MSG_DONTWAIT) {
			push @{ $got{$frame} }, $member;
			$count++;
		}
	}
	print "$count frames\n";
}
print unpack('H*', $_), " @{ $got{$_} }\n" for keys %got;
END
	wait_for(sub { output($process) =~ /^0 frames/ }) or die errors($process);
	return $process;
}

# The frames of a flow, both directions, each with the flow's number as its data.
sub flow {
	my ($number) = @_;
	my $port = 1000 + $number;
	my $data = pack 'N', $number;
	my ($type, $ip, @ends) = $number % 2 ?
		(0x0800, \&ipv4, '10.0.0.1', sprintf '10.1.%d.%d', $number >> 8, $number & 255) :
		(0x86dd, \&ipv6, 'fd00::1', sprintf 'fd00::1:%x', $number);
	my ($protocol, $segment) = $number % 4 < 2 ?
		(6, sub { my ($from, $to, @ports) = @_; return tcp($from, $to, @ports, 16, $data) }) :
		(17, sub { return udp(@_, $data) });
	my ($a, $b) = @ends;
	return (ether(B, A, $type, $ip->($a, $b, $protocol, $segment->($a, $b, $port, 53))),
		ether(A, B, $type, $ip->($b, $a, $protocol, $segment->($b, $a, 53, $port))));
}

# The same of one in fragments: they have no ports, the first one neither.
sub fragmented {
	my ($number) = @_;
	my ($a, $b) = ('10.0.0.1', "10.2.0.$number");
	my $data = pack 'N', $number;
	return (
		ether(B, A, 0x0800, ipv4($a, $b, 17, pack('nnnn', 1000, 53, 100, 0) . $data, fragment => 0x2000)),
		ether(B, A, 0x0800, ipv4($a, $b, 17, "\1" x 8 . $data, fragment => 2)),
		ether(A, B, 0x0800, ipv4($b, $a, 17, pack('nnnn', 53, 1000, 100, 0) . $data, fragment => 0x2000)),
	);
}

my @flows = map { [map { unpack 'H*', $_ } @$_] }
	(map { [flow($_)] } 1 .. FLOWS), (map { [fragmented($_)] } 1 .. FRAGMENTED);
my @frames = map { @$_ } @flows;

# Mirrors all frames, from each source; returns which members got them: {frame}[member].
sub share {
	my ($manner) = @_;
	my $members = members($manner);
	my @left = @frames;
	my $expected = 0;
	while (my @some = splice @left, 0, AT_A_TIME / SOURCES) {
		send_mirrored("vni 1 src 192.0.2.11 udp-checksum zero sources ${\SOURCES} count ${\SOURCES} " .
			      join ' ', map { "frame $_" } @some);
		$expected += SOURCES * @some;
		wait_for(sub { output($members) =~ /^$expected frames/m }) or last;
	}
	stop($members);
	my %got = map { /^([0-9a-f]+) ([\d ]+)$/ ? ($1 => [split / /, $2]) : () } split /\n/, output($members);
	return { map { $_ => $got{$_} // [] } @frames };
}

# What has to hold whatever the manner and the front, with steering and without.
sub shared_well {
	my ($name, $manner) = @_;
	my $got = share($manner);
	my @wrong = grep { @{ $got->{$_} } != SOURCES } @frames;
	is(scalar @wrong, 0, "$name: each frame came, as often as it was mirrored");
	my @torn = grep { my %to = map { $_ => 1 } map { @{ $got->{$_} } } @$_; keys %to != 1 } @flows;
	is(scalar @torn, 0, "$name: no flow was torn apart");
	return if DEBUG;
	my %load;
	$load{$_}++ for map { @{ $got->{$_} } } map { @$_ } @flows[0 .. FLOWS - 1];
	my @load = map { $load{$_} // 0 } 0 .. MEMBERS - 1;
	my $mean = sum0(@load) / MEMBERS;
	ok(max(@load) <= $mean * (1 + SHARE) && min(@load) >= $mean * (1 - SHARE), "$name: each has its share")
		or diag("@load");
	note("$name: @load");
}

# What the second CPU has handled, and what all have lost.
sub handled {
	my @cpus = map { [map { hex } (split)[0, 1]] } split /\n/, slurp('/proc/net/softnet_stat');
	return ($cpus[1][0], sum0(map { $_->[1] } @cpus));
}

# By which front packets have come.
sub came { my $port = ctl_json('show port 4789')->[0]; return @{$port}{'early_packets', 'socket_packets'} }

sub more { my ($then, @now) = @_; return map { $now[$_] - $then->[$_] } 0 .. $#now }

sub steer {
	my ($cpus) = @_;
	sh("ip netns exec sensor sh -c 'for q in /sys/class/net/zmirror0/queues/rx-*; do echo $cpus >\$q/rps_cpus; done'");
}

topology();
ctl('add vni 1 dev zmirror0');
my $all = SOURCES * @frames;
for my $front ('auto', 'socket') {
	ctl("set port 4789 front $front");
	my @came = came();
	my @handled = handled();
	shared_well("front $front, fanout by $_", $_) for 'qm', 'hash';
	# the cable's end handles its packets on the first CPU, and the frames stay there
	my ($second, $lost) = more(\@handled, handled());
	cmp_ok($second, '<', $all / 100, "front $front: one CPU has all the work");

	steer(3);
	@handled = handled();
	shared_well("front $front, steered", 'qm');
	($second, $lost) = more(\@handled, handled());
	my $share = DEBUG ? 0.5 : SHARE;
	ok($second >= $all * (1 - $share) / 2 && $second <= $all * (1 + $share) / 2,
	   "front $front, steered: two CPUs share it") or diag("$second of $all");
	is($lost, 0, "front $front, steered: nothing is lost");
	steer(0);
	is_deeply([more(\@came, came())], $front eq 'auto' ? [3 * $all, 0] : [0, 3 * $all], "all came by front $front");
}

done_testing;
