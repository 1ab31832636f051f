#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Settings of VNI entries: tags that tell sessions apart, snap lengths, and truncated frames repaired so that readers
# take them. Whatever is not asked for stays as it is, bit for bit.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;

use constant {
	A => '02:00:00:00:0a:0a',
	B => '02:00:00:00:0b:0b',
	HOST => '10.0.0.1',
	PEER => '198.18.9.9',
	HOST6 => 'fd00::a',
	PEER6 => '2001:db8:9::9',
};

my $client = 'ip netns exec client';
my @kept = (96, 128, 256);	# bytes that a mirror session keeps
my %front = (early => 'udp-checksum zero', socket => '');

sub hex_of { return [map { unpack 'H*', $_ } @_] }

sub entry { my ($vni) = @_; return ctl_json("show vni $vni")->[0] }

sub tagged {
	my ($frame, @vlan) = @_;
	substr $frame, 12, 0, pack '(nn)*', map { (0x8100, $_) } @vlan;
	return $frame;
}

# What comes out when these frames are sent.
sub shown {
	my ($reader, $words, @frames) = @_;
	send_mirrored("$words " . join ' ', map { 'frame ' . unpack 'H*', $_ } @frames);
	return map { $_->{bytes} } frames($reader, scalar @frames);
}

# The frames of a capture.
sub pcap {
	my ($file) = @_;
	my ($bytes, @frames) = (substr slurp($file), 24);
	while (length $bytes) {
		my $length = unpack 'x8 V', $bytes;
		push @frames, substr $bytes, 16, $length;
		substr $bytes, 0, 16 + $length, '';
	}
	return @frames;
}

