#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Filters mean what AWS's do, frame by frame: what their rules accept is delivered and all else counted as filtered,
# by the direction of the frame. They are changed in place, and all at once, while packets come.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;
use List::Util qw(sum0);

use constant {
	HOST_MAC => '02:00:00:00:0a:0a',	# of the mirror source
	PEER_MAC => '02:00:00:00:0b:0b',
	HOST => '10.0.0.1',
	PEER => '198.18.9.9',
	HOST6 => 'fd00::a',
	PEER6 => '2001:db8:9::9',
	TCP => 6,
	UDP => 17,
	ICMP => 1,
	ICMP6 => 58,
	SWAPS => 1000,
};

my $session = 'vni 1 source 192.0.2.1';
my $reader;
my (%frame, %name);	# bytes by name, and the other way round
my %last;		# VNI entries after the latest frames

sub add { my ($name, $bytes) = @_; $frame{$name} = $bytes; $name{$bytes} = $name }

# A packet that the mirror source sends, or gets.
sub egress { my ($packet) = @_; return ether(PEER_MAC, HOST_MAC, ord($packet) >> 4 == 6 ? 0x86dd : 0x0800, $packet) }
sub ingress { my ($packet) = @_; return ether(HOST_MAC, PEER_MAC, ord($packet) >> 4 == 6 ? 0x86dd : 0x0800, $packet) }

# Its layer 4, with the ports that are on the mirror source's side and on the other's.
sub sent_udp { my ($near, $far) = @_; return ipv4(HOST, PEER, UDP, udp(HOST, PEER, $near, $far, 'data')) }
sub got_udp { my ($near, $far) = @_; return ipv4(PEER, HOST, UDP, udp(PEER, HOST, $far, $near, 'data')) }
sub sent_tcp { my ($near, $far) = @_; return ipv4(HOST, PEER, TCP, tcp(HOST, PEER, $near, $far, 0x18, 'data')) }
sub got_tcp { my ($near, $far) = @_; return ipv4(PEER, HOST, TCP, tcp(PEER, HOST, $far, $near, 0x18, 'data')) }

sub entry { my ($vni) = @_; return ctl_json("show vni $vni")->[0] }

