#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Mutated mirror packets into the real stack: whatever comes, all counters agree with each other, with readers and
# with what is known about the packets; frames are what was sent; the kernel has nothing to complain of.
#
# What tests/fuzz/packets sends through, and the sensor's addresses, which are on none of these:
#
#    fuzz-source                       fuzz-sensor: lo 192.0.2.2, 2001:db8::2
#                                      fp0, fp1: TAP, packets in one piece      fa0, fb0 \  mirror devices,
#                                      ff0, ff1: TAP, packets in page fragments fa1, fb1 /  read; f9: not read
#    fx0, fx1 (kernel's vxlan)
#     fs0 10.15.0.1, 2001:db8:a::15 -- fv0: super-packets
#     fz1 ---------------------------- fz0: what tc sends on from fb1
#                                      f8: a dummy that comes and goes, with lo's first addresses
#
# All that the sensor might answer goes out of fp0, to a neighbour that is known.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e", "$FindBin::Bin/../fuzz";
use E2E;
use Guest;

my $mac = '02:00:00:00:00:02';
my $other = '02:00:00:00:00:01';

# No address makes itself up, and announces itself.
sub up {
	my ($ns, $dev) = @_;
	sh("ip -n $ns link set dev $dev addrgenmode none && ip -n $ns link set dev $dev up");
}

sub tap {
	my ($dev) = @_;
	sh("ip -n fuzz-sensor tuntap add dev $dev mode tap vnet_hdr");
	sh("ip -n fuzz-sensor link set dev $dev address $mac mtu 9001 txqueuelen 20000");
	up('fuzz-sensor', $dev);
}

attempt('modprobe -a tun dummy');
netns('fuzz-sensor', 'fuzz-source', 'fuzz-holder');
# A hook that stays, so that the kernel does not patch its own code: an emulated CPU that comes by may panic.
sh('vxmirrorctl -n fuzz-holder add vni 1 dev fh0');
sh('ip netns exec fuzz-sensor sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.default.rp_filter=0 ' .
   'net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0 net.ipv4.ipfrag_time=5 net.ipv6.ip6frag_time=5 ' .
   'net.ipv4.ipfrag_max_dist=0 net.ipv4.ipfrag_high_thresh=67108864 net.ipv6.ip6frag_high_thresh=67108864');
set_switch('/proc/sys/net/ipv4/icmp_msgs_per_sec', 1000000);
set_switch('/proc/sys/net/ipv4/icmp_msgs_burst', 100000);
sh('ip -n fuzz-sensor address add 192.0.2.2/32 dev lo');
sh('ip -n fuzz-sensor address add 2001:db8::2/128 dev lo nodad');
# Those that inner frames are for: what is sent from one of them answers an inner frame. Deprecated, since the host is
# not to choose it when it tells the sender of an outer packet that it does not understand an option.
sh('ip -n fuzz-sensor address add 198.51.100.1/32 dev lo');
sh('ip -n fuzz-sensor address add 2001:db8:1::1/128 dev lo nodad preferred_lft 0');
tap($_) for qw(fp0 ff0 fp1 ff1);
sh("ip -n fuzz-source link add fs0 address $other mtu 9001 type veth peer name fv0 netns fuzz-sensor address $mac mtu 9001");
up(@$_) for ['fuzz-source', 'fs0'], ['fuzz-sensor', 'fv0'];
sh(<<"END");
set -e
ip -n fuzz-sensor neigh add 192.0.2.1 lladdr $other nud permanent dev fp0
ip -n fuzz-sensor neigh add 2001:db8::1 lladdr $other nud permanent dev fp0
ip -n fuzz-sensor route add default via 192.0.2.1 dev fp0 onlink
ip -n fuzz-sensor -6 route add default via 2001:db8::1 dev fp0 onlink
ip -n fuzz-source address add 10.15.0.1/32 dev fs0
ip -n fuzz-source address add 2001:db8:a::15/128 dev fs0 nodad
ip -n fuzz-source neigh add 192.0.2.2 lladdr $mac nud permanent dev fs0
ip -n fuzz-source neigh add 2001:db8::2 lladdr $mac nud permanent dev fs0
ip -n fuzz-source route add 192.0.2.2 dev fs0
ip -n fuzz-source -6 route add 2001:db8::2 dev fs0
ip -n fuzz-source link add fx0 type vxlan id 1 local 10.15.0.1 remote 192.0.2.2 dstport 4789 dev fs0 nolearning noudpcsum
ip -n fuzz-source link add fx1 type vxlan id 2 local 2001:db8:a::15 remote 2001:db8::2 dstport 6081 dev fs0 nolearning udpcsum
END
up('fuzz-source', $_) for qw(fx0 fx1);
# Frames that seem to be for the mirror device itself.
sh("ip -n fuzz-sensor link add $_ address 02:00:00:00:00:fa type vxmirror") for qw(fa0 fb0 fa1 fb1);

# What is delivered to fb1 is sent on, by tc, to an interface that leaves nothing to hardware.
sh('ip -n fuzz-sensor link add fz0 mtu 65535 type veth peer name fz1 netns fuzz-source mtu 65535');
up(@$_) for ['fuzz-sensor', 'fz0'], ['fuzz-source', 'fz1'];
sh("ip netns exec fuzz-sensor ethtool -K fz0 tx off sg off tso off gso off >/dev/null");
sh('tc -n fuzz-sensor qdisc add dev fb1 clsact');
sh('tc -n fuzz-sensor filter add dev fb1 ingress matchall action mirred egress mirror dev fz0');

fuzz('ip', 'netns', 'exec', 'fuzz-sensor', "$FindBin::Bin/../fuzz/packets", '/run/netns/fuzz-source');

my @neighbours = grep { !/PERMANENT/ } split /\n/, sh('ip -n fuzz-sensor neigh show nud all | grep -v NOARP; true');
is_deeply(\@neighbours, [], 'no neighbour was learned');
is(sh("ip netns exec fuzz-sensor cat /sys/class/net/fv0/statistics/tx_packets"), 0, 'nothing was sent to who sent super-packets');
cmp_ok(sh("ip netns exec fuzz-source cat /sys/class/net/fz1/statistics/rx_packets"), '>', 100, 'frames were sent on by tc');

end_netns($_) for qw(fuzz-sensor fuzz-source);
no_leaks();
done_testing;
