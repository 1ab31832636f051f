#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What a mirrored host's interface shows and what the mirror device shows is the same, frame by frame.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

use constant {
	START => 'mirror-starts-at',
	END_ => 'the-mirror-is-at',
};

my $client = 'ip netns exec client';
my $www = work_dir() . '/www';

# Captures on the host and on the mirror device what CODE sends, and compares.
sub compare {
	my ($what, $code) = @_;
	my @capture = (capture('client', 'c0'), capture('sensor', 'zmirror0'));
	mark(START);
	$code->();
	mark(END_);
	is(end_capture($capture[0], END_), 0, "$what: tcpdump missed nothing on c0");
	is(end_capture($capture[1], END_), 0, "$what: tcpdump missed nothing on zmirror0");
	my ($differ, $out, $err) = attempt('compare-pcap --between ' . START . ' ' . END_ .
					   " $capture[0]{pcap} $capture[1]{pcap}");
	ok(!$differ, "$what: the same frames, each flow in order");
	diag($out, $err) if $differ;
	note($out) unless $differ;
}

# Every address and protocol that the clients know, once.
sub small_traffic {
	is(sh("$client curl -sS http://10.0.0.2/"), 'hello', 'a page over IPv4');
	is(sh("$client curl -sS -g 'http://[fd00::2]/'"), 'hello', 'a page over IPv6');
	is(sh("$client dig +short \@10.0.0.2 web.example.test"), '10.0.0.2', 'a DNS look-up over UDP');
	like(sh("$client dig +short +tcp \@10.0.0.2 text.example.test txt"), qr/x{200}/, 'a DNS look-up over TCP');
	sh("$client ping -q -i 0.05 -c 3 10.0.0.2");
	sh("$client ping -q -i 0.05 -c 3 -s 4000 10.0.0.2");
	sh("$client ping -6 -q -i 0.05 -c 3 fd00::2");
	sh("$client ping -6 -q -i 0.05 -c 3 -s 4000 fd00::2");
}

mirrored_host();
mkdir $www;
save('www/download', random_bytes(20_000_000));
save('www/index.html', "hello\n");
serve($www);
ctl('add vni 1 dev zmirror0');

compare('real traffic', sub {
	small_traffic();
	sh("$client curl -sS http://10.0.0.2/download | cmp - $www/download");
});

# A router on the way marks every mirror packet: that says nothing about the inner frame.
sh('tc -n client qdisc add dev m0 clsact');
sh('tc -n client filter add dev m0 egress protocol ip matchall ' .
   'action pedit ex munge ip tos set 3 retain 3 pipe action csum ip4h');
sh("ip netns exec $_ sysctl -qw net.ipv4.tcp_ecn=1") for 'client', 'server';
compare('outer packets marked CE', sub {
	small_traffic();
	sh("$client ping -q -i 0.05 -c 2 -Q $_ 10.0.0.2") for 0 .. 3;
});
sh('tc -n client qdisc del dev m0 clsact');

done_testing;
