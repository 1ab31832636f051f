#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Mirror packets of every kind, one at a time: each is delivered bit for bit, or counted where it has to be.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;
use List::Util qw(sum0);
use Socket qw(AF_INET SOCK_DGRAM SOL_SOCKET);

use constant {
	A => '02:00:00:00:0a:0a',
	B => '02:00:00:00:0b:0b',
	IPV4 => 0x0800,
	SO_TIMESTAMP => 29,	# which Socket doesn't know
};

my ($reader, $before, $sent);

# A frame of that many bytes, 42 at least: IPv4 and UDP.
sub frame {
	my ($size, %option) = @_;
	my $data = join '', map { chr $_ % 251 } 1 .. $size - 42;
	return ether(B, A, IPV4, ipv4('10.0.0.1', '10.0.0.2', 17,
				      udp('10.0.0.1', '10.0.0.2', 1000, 2000, $data), %option));
}

# The same with tags after the addresses.
sub tagged {
	my ($tags, $size) = @_;
	my $frame = frame($size);
	substr $frame, 12, 0, pack 'H*', $tags;
	return $frame;
}

# What counters do when frames are delivered; options: session (its source), truncated (how many of them).
sub delivered {
	my ($frames, %option) = @_;
	my $bytes = sum0(map { length } @$frames);
	my $session = 'session 4789 1 ' . ($option{session} // '192.0.2.1');
	my %change = (
		(map { +"vni 4789 1 ${_}_packets" => scalar @$frames, "vni 4789 1 ${_}_bytes" => $bytes }
			'received', 'delivered'),
		'dev zmirror0 delivered_packets' => scalar @$frames,
		'dev zmirror0 delivered_bytes' => $bytes,
		"$session received_packets" => scalar @$frames,
		"$session received_bytes" => $bytes,
	);
	$change{"$_ truncated_packets"} = $option{truncated} for $option{truncated} ? ('vni 4789 1', $session) : ();
	return %change;
}

# Says that these counters changed and no others since the last time, that these frames came out of the
# mirror device and no others, and that no reader can take them for more than they are.
sub came {
	my ($what, $frames, %change) = @_;
	my $after;
	wait_for(sub {
		$after = counters();
		return join(' ', %{ changes($before, $after) }) && !grep { ($after->{$_} // 0) - ($before->{$_} // 0) < $change{$_} } keys %change;
	}, 3);
	my @got = frames($reader, scalar @$frames);
	is_deeply(changes($before, $after), \%change, "$what: counters") or diag(explain(changes($before, $after)));
	is_deeply([map { unpack 'H*', $_->{bytes} } @got], [map { unpack 'H*', $_ } @$frames],
		  "$what: " . (@$frames ? 'delivered bit for bit' : 'nothing delivered'));
	my @claims = grep { !/^(?:vlan|vlantpid|tssoftware)$/ } map { @{ $_->{status} } } @got;
	ok(!@claims, "$what: no claim about checksums") or diag("@claims") if @$frames;
	ok(!(grep { abs($_->{time} - time) > 30 } @got), "$what: timestamps") if @$frames;
	$before = $after;
}

# Sends one frame in mirror packets and says that it is delivered.
sub delivers {
	my ($what, $words, $frame, %option) = @_;
	send_mirrored("vni 1 $words frame " . unpack('H*', $frame), $option{family});
	my @frames = ($option{cut} ? substr $frame, 0, -$option{cut} : $frame);
	came($what, \@frames, delivered(\@frames, session => ($option{family} // 4) == 6 ? '2001:db8::1' : undef,
					truncated => $option{truncated}), %{ $option{more} // {} });
}

# Sends one packet and says that it is counted so, and not delivered.
sub counts {
	my ($what, $words, $family, %change) = @_;
	send_mirrored($words, $family);
	came($what, [], %change);
}

topology();
ctl('add vni 1 dev zmirror0');
$reader = reader('sensor', 'zmirror0');
send_mirrored('vni 1 frame ' . unpack('H*', frame(60)), $_) for 4, 6;
is(scalar(frames($reader, 2)), 2, 'one frame over IPv4, one over IPv6');
$before = counters();

# Length: 25 bytes is what a usual walk-through for AWS leaves of a frame, 8947 what fits into 9001.
delivers('14 bytes', '', ether(B, A, 0x88b5, ''));
delivers('25 bytes', '', substr(frame(100), 0, 25), truncated => 1);
delivers("$_ bytes", '', frame($_)) for 60, 1514, 8947;

# Tags, of which the stack takes the outermost off when it can.
delivers('802.1Q', '', tagged('81000064', 60));
delivers('802.1Q, priority and VLAN 0', '', tagged('8100e000', 60));
delivers('802.1ad', '', tagged('88a80064', 60));
delivers('QinQ', '', tagged('88a8006481000065', 60));
delivers("802.1Q, $_ bytes", '', substr(tagged('81000064', 60), 0, $_), truncated => $_ >= 18) for 14, 16, 18, 19, 20, 21;
delivers('802.1ad, 18 bytes', '', substr(tagged('88a80064', 60), 0, 18), truncated => 1);
delivers('802.3 with LLC', '', ether('01:80:c2:00:00:00', A, 38, pack 'H*', '424203' . '00' x 43));

# The VXLAN header.
delivers('reserved bits', 'flags 0xff reserved ffffffff', frame(60));
counts('flag I missing', 'vni 1 flags 0 frame-size 60', 4, 'cause no-vni-flag' => 1);
counts('only flag I missing', 'vni 1 flags 0xf7 frame-size 60', 4, 'cause no-vni-flag' => 1);
counts('13 bytes', 'vni 1 frame ' . '00' x 13, 4, 'cause short-frame' => 1);
counts('a header without a frame', 'raw frame 0800000000000100', 4, 'cause short-frame' => 1);
counts("a UDP payload of $_ bytes", 'raw frame ' . '08' x $_, 4, 'cause short-header' => 1) for 1, 4, 7;
counts('unknown VNI', 'vni 7 frame-size 60', 4, 'cause unknown-vni' => 1,
       'unknown 4789 7 192.0.2.1 received_packets' => 1, 'unknown 4789 7 192.0.2.1 received_bytes' => 60);

# The outer UDP header.
delivers('zero UDP checksum', 'udp-checksum zero', frame(60));
delivers('zero UDP checksum over IPv6', 'udp-checksum zero', frame(60), family => 6);
counts('wrong UDP checksum', 'vni 1 udp-checksum bad frame-size 60', 4, UdpInErrors => 1, UdpInCsumErrors => 1);
counts('wrong UDP checksum over IPv6', 'vni 1 udp-checksum bad frame-size 60', 6,
       Udp6InErrors => 1, Udp6InCsumErrors => 1);
counts('UDP length too long', 'vni 1 udp-checksum zero udp-length +10 frame-size 60', 4, UdpInErrors => 1);
delivers('UDP length 10 too short', 'udp-checksum zero udp-length -10', frame(100), cut => 10, truncated => 1);
delivers('UDP length 10 too short over IPv6', 'udp-checksum zero udp-length -10', frame(100), cut => 10,
	 truncated => 1, family => 6);
counts('UDP length below its header', 'vni 1 udp-checksum zero udp-length -70 frame-size 60', 4, UdpInErrors => 1);

# The outer IP header.
delivers('IPv4 options', 'options', frame(60));
delivers('IPv6 destination options', 'options', frame(60), family => 6);
counts('wrong IPv4 checksum', 'vni 1 ip-checksum bad frame-size 60', 4, IpInHdrErrors => 1);
delivers('fragments', 'fragment 1480', frame(8947), more => { IpReasmOKs => 1 });
delivers('fragments over IPv6', 'fragment 1448', frame(8947), family => 6, more => { Ip6ReasmOKs => 1 });
delivers('fragments of 8 bytes', 'fragment 8', frame(60), more => { IpReasmOKs => 1 });

# ECN and DSCP say nothing about each other, inside and outside.
my @ecn = map { frame(60, tos => 0xb8 | $_) } 0 .. 3;
for my $outer (0 .. 3) {
	send_mirrored("vni 1 tos $outer " . join ' ', map { 'frame ' . unpack 'H*', $_ } @ecn);
}
came('all pairs of ECN bits', [(@ecn) x 4], delivered([(@ecn) x 4]));

# A device that is down shows nothing, and what comes then is counted.
ctl('set dev zmirror0 down');
counts('device down', 'vni 1 frame-size 60', 4, 'cause dev-down' => 1, 'vni 4789 1 dev-down' => 1,
       'vni 4789 1 received_packets' => 1, 'vni 4789 1 received_bytes' => 60,
       'session 4789 1 192.0.2.1 received_packets' => 1, 'session 4789 1 192.0.2.1 received_bytes' => 60);
ctl('set dev zmirror0 up');
delivers('device up again', '', frame(60));

# A reader on the underlay gets the same packets, unharmed, and the same receive time.
socket(my $socket, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
setsockopt($socket, SOL_SOCKET, SO_TIMESTAMP, 1) or die "SO_TIMESTAMP: $!\n"; # has packets stamped as they come in
my $underlay = reader('sensor', 'u0', 'no-outgoing');
my @frames = (frame(60), tagged('81000064', 1000), ether(B, A, 0x88b5, ''));
send_mirrored('vni 1 ' . join ' ', map { 'frame ' . unpack 'H*', $_ } @frames);
my @outer = frames($underlay, 3);
my @inner = frames($reader, 3);
is_deeply([map { unpack 'H*', substr $_->{bytes}, 50 } @outer], [map { unpack 'H*', $_ } @frames],
	  'a reader on the underlay sees whole mirror packets');
is_deeply([map { unpack 'H*', $_->{bytes} } @inner], [map { unpack 'H*', $_ } @frames],
	  'and the mirror device their inner frames');
is_deeply([map { $_->{time} } @inner], [map { $_->{time} } @outer], 'received at the same time');

my $all = decode_json(ctl('-j -s'));
is($all->{totals}{received_packets}, $all->{totals}{delivered_packets} + sum0(map { $_->{packets} } @{ $all->{causes} }),
   'received is delivered and all causes, in total');

done_testing;
