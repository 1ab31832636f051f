#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# A UDP port that somebody else has, in whatever way, is refused with its number, and nothing is left half made;
# and nobody gets a port that the module has, in none of these ways.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use E2E;

use constant PORT => 4800;

# Binds a socket as the words say, says 'bound', and keeps it.
my $binder = save('bind.pl', <<'END');
use strict;
use warnings;
use Socket qw(:all);
$| = 1;
my ($port, $address, @options) = @ARGV;
my %option = map { $_ => 1 } @options;
my $six = $address =~ /:/;
socket(my $s, $six ? AF_INET6 : AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
for (['reuse-address', SOL_SOCKET, SO_REUSEADDR], ['reuse-port', SOL_SOCKET, SO_REUSEPORT],
     $six ? ['six-only', IPPROTO_IPV6, IPV6_V6ONLY] : ()) {
	my ($name, @option) = @$_;
	setsockopt $s, $option[0], $option[1], $option{$name} ? 1 : 0 or die "$name: $!\n";
}
bind $s, $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $address)) : pack_sockaddr_in($port, inet_aton($address))
	or die "bind: $!\n";
print "bound\n";
sleep 1000;
END

my @sockets = ('0.0.0.0', '0.0.0.0 reuse-address', '0.0.0.0 reuse-port', '0.0.0.0 reuse-address reuse-port',
	       '192.0.2.2', '192.0.2.2 reuse-address reuse-port', '127.0.0.1', ':: six-only',
	       ':: six-only reuse-address reuse-port', '::', ':: reuse-port', '2001:db8::2 six-only',
	       '2001:db8::2 reuse-address', '::ffff:192.0.2.2');
my %vxlan = (
	'a vxlan device' => 'id 9',
	'a vxlan device, IPv6' => 'id 9 remote 2001:db8::9 dev u0',
	'a vxlan device, both' => 'external',
);

sub bound {
	my ($words) = @_;
	my $process = start("ip netns exec sensor perl $binder " . PORT . " $words");
	wait_for(sub { output($process) =~ /^bound/ || ended($process) }) or die "$words: ", errors($process);
	return $process;
}

# Everything that add vni could have made: interfaces, sockets, entries, devices, use of limits.
my $show = save('show', "show dev\nshow vni\nshow limits\n");
my $state = 'ip netns exec sensor sh ' . save('state', "ip -o link; ss -Hlnu; vxmirrorctl -b $show");

sub state { return [map { s/\s+/ /gr } sort split /\n/, sh($state)] }

# While somebody else holds the port.
sub refused {
	my ($holder, $dev) = @_;
	my $before = state();
	my (undef, undef, $err) = attempt("vxmirrorctl -n sensor add vni 7 dev $dev port " . PORT);
	like($err, qr/^vxmirrorctl: .*\b${\PORT}\b.*in use/, "$holder: $dev is refused, with the port");
	is_deeply(state(), $before, "$holder: nothing is half made");
}

topology();
ctl('add vni 1 dev zmirror0');

for my $words (@sockets) {
	my $holder = bound($words);
	ok(!ended($holder), "$words: has the port") or diag(errors($holder));
	refused($words, 'zm1');
	stop($holder);
}
for (sort keys %vxlan) {
	sh("ip -n sensor link add vx9 type vxlan dstport ${\PORT} $vxlan{$_} && ip -n sensor link set vx9 up");
	refused($_, 'zmirror0');
	sh('ip -n sensor link del vx9');
}

# The other way about.
ctl('add vni 7 dev zm1 port ' . PORT);
my @holders = map { { words => $_, process => bound($_) } } @sockets;
ok(ended($_->{process}), "$_->{words}: does not get the module's port") for @holders;
for (sort keys %vxlan) {
	attempt("ip -n sensor link add vx9 type vxlan dstport ${\PORT} $vxlan{$_}");
	isnt((attempt('ip -n sensor link set vx9 up'))[0], 0, "$_: does not get it");
	attempt('ip -n sensor link del vx9');
}
send_mirrored("vni 7 dport ${\PORT} frame-size 60", $_) for 4, 6;
is(ctl_json('show vni 7 port ' . PORT)->[0]{delivered_packets}, 2, 'and the module goes on');
ctl('del vni 7 port ' . PORT);
is(free_port('sensor', PORT), '4 6', 'the port is free again');

done_testing;
