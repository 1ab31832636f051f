#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# On virtual links, mirrored frames can come merged, and with checksums left to hardware that never saw
# them: the mirror device shows what a wire would have carried.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;

use constant DOWNLOAD => 1_000_000;

my $client = 'ip netns exec client';
my $www = work_dir() . '/www';

# The bytes that a connection carried from a port, put together by sequence number.
sub stream {
	my ($port, @frames) = @_;
	my ($start, $stream) = (undef, '');
	for (@frames) {
		my ($type, $len, $total, $protocol) = unpack 'x12 n C x n x5 C', $_->{bytes};
		next if $type != 0x0800 || $protocol != 6;
		my $tcp = substr $_->{bytes}, 14 + ($len & 15) * 4, $total - ($len & 15) * 4;
		my ($from, $sequence, $header, $flags) = unpack 'n x2 N x4 C C', $tcp;
		next if $from != $port;
		$start = $sequence + 1 if $flags & 2;
		my $data = substr $tcp, ($header >> 4) * 4;
		next if $data eq '';
		my $at = ($sequence - $start) % 2 ** 32;
		if ($at > length $stream) {
			diag("there is nothing from byte ", length $stream, " to $at");
			last;
		}
		substr $stream, $at, length $data, $data;
	}
	return $stream;
}

# How many frames there are of each kind: "good", "partial" and so on, with the mark that readers get.
sub kinds {
	my %kinds;
	for (@_) {
		my $mark = join ',', grep { /csum|gso/ } @{ $_->{status} };
		$kinds{checksums($_->{bytes}) . ($mark ? " $mark" : '')}++;
	}
	return \%kinds;
}

mirrored_host();
mkdir $www;
save('www/download', random_bytes(DOWNLOAD));
serve($www);
ctl('add vni 1 dev zmirror0');

# Super-packets, sent and received.
offloads('on');
my $host = reader('client', 'c0');
my $mirror = reader('sensor', 'zmirror0');
sh("$client curl -sS http://10.0.0.2/download | cmp - $www/download");
mark('the-mirror-is-at');
my @host = frames_to_mark($host, 'the-mirror-is-at');
my @mirror = frames_to_mark($mirror, 'the-mirror-is-at');
cmp_ok(scalar(grep { $_->{len} > 1514 } @host), '>', 10, 'the host had super-packets');
is(scalar(grep { $_->{len} > 1514 } @mirror), 0, 'the mirror device has none');
my $stream = stream(80, @mirror);
$stream =~ s/^.*?\r\n\r\n//s;
ok($stream eq slurp("$www/download"), 'what was downloaded is all there');
is_deeply([grep { !/^(?:good|none|partial csumnotready)$/ } keys %{ kinds(@mirror) }], [],
	  'each checksum is good, or left to hardware and marked so') or diag(explain(kinds(@mirror)));
ok(kinds(@mirror)->{good}, 'some are good');
my $vni = ctl_json('show vni')->[0];
is($vni->{received_packets}, $vni->{delivered_packets}, 'all that was received was delivered');
is($vni->{delivered_packets}, scalar @mirror, 'and is what the reader saw');
stop($_) for $host, $mirror;

# The same whether the outer checksum is there or not, for a frame with its own checksum left to hardware, and
# for one that is whole inside a packet with the outer one left to hardware.
sh('tc -n client qdisc del dev c0 clsact');
for my $outer ('udpcsum', 'noudpcsum') {
	sh(<<"END");
ip -n client link del vx0
ip -n client link add vx0 type vxlan id 1 local 192.0.2.1 remote 192.0.2.2 dstport 4789 dev m0 nolearning $outer
ip netns exec client sysctl -qw net.ipv6.conf.vx0.disable_ipv6=1
ip -n client link set vx0 up
ip -n client address add 10.9.0.1/24 dev vx0
ip -n client neighbour add 10.9.0.2 lladdr 02:00:00:00:09:02 dev vx0
END
	for my $inner ('off', 'on') {
		sh("$client ethtool -K vx0 tx $inner >/dev/null");
		my $reader = reader('sensor', 'zmirror0');
		sh("$client perl -MIO::Socket::INET -e '" .
		   'IO::Socket::INET->new(Proto => "udp", PeerAddr => "10.9.0.2:9")->send("hello") or die' . "'");
		is_deeply(kinds(frames($reader, 1)), { $inner eq 'on' ? 'partial csumnotready' : 'good' => 1 },
			  "$outer, inner checksum " . ($inner eq 'on' ? 'left to hardware' : 'whole'));
		stop($reader);
	}
}

# What the sensor's interface merged on the way in.
my @merge = grep { sh('ip netns exec sensor ethtool -k u0') =~ /^$_: (?:on|off)$/m } 'rx-gro-list', 'rx-udp-gro-forwarding';
for my $merge ('generic-receive-offload', @merge) {
	sh("ip netns exec sensor ethtool -K u0 $merge on >/dev/null");
	my $reader = reader('sensor', 'zmirror0');
	my @hex = map { unpack 'H*', ether('02:00:00:00:0b:0b', '02:00:00:00:0a:0a', 0x88b5, pack 'N100', $_) } 1 .. 50;
	send_mirrored('vni 1 count 10 ' . join ' ', map { "frame $_" } @hex);
	is_deeply([map { unpack 'H*', $_->{bytes} } frames($reader, 500)], [(@hex) x 10],
		  "$merge on: 500 frames come out as they went in");
	stop($reader);
}

done_testing;
