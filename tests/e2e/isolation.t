#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# What is mirrored never reaches the sensor's own stack, and nothing is ever sent in answer. The same is asked
# of the kernel's vxlan device, which has to fail: that proves the questions.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;
use Frame;

use constant {
	SENDER => '02:00:00:00:0a:0a',
	BROADCAST => 'ff:ff:ff:ff:ff:ff',
	IPV4 => 0x0800,
	IPV6 => 0x86dd,
	SYN => 2,
};

my $sensor = 'ip netns exec sensor';
my $underlay;	# reader of the sensor's real interface

# Sockets that say what they get: UDP port 7000 and two multicast groups, TCP port 8000.
sub listeners {
	my ($dev) = @_;
	my $listener = start("$sensor perl " . save('listener.pl', <<'END') . " $dev");
use strict;
use warnings;
use Socket qw(:DEFAULT IPPROTO_IP IPPROTO_IPV6 IP_ADD_MEMBERSHIP IPV6_JOIN_GROUP IPV6_V6ONLY pack_ip_mreq
	      pack_ipv6_mreq inet_pton);
$| = 1;
sub bound {
	my ($family, $type, $address) = @_;
	socket(my $s, $family, $type, 0) or die "socket: $!\n";
	setsockopt $s, IPPROTO_IPV6, IPV6_V6ONLY, 1 if $family == AF_INET6;
	bind $s, $address or die "bind: $!\n";
	return $s;
}
my ($dev) = @ARGV;
open my $f, '<', "/sys/class/net/$dev/ifindex" or die "$dev: $!\n";
my $index = <$f> + 0;
my $udp = bound(AF_INET, SOCK_DGRAM, pack_sockaddr_in(7000, INADDR_ANY));
setsockopt $udp, IPPROTO_IP, IP_ADD_MEMBERSHIP, inet_aton('239.1.1.1') . INADDR_ANY . pack 'i', $index
	or die "239.1.1.1: $!\n";
my $udp6 = bound(AF_INET6, SOCK_DGRAM, pack_sockaddr_in6(7000, inet_pton(AF_INET6, '::')));
setsockopt $udp6, IPPROTO_IPV6, IPV6_JOIN_GROUP, pack_ipv6_mreq(inet_pton(AF_INET6, 'ff05::77'), $index);
my $tcp = bound(AF_INET, SOCK_STREAM, pack_sockaddr_in(8000, INADDR_ANY));
listen $tcp, 10 or die "listen: $!\n";
print "ready\n";
my $all = '';
vec($all, fileno $_, 1) = 1 for $udp, $udp6;
while (select my $now = $all, undef, undef, undef) {
	for ($udp, $udp6) {
		next unless vec $now, fileno $_, 1;
		recv $_, my $data, 1000, 0;
		print "got $data\n";
	}
}
END
	wait_for(sub { output($listener) =~ /^ready/ }) or die 'listener: ', errors($listener);
	return $listener;
}

# Frames that a host would answer, take in, or learn from, if they were for it.
sub tempting_frames {
	my ($mac, $ip, $ip6) = @_;
	my ($from, $from6) = ('192.0.2.77', '2001:db8::77');
	my $udp = sub { my ($to, $text) = @_; return ipv4($from, $to, 17, udp($from, $to, 1000, 7000, $text)) };
	my $udp6 = sub { my ($to, $text) = @_; return ipv6($from6, $to, 17, udp($from6, $to, 1000, 7000, $text)) };
	my $solicit = icmp6($from6, 'ff02::1:ff00:2', 135, "\0" x 4 . Frame::ip($ip6) . "\1\1" . mac(SENDER));
	return (
		ether($mac, SENDER, IPV4, ipv4($from, $ip, 1, icmp_echo('hello'))),
		ether($mac, SENDER, IPV4, ipv4($from, $ip, 6, tcp($from, $ip, 1000, 8000, SYN, ''))),
		ether($mac, SENDER, IPV4, ipv4($from, $ip, 6, tcp($from, $ip, 1000, 8001, SYN, ''))),
		ether($mac, SENDER, IPV4, $udp->($ip, 'unicast')),
		ether($mac, SENDER, IPV4, $udp->($ip, 'nobody') =~ s/\x1b\x58/\x1b\x59/r),
		ether($mac, SENDER, IPV6, ipv6($from6, $ip6, 58, icmp6($from6, $ip6, 128, 'hello'))),
		ether($mac, SENDER, IPV6, $udp6->($ip6, 'unicast6')),
		ether(BROADCAST, SENDER, IPV4, $udp->('255.255.255.255', 'broadcast')),
		ether('01:00:5e:01:01:01', SENDER, IPV4, $udp->('239.1.1.1', 'multicast')),
		ether('33:33:00:00:00:77', SENDER, IPV6, $udp6->('ff05::77', 'multicast6')),
		arp_request(SENDER, $from, $ip),
		ether('33:33:ff:00:00:02', SENDER, IPV6, ipv6($from6, 'ff02::1:ff00:2', 58, $solicit)),
	);
}

