#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# An intrusion detection system reads the mirror device and finds all that was said, and nothing to complain of.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

my $client = 'ip netns exec client';
my $www = work_dir() . '/www';

# All numbers below a part of Suricata's statistics, by path.
sub numbers {
	my ($part, $path) = @_;
	return map { ref $part->{$_} ? numbers($part->{$_}, "$path.$_") : ("$path.$_" => $part->{$_}) } keys %$part;
}

mirrored_host();
mkdir $www;
save('www/download', random_bytes(1_000_000));
save('www/index.html', "hello\n");
serve($www);
ctl('add vni 1 dev zmirror0');

my ($suricata, $log) = suricata();

my $web = "$client curl -sS --resolve web.example.test:80:10.0.0.2";
sh("$client ping -q -i 0.05 -c 2 -s 4000 10.0.0.2");
sh("$client dig +short \@10.0.0.2 web.example.test");
sh("$client dig +short \@10.0.0.2 other.example.test");
sh("$client dig +short +tcp \@10.0.0.2 text.example.test txt");
sh("$web http://web.example.test/download >/dev/null");
sh("$client curl -sS -g 'http://[fd00::2]/six'");
sh("$web http://web.example.test/index.html?from=here");
wait_for(sub { -e "$log/eve.json" && slurp("$log/eve.json") =~ /from=here/ }) or diag('the last request is late');
sh('tc -n client qdisc del dev c0 clsact');
wait_for(sub { 0 }, 0.3);	# the end of the last connection is short of being read

is(stop($suricata, 'INT'), 0, 'Suricata ends well') or diag(output($suricata), errors($suricata));
my @events = map { decode_json($_) } split /\n/, slurp("$log/eve.json");

is_deeply([sort map { "$_->{http}{hostname} $_->{http}{url}" } grep { $_->{event_type} eq 'http' } @events],
	  ['[fd00::2] /six', 'web.example.test /download', 'web.example.test /index.html?from=here'],
	  'HTTP requests with host and URL');
is_deeply([sort map { "$_->{dns}{rrtype} $_->{dns}{rrname} $_->{proto}" }
		grep { $_->{event_type} eq 'dns' && $_->{dns}{type} eq 'query' } @events],
	  ['A other.example.test UDP', 'A web.example.test UDP', 'TXT text.example.test TCP'], 'DNS queries');

my %flows;
my @flows = grep { $_->{event_type} eq 'flow' && $_->{proto} ne 'IPv6-ICMP' } @events;
$flows{"$_->{proto} " . ($_->{app_proto} // '')}++ for @flows;
is_deeply(\%flows, { 'TCP http' => 3, 'TCP dns' => 1, 'UDP dns' => 2, 'ICMP ' => 1 }, 'that many flows');
is(scalar(grep { !$_->{flow}{pkts_toserver} || !$_->{flow}{pkts_toclient} } @flows), 0, 'all with both directions');

is_deeply([grep { $_->{event_type} eq 'anomaly' } @events], [], 'no anomaly');
my ($stats) = map { $_->{stats} } grep { $_->{event_type} eq 'stats' } reverse @events;
my %wrong = (numbers($stats->{decoder}{event}, 'event'), map { +"tcp.$_" => $stats->{tcp}{$_} }
	     'invalid_checksum', 'reassembly_gap', 'pkt_on_wrong_thread');
$wrong{'decoder.invalid'} = $stats->{decoder}{invalid};
$wrong{kernel_drops} = $stats->{capture}{kernel_drops};
is_deeply([grep { $wrong{$_} } sort keys %wrong], [], 'no complaint about checksums, truncation or anything else');
is($stats->{decoder}{pkts}, ctl_json('show vni')->[0]{delivered_packets}, 'all frames delivered were decoded');

done_testing;
