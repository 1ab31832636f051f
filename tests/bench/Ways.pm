# SPDX-License-Identifier: GPL-2.0
#
# The ways by which mirrored frames can get to a reader, and what each costs: for the programs that run in a guest.
#
# Each way is set up anew in the sensor of tests/e2e's topology. pump then sends mirror packets to the sensor's u0 and
# reads the frames where the way has them come out.

package Ways;

use strict;
use warnings;
use Exporter qw(import);
use FindBin;
use lib "$FindBin::Bin/../e2e";
use E2E;

our @EXPORT_OK = qw(ways set_up pump pump_command take_down limit_used LIVE_MAX);

use constant {
	LIVE_MAX => 3000,	# bytes of an inner frame that a live frame has room for
	OUTER => 50,		# bytes before the inner frame
	ROUNDS => 20,		# of packets, until all sources are sessions
	SNAPLEN => 128,
};

my $here = $FindBin::Bin;
my $sent;	# since the way was set up

# --- the sensor -------------------------------------------------------------------------------------

# Packets stay on the CPU where they come in, and are answered wherever they are from.
sub sensor {
	topology();
	sh(<<'END');
set -e
ip netns exec client sh -c 'echo 0 >/sys/class/net/m0/queues/rx-0/rps_cpus'
ip netns exec sensor sh -c 'echo 0 >/sys/class/net/u0/queues/rx-0/rps_cpus'
ip netns exec sensor sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.u0.rp_filter=0 \
	net.ipv6.conf.default.disable_ipv6=1
ip -n sensor neighbour add 192.0.2.1 lladdr 02:00:00:00:00:01 dev u0
ip -n sensor route add default via 192.0.2.1
END
}

sub drop {
	sh('tc -n sensor qdisc add dev u0 clsact');
	sh('tc -n sensor filter add dev u0 ingress matchall action drop');
}

sub nothing { }

sub vxlan {
	sh('ip -n sensor link add vxlan1 type vxlan id 1 local 192.0.2.2 dstport 4789');
	sh('ip -n sensor link set vxlan1 up');
}

# One device for all VNIs, which tc tells apart.
sub vxlan_external {
	sh(<<'END');
set -e
ip -n sensor link add vxlan0 type vxlan external local 192.0.2.2 dstport 4789
ip -n sensor link add copy1 type dummy
ip -n sensor link set vxlan0 up
ip -n sensor link set copy1 up
tc -n sensor qdisc add dev vxlan0 clsact
tc -n sensor filter add dev vxlan0 ingress protocol all flower enc_key_id 1 action mirred ingress redirect dev copy1
END
}

sub user_space {
	my ($way) = @_;
	sh('modprobe tun');
	my $process = start("ip netns exec sensor $here/untunnel tap1 1 " . ($way->{cpus} || 1));
	wait_for(sub { output($process) =~ /^ready/ }) or die 'untunnel: ', errors($process);
	sh('ip -n sensor link set tap1 up');
}

# --- vxmirror ---------------------------------------------------------------------------------------

# Rules that match none of pump's packets, each for another reason, and the one that matches all. The packets are
# TCP from the first source to 10.1.0.2, from ports above 1023 to 443.
my @OTHERS = (
	'reject protocol udp destination-port %d',
	'accept protocol tcp destination 10.1.%d.0/24 destination-port 443',
	'reject destination 172.16.%d.0/24',
	'accept protocol tcp destination 10.1.0.0/16 destination-port 8000-8%03d',
	'reject protocol icmp source 10.77.0.0/16 destination 10.1.%d.0/24',
	'accept protocol tcp source 10.77.%d.0/24 destination-port 1-1023',
	'reject protocol tcp source-port %d destination 10.1.0.0/16',
	'accept destination fd00:%d::/32',
);
my $ALL = 'accept protocol tcp source 10.77.0.0/16 destination 10.1.0.0/16 destination-port 443';

# A filter whose last rule is the first to match, or none if packets are to be lost.
sub filter {
	my ($way) = @_;
	my @rules = map { sprintf $OTHERS[$_ % @OTHERS], $_ } 1 .. $way->{rules};
	$rules[-1] = $ALL unless $way->{cause};
	my $number = 1;
	return ('add filter bench',
		map { "add rule filter bench number @{[$number++]} direction egress action $_" } @rules);
}