# Sends frames, by name; the names of those that are delivered. Each of the others counts as filtered.
sub passed {
	my ($names, $vni) = @_;
	my @names = split ' ', $names;
	my ($before, $after) = $last{$vni //= 1} // entry($vni);
	send_mirrored("vni $vni " . join ' ', map { 'frame ' . unpack 'H*', $frame{$_} } @names);
	wait_for(sub { $after = entry($vni); return $after->{received_packets} - $before->{received_packets} == @names })
		or diag("not all of $names came");
	$last{$vni} = $after;
	my $count = $after->{delivered_packets} - $before->{delivered_packets};
	my ($was, $is) = map { my $entry = $_; sum0(map { $_->{packets} } grep { $_->{cause} eq 'filtered' } @{ $entry->{causes} }) }
		$before, $after;
	is($is - $was, @names - $count, "what is not delivered is filtered: $names");
	return join ' ', map { $name{$_->{bytes}} // 'unknown' } frames($reader, $count);
}

# Makes a filter anew, for VNI 1; rules are "DIRECTION NUMBER ACTION ...".
sub rules {
	my (@rules) = @_;
	my @lines = ('set vni 1 filter none', 'del filter web', 'add filter web');
	for (@rules) {
		my ($direction, $number, $action, $rest) = split ' ', $_, 4;
		push @lines, "add rule filter web number $number direction $direction action $action " . ($rest // '');
	}
	ctl('-b ' . save('rules', join "\n", @lines, 'set vni 1 filter web', ''));
}

sub decides {
	my ($what, $rules, $sent, $want) = @_;
	rules(@$rules);
	is(passed($sent), $want, $what);
}

# How often the rules of a filter decided: "DIRECTION NUMBER HITS".
sub hits {
	my ($name) = @_;
	my ($filter) = @{ ctl_json("show filter $name") };
	return join ', ', (map { "$_->{direction} $_->{number} $_->{hit_packets}" } @{ $filter->{rules} }),
		"unmatched $filter->{unmatched_packets}";
}

sub refused {
	my ($words, $message) = @_;
	my ($code, undef, $err) = attempt("vxmirrorctl -n sensor $words");
	ok($code == 1 && $err =~ $message, "$words is refused") or diag("$code: $err");
}

add('arp', arp_request(HOST_MAC, HOST, PEER));
add('icmp', egress(ipv4(HOST, PEER, ICMP, icmp_echo('data'))));
for my $port (80, 443, 999, 1000, 1500, 2000, 2001) {
	add("sent-tcp-$port", egress(sent_tcp(40000, $port)));
	add("got-tcp-$port", ingress(got_tcp(40000, $port)));
	add("sent-udp-$port", egress(sent_udp(40000, $port)));
	add("got-udp-$port", ingress(got_udp(40000, $port)));
}
for my $to ('198.18.8.255', '198.18.10.0', '198.18.9.8') {
	add("to-$to", egress(ipv4(HOST, $to, ICMP, icmp_echo('data'))));
}
add('sent6-tcp-80', egress(ipv6(HOST6, PEER6, TCP, tcp(HOST6, PEER6, 40000, 80, 0x18, 'data'))));
add('got6-tcp-80', ingress(ipv6(PEER6, HOST6, TCP, tcp(PEER6, HOST6, 80, 40000, 0x18, 'data'))));
add('sent6-udp-80', egress(ipv6(HOST6, PEER6, UDP, udp(HOST6, PEER6, 40000, 80, 'data'))));
add('icmp6', egress(ipv6(HOST6, PEER6, ICMP6, icmp6(HOST6, PEER6, 128, "\0" x 8))));
# behind 1, 8 and 9 headers of destination options
for my $count (1, 8, 9) {
	my $headers = join '', map { pack 'CCCCN', $_ == $count ? TCP : 60, 0, 1, 4, 0 } 1 .. $count;
	add("options6-$count", egress(ipv6(HOST6, PEER6, 60, $headers . tcp(HOST6, PEER6, 40000, 80, 0x18, 'data'))));
}
my $datagram = udp(HOST, PEER, 40000, 80, 'x' x 40);
add('fragment-first', egress(ipv4(HOST, PEER, UDP, substr($datagram, 0, 24), fragment => 0x2000)));
add('fragment-last', egress(ipv4(HOST, PEER, UDP, substr($datagram, 24), fragment => 3)));
my $datagram6 = udp(HOST6, PEER6, 40000, 80, 'x' x 40);
add('fragment6-first', egress(ipv6(HOST6, PEER6, 44, pack('CCnN', UDP, 0, 1, 7) . substr $datagram6, 0, 24)));
add('fragment6-last', egress(ipv6(HOST6, PEER6, 44, pack('CCnN', UDP, 0, 24, 7) . substr $datagram6, 24)));
# cut in the destination port, before the ports, before the destination, before the protocol
my %cut = (destination_port => 36, ports => 34, destination => 30, protocol => 22);
add("cut-before-$_", substr $frame{'sent-tcp-80'}, 0, $cut{$_}) for keys %cut;
for my $tags ('81000064', '88a800c881000064') {
	my $frame = $frame{'sent-tcp-80'};
	substr $frame, 12, 0, pack 'H*', $tags;
	add('tags-' . length($tags) / 8, $frame);
}

topology();
ctl('-b ' . save('setup', <<"END"));
add vni 1 dev zmirror0
add vni 2 dev zmirror0
add filter web
add session $session mac ${\HOST_MAC}
END
$reader = reader('sensor', 'zmirror0');

# The rules of a direction, by number; the first that matches decides.
my $web = 'sent-tcp-80 got-tcp-80 sent-udp-80 got-udp-80 icmp arp sent6-tcp-80 got6-tcp-80';
decides('no rules reject everything', [], $web, '');
decides('everything of one direction', ['egress 1 accept'], $web, 'sent-tcp-80 sent-udp-80 icmp arp sent6-tcp-80');
decides('everything of the other', ['ingress 1 accept'], $web, 'got-tcp-80 got-udp-80 got6-tcp-80');
decides('two lists', ['egress 1 accept protocol tcp', 'ingress 1 accept protocol udp'], $web,
	'sent-tcp-80 got-udp-80 sent6-tcp-80');
decides('a protocol by number', ['egress 1 accept protocol 1'], $web, 'icmp');
decides('what no rule matches is rejected', ['egress 1 reject protocol tcp', 'ingress 1 reject'], $web, '');
decides('reject before accept', ['egress 20 accept', 'egress 10 reject protocol tcp'], $web, 'sent-udp-80 icmp arp');
decides('accept before reject', ['egress 20 reject protocol tcp', 'egress 10 accept'], $web,
	'sent-tcp-80 sent-udp-80 icmp arp sent6-tcp-80');
decides('the lowest number and the highest', ['egress 32766 accept', 'egress 1 reject protocol udp'], $web,
	'sent-tcp-80 icmp arp sent6-tcp-80');

# Networks and ports.
my $near = 'to-198.18.8.255 icmp to-198.18.10.0 to-198.18.9.8';
decides('a network', ['egress 1 accept destination 198.18.9.0/24'], $near, 'icmp to-198.18.9.8');
decides('an address', ['egress 1 accept destination 198.18.9.9/32'], $near, 'icmp');
decides('a network of 31 bits', ['egress 1 accept destination 198.18.9.8/31'], $near, 'icmp to-198.18.9.8');
decides('a source', ['egress 1 accept source 10.0.0.0/8', 'ingress 1 accept source 10.0.0.0/8'], 'icmp got-tcp-80', 'icmp');
decides('all of IPv4', ['egress 1 accept source 0.0.0.0/0'], $web, 'sent-tcp-80 sent-udp-80 icmp');
decides('all of IPv6', ['egress 1 accept destination ::/0'], $web, 'sent6-tcp-80');
decides('a network of IPv6', ['egress 1 accept destination 2001:db8:9::/48 protocol tcp', 'egress 2 accept source fd01::/16'],
	"$web sent6-udp-80", 'sent6-tcp-80');
my $ports = join ' ', map { "sent-tcp-$_" } 999, 1000, 1500, 2000, 2001;
decides('a range of ports', ['egress 1 accept protocol tcp destination-port 1000-2000'], "$ports sent-udp-1500",
	'sent-tcp-1000 sent-tcp-1500 sent-tcp-2000');
decides('a port', ['egress 1 accept protocol udp destination-port 1500'], "$ports sent-udp-1500 sent-udp-999", 'sent-udp-1500');
decides('a source port', ['ingress 1 accept protocol tcp source-port 80', 'egress 1 accept protocol tcp source-port 80'], $web,
	'got-tcp-80 got6-tcp-80');
decides('both ports', ['egress 1 accept protocol tcp source-port 40000 destination-port 443',
		       'ingress 1 accept protocol tcp source-port 443 destination-port 1-39999'],
	'sent-tcp-80 sent-tcp-443 got-tcp-443', 'sent-tcp-443');
decides('all at once', ['egress 5 accept protocol udp source 10.0.0.1/32 destination 198.18.0.0/15 source-port 1-65535 destination-port 80-443'],
	"$web sent-udp-443 sent-udp-999", 'sent-udp-80 sent-udp-443');

# What is not there cannot match.
my $options = 'options6-1 options6-8 options6-9';
decides('behind IPv6 extension headers', ['egress 1 accept protocol tcp destination-port 80'], $options, 'options6-1 options6-8');
decides('what is behind too many matches no protocol', ['egress 1 reject protocol tcp', 'egress 2 accept'], $options, 'options6-9');
my $fragments = 'fragment-first fragment-last fragment6-first fragment6-last';
decides('ports are in first fragments', ['egress 1 accept protocol udp destination-port 80'], $fragments,
	'fragment-first fragment6-first');
decides('the protocol is in all of them', ['egress 1 accept protocol udp'], $fragments, $fragments);
decides('neither IPv4 nor IPv6', ['egress 1 accept protocol 0', 'egress 2 accept source 0.0.0.0/0', 'egress 3 accept source ::/0'], 'arp', '');
my $cut = join ' ', map { "cut-before-$_" } 'destination_port', 'ports', 'destination', 'protocol';
decides('cut: the destination port', ['egress 1 accept protocol tcp destination-port 80'], $cut, '');
decides('cut: the source port is there', ['egress 1 accept protocol tcp source-port 40000'], $cut, 'cut-before-destination_port');
decides('cut: the addresses are there', ['egress 1 accept destination 198.18.0.0/15'], $cut, 'cut-before-destination_port cut-before-ports');
decides('cut: the protocol is there', ['egress 1 accept protocol tcp'], $cut,
	'cut-before-destination_port cut-before-ports cut-before-destination');
decides('cut: a rule that asks for nothing', ['egress 1 reject protocol tcp', 'egress 2 accept'], $cut, 'cut-before-protocol');
decides('under tags', ['egress 1 accept protocol tcp destination-port 80'], 'sent-tcp-80 tags-1 tags-2', 'sent-tcp-80 tags-1 tags-2');

# The DNS service of Amazon.
for my $server ('169.254.169.253', '10.0.0.2', '198.18.0.53') {
	add("ask-$server", egress(ipv4(HOST, $server, UDP, udp(HOST, $server, 40000, 53, 'data'))));
	add("answer-$server", ingress(ipv4($server, HOST, TCP, tcp($server, HOST, 53, 40000, 0x18, 'data'))));
	add("ask-wrong-$server", egress(ipv4(HOST, $server, UDP, udp(HOST, $server, 53, 54, 'data'))));
}
add('ask-v6', egress(ipv6(HOST6, 'fd00:ec2::253', UDP, udp(HOST6, 'fd00:ec2::253', 40000, 53, 'data'))));
decides('Amazon DNS', ['egress 1 accept amazon-dns resolver 10.0.0.2', 'ingress 1 accept amazon-dns'],
	join(' ', (sort grep { /^(?:ask|answer)/ } keys %frame)),
	'answer-169.254.169.253 ask-10.0.0.2 ask-169.254.169.253 ask-v6');

# Counters.
rules('egress 10 accept protocol tcp', 'egress 20 reject protocol udp', 'ingress 10 accept protocol udp');
passed("$web sent-tcp-443");
is(hits('web'), 'ingress 10 1, egress 10 3, egress 20 1, unmatched 4', 'hits of each rule, and what none matched');
ctl('add rule filter web number 5 direction egress action reject protocol tcp destination-port 443');
passed('sent-tcp-443 sent-tcp-80');
is(hits('web'), 'ingress 10 1, egress 5 1, egress 10 4, egress 20 1, unmatched 4', 'a new rule takes its place; others keep their hits');
ctl('del rule filter web number 10 direction egress');
is(passed('sent-tcp-80'), '', 'a rule is gone');
is(hits('web'), 'ingress 10 1, egress 5 1, egress 20 1, unmatched 5', 'with its hits');

# Several users of one filter; it is changed in place for all of them.
ctl('set vni 2 filter web');
is(ctl_json('show filter web')->[0]{users}, 2, 'two users');
my $to_vni_2 = sub { return passed(shift, 2) };
ctl('add session vni 2 source 192.0.2.1 mac ' . HOST_MAC);
is(passed('icmp') . $to_vni_2->('icmp'), '', 'neither delivers it');
ctl('add rule filter web number 30 direction egress action accept protocol icmp');
is(passed('icmp') . ' ' . $to_vni_2->('icmp'), 'icmp icmp', 'both do after a change');
like(hits('web'), qr/egress 30 2,/, 'and count together');
refused('del filter web', qr/use/);
ctl('set vni 1,2 filter none');
is(passed('arp got-udp-999') . ' ' . $to_vni_2->('arp'), 'arp got-udp-999 arp', 'without a filter everything is delivered');

# What is said of a session goes before what is said of its entry.
rules('egress 1 accept');
ctl('add filter none-but-udp');
ctl('add rule filter none-but-udp number 1 direction egress action accept protocol udp');
ctl("set session $session filter none-but-udp");
is(passed($web), 'sent-udp-80', "the session's filter instead of its entry's");
is(hits('none-but-udp'), 'egress 1 1, unmatched 7', 'is the one that counts');
is(hits('web'), 'egress 1 0, unmatched 0', 'and the only one');
refused('del filter none-but-udp', qr/use/);
ctl("set session $session action accept");
is(passed($web), $web, 'action accept: all, whatever the filters say');
ctl("set session $session action reject");
is(passed($web), '', 'action reject: none');
ctl("del session $session");
ctl('del filter none-but-udp');
is_deeply([map { $_->{filter} } @{ ctl_json('show filter') }], ['web'], 'a filter that nobody uses can go');

# Direction: the mirror source's address as the packets say it.
my $undirected = sub { return entry(1)->{undirected_packets} };
my $mac = sub { return join ' ', map { $_ // 'none' } @{ ctl_json("show session $session")->[0] }{'mac', 'mac_origin'} };
add('from-source', egress(ipv4('192.0.2.1', PEER, UDP, udp('192.0.2.1', PEER, 1000, 2000, 'data'))));
add('to-source', ingress(ipv4(PEER, '192.0.2.1', UDP, udp(PEER, '192.0.2.1', 2000, 1000, 'data'))));
rules('ingress 1 accept');
my $unknown = $undirected->();
is(passed('to-source'), 'to-source', 'direction by address: to the source');
is($mac->(), 'none none', 'which says nothing of its MAC address');
is(passed('sent-udp-80'), 'sent-udp-80', 'unknown: accepted, since one direction accepts it');
is($undirected->() - $unknown, 1, 'and counted as such');
rules('egress 1 accept protocol tcp', 'ingress 1 reject protocol udp');
is(passed('sent-udp-80 got-udp-80 sent-tcp-80 got-tcp-80'), 'sent-tcp-80 got-tcp-80', 'unknown: either direction accepts TCP, neither UDP');
is($undirected->() - $unknown, 5, 'all counted');
rules('egress 1 accept');
is(passed('from-source'), 'from-source', 'direction by address: from the source');
is($mac->(), HOST_MAC . ' learned', 'which says what its MAC address is');
is(passed('sent-udp-80 got-udp-80'), 'sent-udp-80', 'and then, whatever the IP addresses are, MAC addresses tell');
is($undirected->() - $unknown, 5, 'all of which are known');
ctl("add session $session name web");
is($mac->(), HOST_MAC . ' learned', 'made by hand, the session keeps what was learned');
ctl("set session $session mac none");
is($mac->(), 'none none', 'unless it is taken away');
ctl("set session $session mac ${\PEER_MAC}");
is($mac->(), PEER_MAC . ' given', 'another MAC address is given');
is(passed('sent-udp-80 got-udp-80 from-source to-source'), 'got-udp-80 to-source', 'and directions are the other way round');
ctl("set session $session mac none");
is(passed('from-source'), 'from-source', 'that is taken away, too');
is($mac->(), HOST_MAC . ' learned', 'and learned again');

# All rules change at once: filter "swap" accepts ports 1 and 3, and then ports 2 and 3, and so on. The rule for port 3
# is in both lists, so it keeps its hits.
add("port-$_", egress(sent_udp(40000, $_))) for 1 .. 4;
my $swap = "ip netns exec sensor $FindBin::Bin/../uapi/uapi swap";
ctl('add filter swap');
sh("$swap 1");
ctl('set vni 1 filter swap');
stop($reader);
my $watch = capture('sensor', 'zmirror0', 'udp dst port 1 or udp dst port 2 or udp dst port 4');
my $before = entry(1);
my $sender = start('ip netns exec client send dev m0 dmac ' . U0_MAC . ' src 192.0.2.1 dst 192.0.2.2 vni 1 count 100000000 ' .
		   'udp-checksum zero ' . join ' ', map { 'frame ' . unpack 'H*', $frame{"port-$_"} } 1 .. 4);
wait_for(sub { entry(1)->{received_packets} > $before->{received_packets} }) or diag('no packets: ', errors($sender));
is(sh("$swap ${\SWAPS}"), SWAPS . ' changes', 'rules are changed that often');
stop($sender);
my ($after, $earlier) = entry(1);
wait_for(sub {
	($earlier, $after) = ($after, entry(1));
	return $after->{received_packets} == $earlier->{received_packets};
});
my $received = $after->{received_packets} - $before->{received_packets};
my $delivered = $after->{delivered_packets} - $before->{delivered_packets};
my ($third, $unmatched) = hits('swap') =~ /egress 3 (\d+), unmatched (\d+)/;
note("$received packets");
cmp_ok($received, '>', 4 * SWAPS, 'while packets came');
is($third, int(($received + 1) / 4), 'what both lists accept is never lost');
is($unmatched, $received - $delivered, 'each packet is delivered, or no rule matched');
stop($watch, 'INT');
my %seen = map { my $port = $_; $port => sh("tcpdump -n -r $watch->{pcap} udp dst port $port 2>/dev/null | wc -l") } 1, 2, 4;
is($seen{4}, 0, 'what neither accepts is never seen');
cmp_ok($seen{$_}, '>', 0, "what list $_ accepts is seen") for 1, 2;
cmp_ok($delivered - $third, '<=', 2 * int(($received + 3) / 4), 'one list at a time');

done_testing;