# What the sensor sent over its real interface since the last time: a name for each packet. What it says about
# the multicast groups that it joined is no answer to anybody.
sub sent {
	return grep { defined } map {
		my ($type, $ip) = unpack 'x12 n a*', $_->{bytes};
		$_->{pkttype} ne 'outgoing' ? undef
			: $type == 0x0806 ? 'arp'
			: $type == IPV4 && ord(substr $ip, 9, 1) == 2 ? undef
			: $type == IPV6 && ord(substr $ip, 6, 1) == 0 ? undef
			: $type == IPV4 && ord(substr $ip, 9, 1) == 1 ? sprintf 'icmp %d', ord substr $ip, 20, 1
			: sprintf '%04x %s', $type, unpack 'H*', substr $ip, 0, 40;
	} frames($underlay);
}

# TCP segments that the sensor's stack has taken in.
sub tcp_segments {
	my ($segments) = sh("$sensor nstat -asz TcpInSegs") =~ /^TcpInSegs\s+(\d+)/m;
	return $segments;
}

# Mirrors these frames to the sensor and says what became of them there.
sub temptation {
	my ($listener, @frames) = @_;
	my $last = '04' x 20;	# without flag I, it goes nowhere
	my $segments = tcp_segments();
	send_mirrored('vni 1 ' . join ' ', map { 'frame ' . unpack 'H*', $_ } @frames);
	send_mirrored("raw frame $last");
	wait_for(sub { output($underlay) =~ /pkttype=host .*$last$/m }) or diag('the last mirror packet is late');
	sh("$sensor perl -MIO::Socket::INET -e '" .
	   'IO::Socket::INET->new(Proto => "udp", PeerAddr => "127.0.0.1:7000")->send($_) for "end"' . "'");
	wait_for(sub { output($listener) =~ /^got end$/m }) or diag('the listener is late');
	my %seen;
	$seen{datagrams} = [sort grep { $_ ne 'end' } output($listener) =~ /^got (\w*)$/mg];
	$seen{neighbours} = [sort map { /^(\S+)/ } grep { /:?77 / } split /\n/, sh('ip -n sensor neigh show nud all')];
	$seen{flows} = [sort map { /(?:src=(\S+77)) .*?/ } grep { /src=\S+77 / } split /\n/, join "\n",
			map { sh("$sensor conntrack -L -f $_ 2>/dev/null") } 'ipv4', 'ipv6'];
	# a connection that was begun lives for the few seconds that ARP tries to find the other side
	$seen{segments} = [('TCP') x (tcp_segments() - $segments)];
	$seen{sent} = [sort(sent())];
	return \%seen;
}

topology();
sh("ip netns exec sensor sysctl -qw net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0");
sh("$sensor nft -f " . save('rules', "table inet t { chain c { type filter hook input priority 0; ct state new accept; }; }"));
$underlay = reader('sensor', 'u0');

# Nobody on the port: what the sensor sends is seen.
send_mirrored('vni 1 count 5 frame-size 60');
wait_for(sub { (() = output($underlay) =~ /pkttype=outgoing/g) >= 5 });
is(scalar(grep { $_ eq 'icmp 3' } sent()), 5, 'nobody on the port: five mirror packets, five ICMP errors');

ctl('add vni 1 dev zmirror0');
my ($mac) = sh('ip -n sensor link show zmirror0') =~ m{link/ether (\S+)};

# It sends nothing.
my $before = counters();
attempt("$sensor send dev zmirror0 dmac " . U0_MAC . ' src 192.0.2.1 dst 192.0.2.2 no-retry frame-size 60');
is_deeply(changes($before, counters()), { 'dev zmirror0 tx_refused' => 1 }, 'sending over it: refused and counted');
like(sh("$sensor ethtool -S zmirror0"), qr/tx_refused: [1-9]/, 'by ethtool as well');