sub vxmirror {
	my ($way) = @_;
	my $settings = $way->{settings} // '';
	my @lines = $way->{rules} ? filter($way) : ();
	push @lines, map { "add vni $_ dev zmirror0 $settings" } 1 .. $way->{vnis} // 1;
	push @lines, "add session vni 1 source 10.77.0.0 $way->{session}" if $way->{session};
	ctl('-b ' . save('lines', join '', map { "$_\n" } @lines));
	ctl("set port 4789 front $way->{front}") if $way->{front};
	learn($way) if ($way->{sources} // 1) > 1;
}

sub limit_used {
	my ($name) = @_;
	my ($limit) = grep { $_->{limit} eq $name } @{ ctl_json('show limits') };
	return $limit->{used};
}

# Packets of all sources, until each is a session: slots are made ready a few at a time.
sub learn {
	my ($way) = @_;
	for (1 .. ROUNDS) {
		pump($way, read => undef, frame => 64, count => $way->{sources});
		return if limit_used('sessions') == $way->{sources};
	}
	die "$way->{way}: only ", limit_used('sessions'), " sessions of $way->{sources}\n";
}

# All packets must have come by that front. Returns what is wrong.
sub check_front {
	my ($way) = @_;
	my $front = ($way->{front} // 'auto') eq 'socket' ? 'socket' : 'early';
	my $came = ctl_json('show port 4789')->[0]{"${front}_packets"};
	return $came == $sent ? () : "$came of $sent packets came by the $front front";
}

sub check_delivered {
	my ($way) = @_;
	my $delivered = ctl_json('show vni 1')->[0]{delivered_packets};
	return (check_front($way), $delivered == $sent ? () : "$delivered of $sent frames were delivered");
}

sub check_lost {
	my ($way) = @_;
	my ($cause) = grep { $_->{cause} eq $way->{cause} } @{ ctl_json('show causes') };
	return (check_front($way), $cause->{packets} == $sent ? () : "$cause->{packets} of $sent packets: $way->{cause}");
}

# All rules were asked, of one direction.
sub check_filter {
	my ($way) = @_;
	my ($filter) = @{ ctl_json('show filter bench') };
	my $asked = $way->{cause} ? $filter->{unmatched_packets} : $filter->{rules}[-1]{hit_packets};
	my $undirected = ctl_json('show vni 1')->[0]{undirected_packets};
	return ($way->{cause} ? check_lost($way) : check_delivered($way),
		$asked == $sent ? () : "$asked of $sent packets came to the end of the rules",
		$undirected ? "$undirected packets had no direction" : ());
}

# --- Suricata ---------------------------------------------------------------------------------------

my $suricata;

# Decoding and flow tracking only: no rules, no output but its counters.
sub start_suricata {
	my ($dev, $vxlan) = @_;
	my $log = work_dir();
	my $conf = save('suricata.yaml', <<"END");
%YAML 1.1
---
default-log-dir: $log
logging: { outputs: [ { console: { enabled: yes } } ] }
stats: { enabled: yes, interval: 600 }
outputs: [ { eve-log: { enabled: yes, filename: eve.json, types: [ stats ] } } ]
af-packet:
  - { interface: $dev, threads: 1, cluster-id: 99, cluster-type: cluster_flow, tpacket-v3: yes, ring-size: 20000 }
decoder: { vxlan: { enabled: $vxlan, ports: 4789 } }
flow: { memcap: 32mb, hash-size: 4096, prealloc: 2000 }
stream: { memcap: 64mb, checksum-validation: no, reassembly: { memcap: 64mb } }
defrag: { memcap: 8mb, hash-size: 256, trackers: 256, prealloc: yes }
END
	unlink "$log/eve.json";
	$suricata = start("ip netns exec sensor suricata -k none --runmode workers --af-packet -c $conf");
	wait_for(sub { output($suricata) =~ /Engine started/ }, 120)
		or die 'suricata: ', output($suricata), errors($suricata);
}

sub suricata_vxlan { start_suricata('u0', 'yes') }

sub suricata_vxmirror {
	vxmirror(@_);
	start_suricata('zmirror0', 'no');
}

# Suricata must have seen every packet, and the TCP in it.
sub check_suricata {
	stop($suricata, 'INT');
	my ($stats) = grep { $_->{event_type} eq 'stats' } reverse map { decode_json($_) }
		split /\n/, slurp(work_dir() . '/eve.json');
	my $tcp = $stats->{stats}{decoder}{tcp};
	return $tcp == $sent ? () : "Suricata has seen $tcp of $sent frames";
}

# --- the table --------------------------------------------------------------------------------------

# way      its name
# title    what it is called in the table
# make     sets it up
# read     where pump reads; nowhere if a way has no reader, or one of its own
# whole    whole mirror packets come out there
# check    says what is wrong after all packets were sent, or nothing
# frames   bytes of inner frames, if not all sizes
# jumbo    'no': cannot take more than a page
# settings of VNI entries and session, of the first source's session: what vxmirrorctl is told of them
# rules    of the filter 'bench'
# cause    why packets are lost
# vnis, sources, first_vni, program, pace, expect: see pump; the others are the functions' above
my @WAYS = (
	{ way => 'drop', title => 'dropped at once, unseen', make => \&drop },
	{ way => 'floor', title => 'a plain copy: ring on the underlay, then drop', make => \&drop, read => 'u0', whole => 1 },
	{ way => 'underlay', title => 'capture on the underlay, tunnel and all', make => \&nothing, read => 'u0', whole => 1 },
	{ way => 'vxlan', title => "kernel's vxlan device", make => \&vxlan, read => 'vxlan1' },
	{ way => 'external', title => "kernel's vxlan device, external, and tc", make => \&vxlan_external, read => 'copy1' },
	{ way => 'tap', title => 'user space: recvmmsg, write to a tap', make => \&user_space, read => 'tap1' },
	{ way => 'xdp', title => 'XDP in the driver, no tables, no counters', make => \&nothing, read => 'u0',
	  program => 'frames', frames => [64, 450, 1500] },
	{ way => 'socket', title => 'vxmirror, front socket', make => \&vxmirror, read => 'zmirror0', front => 'socket',
	  check => \&check_delivered },
	{ way => 'early', title => 'vxmirror', make => \&vxmirror, read => 'zmirror0', check => \&check_delivered },
	{ way => 'vnis-1000', title => '  1,000 VNIs, 1,000 sessions', make => \&vxmirror, read => 'zmirror0',
	  vnis => 1000, sources => 1000, check => \&check_front, frames => [450] },
	{ way => 'vnis-10000', title => '  10,000 VNIs, 10,000 sessions', make => \&vxmirror, read => 'zmirror0',
	  vnis => 10_000, sources => 10_000, check => \&check_front, frames => [450] },
	{ way => 'sessions-65536', title => '  1 VNI, 65,536 sessions', make => \&vxmirror, read => 'zmirror0',
	  sources => 65_536, check => \&check_front, frames => [450] },
	{ way => 'full', title => '  10,000 VNIs, 65,536 sessions', make => \&vxmirror, read => 'zmirror0',
	  vnis => 10_000, sources => 65_536, check => \&check_front, frames => [450] },
	{ way => 'unread', title => '  a device that nobody reads', make => \&vxmirror, check => \&check_delivered,
	  frames => [450] },
	{ way => 'unknown', title => '  all of an unknown VNI', make => \&vxmirror, first_vni => 77,
	  check => \&check_lost, cause => 'unknown-vni', frames => [450] },
	{ way => 'rules-16', title => '  16 rules, the last matches', make => \&vxmirror, read => 'zmirror0',
	  rules => 16, settings => 'filter bench', check => \&check_filter, frames => [450] },
	{ way => 'rules-128', title => '  128 rules, the last matches', make => \&vxmirror, read => 'zmirror0',
	  rules => 128, settings => 'filter bench', check => \&check_filter, frames => [450] },
	{ way => 'filtered', title => '  all rejected: none of 16 rules matches', make => \&vxmirror,
	  rules => 16, settings => 'filter bench', check => \&check_filter, cause => 'filtered', frames => [450] },
	{ way => 'rejected', title => '  all of a rejected session', make => \&vxmirror,
	  session => 'action reject', check => \&check_lost, cause => 'filtered', frames => [450] },
	{ way => 'vlan', title => '  with a VLAN tag', make => \&vxmirror, read => 'zmirror0',
	  settings => 'vlan 100', check => \&check_delivered, frames => [450] },
	{ way => 'snaplen', title => "  cut to @{[SNAPLEN]} bytes", make => \&vxmirror, read => 'zmirror0',
	  settings => "snaplen @{[SNAPLEN]}", expect => SNAPLEN, check => \&check_delivered, frames => [450] },
	{ way => 'dedup', title => '  in a dedup group, each packet new', make => \&vxmirror, read => 'zmirror0',
	  settings => 'dedup bench', check => \&check_delivered, frames => [450] },
	{ way => 'suricata-vxlan', title => 'Suricata, its own VXLAN decoder', make => \&suricata_vxlan,
	  check => \&check_suricata, pace => 2000, frames => [450] },
	{ way => 'suricata-vxmirror', title => 'Suricata on vxmirror', make => \&suricata_vxmirror,
	  check => \&check_suricata, pace => 2000, frames => [450] },
);

# The ways of these names, or all.
sub ways {
	my %wanted = map { $_ => 1 } @_;
	my @found = grep { !@_ || delete $wanted{$_->{way}} } @WAYS;
	die "no such way: $_\n" for sort keys %wanted;
	return @found;
}

# --- sending ----------------------------------------------------------------------------------------

sub set_up {
	my ($way) = @_;
	$sent = 0;
	sensor();
	$way->{make}->($way);
}

sub take_down { end_netns($_) for 'sensor', 'client' }

# The command that sends packets the way: options of pump beside the way's own.
sub pump_command {
	my ($way, %more) = @_;
	my %option = (
		(map { $_ => $way->{$_} } qw(read program vnis sources pace cpus expect)),
		'first-vni' => $way->{first_vni},
		object => "$here/packets.bpf.o",
		%more,
	);
	$option{expect} = $option{frame} + OUTER if $way->{whole};
	$option{$option{frame} > LIVE_MAX ? 'from' : 'into'} = $option{frame} > LIVE_MAX ? 'client/m0' : 'u0';
	return "ip netns exec sensor $here/pump " .
		join ' ', map { "--$_ $option{$_}" } grep { defined $option{$_} } sort keys %option;
}

# Sends packets. Returns how many were sent and read, and a list of rounds, each [nanoseconds, busy ones].
sub pump {
	my ($way, %more) = @_;
	my $out = sh(pump_command($way, %more));
	my %said = $out =~ /^(sent|read) (\d+)$/mg;
	$sent += $said{sent} + ($more{'warm-up'} // 0);
	return { %said, rounds => [map { [split ' '] } $out =~ /^round (.*)$/mg] };
}

1;