# What tcpdump says of frames, a line of it for each packet and more.
sub tcpdump {
	my ($options, @frames) = @_;
	my $file = save('tcpdump.pcap', pack('VvvVVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 1) .
			join '', map { pack('VVVV', 0, 0, length, length) . $_ } @frames);
	return sh("tcpdump -n $options -r $file 2>/dev/null");
}

my $tcp = ether(B, A, 0x0800, ipv4(HOST, PEER, 6, tcp(HOST, PEER, 40000, 80, 0x18, 'x' x 1000)));
my $udp = ether(B, A, 0x0800, ipv4(HOST, PEER, 17, udp(HOST, PEER, 40000, 9, 'x' x 1001)));
my $icmp = ether(B, A, 0x0800, ipv4(HOST, PEER, 1, icmp_echo('x' x 1000)));
my $fragment = ether(B, A, 0x0800, ipv4(HOST, PEER, 17, udp(HOST, PEER, 40000, 9, 'x' x 1000), fragment => 0x2000));
my $tcp6 = ether(B, A, 0x86dd, ipv6(HOST6, PEER6, 6, tcp(HOST6, PEER6, 40000, 80, 0x18, 'x' x 1000)));
my $udp6 = ether(B, A, 0x86dd, ipv6(HOST6, PEER6, 17, udp(HOST6, PEER6, 40000, 9, 'x' x 1001)));
my $icmp6 = ether(B, A, 0x86dd, ipv6(HOST6, PEER6, 58, icmp6(HOST6, PEER6, 128, 'x' x 1000)));
my $silent = $udp;	# without a checksum
substr $silent, 40, 2, "\0\0";
my $unknown = ether(B, A, 0x0800, ipv4(HOST, PEER, 253, 'x' x 1000));
my %frame = (tcp => $tcp, udp => $udp, icmp => $icmp, fragment => $fragment, tcp6 => $tcp6, udp6 => $udp6, icmp6 => $icmp6,
	     silent => $silent, unknown => $unknown, tagged => tagged($tcp, 5));
my $arp = arp_request(A, HOST, PEER);
my $padded = ether(B, A, 0x0800, ipv4(HOST, PEER, 1, icmp_echo('')) . "\xee" x 18);

mirrored_host();
ctl('-b ' . save('setup', <<'END'));
add vni 2 dev zmirror0
add vni 5 dev zmirror0 vlan 100
add vni 10-12 dev zmirror0 vlan 4092-4094
END

# Tags.
my $reader = reader('sensor', 'zmirror0');
for my $front (sort keys %front) {
	is_deeply(hex_of(shown($reader, "vni 5 $front{$front}", $tcp, $arp, tagged($tcp, 5), tagged($tcp, 7, 5))),
		  hex_of(tagged($tcp, 100), tagged($arp, 100), tagged($tcp, 100, 5), tagged($tcp, 100, 7, 5)),
		  "$front: a tag, on top of what a frame carries");
	is_deeply(hex_of(map { shown($reader, "vni $_ $front{$front}", $tcp) } 10 .. 12),
		  hex_of(map { tagged($tcp, $_) } 4092 .. 4094), "$front: each VNI of a range has its own");
}
my $watch = capture('sensor', 'zmirror0');
shown($reader, 'vni 5', tagged($udp, 5));
wait_for(sub { -s $watch->{pcap} > 100 });
stop($watch, 'INT');
like(sh("tcpdump -e -n -r $watch->{pcap} 2>/dev/null"), qr/vlan 100, p 0, ethertype 802\.1Q[^,]*, vlan 5, p 0, ethertype IPv4/,
     'tcpdump -e shows both');
ctl('set vni 10-12 vlan 7');
is_deeply(hex_of(map { shown($reader, "vni $_", $tcp) } 10, 12), hex_of((tagged($tcp, 7)) x 2), 'one for all');
ctl('set vni 10-12 vlan none');
is_deeply(hex_of(shown($reader, 'vni 12', $tcp)), hex_of($tcp), 'none');

# Snap lengths, and what is said of a session before what is said of its entry.
ctl('set vni 2 snaplen 200');
is_deeply(hex_of(shown($reader, 'vni 2', $tcp, substr($tcp, 0, 201), substr($tcp, 0, 200), $arp)),
	  hex_of(substr($tcp, 0, 200), substr($tcp, 0, 200), substr($tcp, 0, 200), $arp), 'longer frames are cut');
ctl('add session vni 2 source 192.0.2.1 snaplen 14');
is_deeply(hex_of(shown($reader, 'vni 2', $tcp, $arp)), hex_of(substr($tcp, 0, 14), substr($arp, 0, 14)), "the session's own");
ctl('set session vni 2 source 192.0.2.1 snaplen none');
is_deeply(hex_of(shown($reader, 'vni 2', $tcp)), hex_of(substr $tcp, 0, 200), "and the entry's again");
my $two = entry(2);
is($two->{received_bytes}, 3 * length($tcp) + 401 + 2 * length($arp), 'bytes as they came');
is($two->{delivered_bytes}, 4 * 200 + 28 + length $arp, 'and as they are shown');
ctl('set vni 2 snaplen none');
is_deeply(hex_of(shown($reader, 'vni 2', $tcp)), hex_of($tcp), 'no limit');
ctl('del session vni 2 source 192.0.2.1');

# Truncated frames.
for my $front (sort keys %front) {
	my @names = sort keys %frame;
	my @whole = ((map { $frame{$_} } @names), $arp, $padded);
	for my $kept (@kept) {
		my @cut = map { substr $frame{$_}, 0, $kept } @names;
		ctl('set vni 2 repair off');
		is_deeply(hex_of(shown($reader, "vni 2 $front{$front}", @cut)), hex_of(@cut), "$front, $kept bytes: left alone");
		ctl('set vni 2 repair on');
		my $before = entry(2);
		my @repaired = shown($reader, "vni 2 $front{$front}", @cut);
		my $after = entry(2);
		is_deeply([map { length } @repaired], [($kept) x @cut], "$front, $kept bytes: none longer or shorter");
		is($after->{repaired_packets} - $before->{repaired_packets}, scalar @cut, 'all repaired');
		is($after->{truncated_packets} - $before->{truncated_packets}, scalar @cut, 'all counted as truncated');
		my %seen;
		@seen{@names} = @repaired;
		# a fragment's datagram is longer than the fragment
		my $said = tcpdump('-vv', map { $seen{$_} } grep { $_ ne 'fragment' } @names);
		unlike($said, qr/incorrect|bad|wrong|invalid|truncated|missing|\[\|/i, 'tcpdump finds nothing wrong')
			or diag($said);
		is(scalar(() = $said =~ /\(correct\)|sum ok/g), 6, 'and finds six checksums right') or diag($said);
		is(checksums($seen{$_}), 'good', "checksums of $_") for grep { !/fragment|silent|unknown|tagged/ } @names;
		is(unpack('x40 n', $seen{silent}), 0, 'no checksum stays none');
		is(unpack('x16 n', $seen{$_}), $kept - 14, "IP length of $_") for 'tcp', 'fragment', 'unknown';
		is(unpack('x38 n', $seen{udp}), $kept - 34, 'UDP length');
		# of a fragment, and of what is no TCP, UDP or ICMP, nothing but the IP header
		is(unpack('H*', substr $seen{$_}, 34), unpack('H*', substr $frame{$_}, 34, $kept - 34), "the rest of $_")
			for 'fragment', 'unknown';
	}
	my $before = entry(2);
	is_deeply(hex_of(shown($reader, "vni 2 $front{$front}", @whole)), hex_of(@whole), "$front: whole frames are not touched");
	my @beyond = map { substr $frame{$_}, 0, 25 } @names;
	is_deeply(hex_of(shown($reader, "vni 2 $front{$front}", @beyond)), hex_of(@beyond), "$front: 25 bytes are beyond repair");
	my $after = entry(2);
	is($after->{unrepairable_packets} - $before->{unrepairable_packets}, scalar @beyond, 'and counted so');
	is($after->{repaired_packets}, $before->{repaired_packets}, 'nothing was repaired');
}
ctl('set vni 2 snaplen 100');
my @own = shown($reader, 'vni 2', $tcp, $udp6);
is_deeply([map { length($_) . ' ' . checksums($_) } @own], ['100 good', '100 good'], 'what is cut here is repaired, too');
stop($reader);

# Super-packets and checksums that are left to hardware.
my $www = work_dir() . '/www';
mkdir $www;
save('www/download', random_bytes(300_000));
serve($www);
offloads('on');
ctl('add vni 1 dev zmirror0 snaplen 128 repair on');
$reader = reader('sensor', 'zmirror0');
sh("$client curl -sS http://10.0.0.2/download | cmp - $www/download");
sh("$client dig +short \@10.0.0.2 web.example.test");
mark('the-mirror-is-at');
my @mirror = frames_to_mark($reader, 'the-mirror-is-at');
stop($reader);
my %kinds;
for (@mirror) {
	my $cut = length $_->{bytes} == 128 ? 'cut ' : length $_->{bytes} < 128 ? '' : 'too long ';
	my $left = grep({ /csumnotready/ } @{ $_->{status} }) ? ' left' : '';
	$kinds{$cut . checksums($_->{bytes}) . $left}++;
}
cmp_ok($kinds{'cut good'} // 0, '>', 100, 'super-packets: frames are cut and repaired');
is_deeply([grep { !/^(?:cut good|good|none|partial left)$/ } keys %kinds], [], 'and each checksum is good, or left to hardware and marked so')
	or diag(explain(\%kinds));
my $one = entry(1);
is($one->{received_packets}, $one->{delivered_packets}, 'all are delivered');
cmp_ok($one->{received_bytes} - $one->{delivered_bytes}, '>', 250_000, 'with fewer bytes');
offloads('off');

# An intrusion detection system takes what is repaired, and nothing else.
sh('tc -n client qdisc del dev c0 clsact');
ctl('del vni 1,2,5');
my %cut = map { $_ => capture('client', 'c0', "-s $_") } @kept;
sh("$client curl -sS http://10.0.0.2/download >/dev/null");
sh("$client dig +short \@10.0.0.2 text.example.test txt");
sh("$client curl -sS -g 'http://[fd00::2]/six' >/dev/null");
mark('the-end-is-here!');
for my $kept (@kept) {
	end_capture($cut{$kept}, 'the-end-is-here!');
	ctl("add vni $kept dev zmirror0 vlan $kept");
}

my $inspected = 0;

# Suricata's last statistics and its flows, after all cut frames.
sub inspect {
	my ($suricata, $log) = suricata();
	for my $kept (@kept) {
		my $file = save("frames-$kept", join "\n", map({ unpack 'H*', $_ } pcap($cut{$kept}{pcap})), '');
		sh("ip netns exec client sh -c 'send dev m0 dmac ${\U0_MAC} src 192.0.2.1 dst 192.0.2.2 vni $kept frame - <$file'");
	}
	wait_for(sub { 0 }, 0.3);	# the last frames are short of being read
	stop($suricata, 'INT');
	my @events = map { decode_json($_) } split /\n/, slurp("$log/eve.json");
	rename $log, $log . ++$inspected or die "$log: $!\n";
	my ($stats) = map { $_->{stats} } grep { $_->{event_type} eq 'stats' } reverse @events;
	my %flows;
	$flows{"$_->{vlan}[0] $_->{proto}"}++ for grep { $_->{event_type} eq 'flow' && $_->{vlan} } @events;
	return ($stats, \%flows);
}

my ($stats) = inspect();
cmp_ok($stats->{decoder}{invalid}, '>', 100, 'Suricata discards cut frames');
ctl("set vni $_ repair on") for @kept;
($stats, my $flows) = inspect();
is($stats->{decoder}{invalid}, 0, 'none that are repaired');
is($stats->{tcp}{invalid_checksum}, 0, 'nor does a checksum keep it from following connections');
my %event = %{ $stats->{decoder}{event}{ipv4} };
is_deeply([grep { $event{$_} } sort keys %event], [], 'it has nothing to say of IP headers');
is_deeply([map { $flows->{"$_ TCP"} } @kept], [(2) x @kept], 'it finds the connections, with the tags of their VNIs')
	or diag(explain($flows));
is_deeply([map { $flows->{"$_ UDP"} } @kept], [(1) x @kept], 'and the DNS query');

done_testing;