# Nothing of what the host gets to see has any effect.
my $reader = reader('sensor', 'zmirror0', 'no-outgoing');
my $listener = listeners('zmirror0');
my $nothing = { map { $_ => [] } qw(datagrams neighbours flows segments sent) };
for (['its own MAC', $mac], ['the MAC of the real interface', U0_MAC]) {
	my ($what, $mac) = @$_;
	my @frames = tempting_frames($mac, '192.0.2.2', '2001:db8::2');
	is_deeply(temptation($listener, @frames), $nothing, "frames for the sensor, $what: nothing comes of it");
	is(scalar(frames($reader, scalar @frames)), scalar @frames, "and all are shown");
}
sh('ip -n sensor address add 198.51.100.1/24 dev zmirror0');
sh('ip -n sensor address add 2001:db8:1::1/64 dev zmirror0 nodad 2>/dev/null; true');
is_deeply(temptation($listener, tempting_frames($mac, '198.51.100.1', '2001:db8:1::1')),
	  $nothing, 'an address on the mirror device: nothing comes of it');
stop($listener);

# Nothing on top of it either.
sh('ip -n sensor link add bridge0 type bridge && ip -n sensor link add bond0 type bond');
my %stack = (
	vlan => 'link add link zmirror0 name on0 type vlan id 5',
	macvlan => 'link add link zmirror0 name on0 type macvlan',
	macvtap => 'link add link zmirror0 name on0 type macvtap',
	ipvlan => 'link add link zmirror0 name on0 type ipvlan',
	macsec => 'link add link zmirror0 name on0 type macsec',
	bridge => 'link set zmirror0 master bridge0',
	bond => 'link set zmirror0 down; ip -n sensor link set zmirror0 master bond0',
);
for (sort keys %stack) {
	my ($code, undef, $err) = attempt("ip -n sensor $stack{$_}");
	ok($code, "$_ on the mirror device: refused");
	note($err);
}
unlike(sh('ip -n sensor link'), qr/\bon0\b|master/, 'and nothing of it is left');
ctl('set dev zmirror0 up');
my ($code) = attempt('ip -n sensor link set zmirror0 netns client');
ok($code, 'the mirror device does not move to another namespace');

# On purpose, frames can be sent on.
sh('ip -n sensor link add out0 type veth peer name out1 && ip -n sensor link set out0 up && ip -n sensor link set out1 up');
sh('tc -n sensor qdisc add dev zmirror0 clsact');
sh('tc -n sensor filter add dev zmirror0 ingress matchall action mirred egress redirect dev out0');
my $out = reader('sensor', 'out1', 'no-outgoing');
my @frames = map { unpack 'H*', $_ } tempting_frames($mac, '192.0.2.2', '2001:db8::2');
my $tagged = $frames[0];
substr $tagged, 24, 0, '81000064';
send_mirrored('vni 1 ' . join ' ', map { "frame $_" } @frames, $tagged);
my @forwarded = grep { my $f = $_; grep { $_ eq $f } @frames, $tagged } map { unpack 'H*', $_->{bytes} } frames($out, @frames + 1);
is_deeply(\@forwarded, [@frames, $tagged], 'tc mirred sends frames on');
stop($_) for $out, $reader;
ctl('del dev zmirror0 force');

# The proof: the kernel's vxlan device in the same place.
sh('ip -n sensor link add vxlan0 type vxlan id 1 dstport 4789 && ip -n sensor link set vxlan0 up');
sh('ip -n sensor address add 198.51.100.1/24 dev vxlan0');
($mac) = sh('ip -n sensor link show vxlan0') =~ m{link/ether (\S+)};
$listener = listeners('vxlan0');
sent();
my $seen = temptation($listener, tempting_frames($mac, '192.0.2.2', '2001:db8::2'));
note(explain($seen));
is_deeply($seen->{datagrams}, ['broadcast', 'multicast', 'multicast6', 'unicast', 'unicast6'],
	  'vxlan device: sockets get what is mirrored');
cmp_ok(scalar(@{ $seen->{$_} }), '>', 0, "vxlan device: $_") for 'neighbours', 'flows', 'segments';
cmp_ok(scalar(@{ $seen->{sent} }), '>', 0, 'vxlan device: answers');

done_testing;
