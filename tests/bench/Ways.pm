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

sub vxmirror {
	my ($way) = @_;
	ctl('-b ' . save('vnis', join '', map { "add vni $_ dev zmirror0\n" } 1 .. $way->{vnis} // 1));
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

sub check_unknown {
	my ($way) = @_;
	my ($cause) = grep { $_->{cause} eq 'unknown-vni' } @{ ctl_json('show causes') };
	return (check_front($way), $cause->{packets} == $sent ? () : "$cause->{packets} of $sent VNIs were unknown");
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
# vnis, sources, first_vni, program, pace: see pump; the others are the functions' above
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
	  check => \&check_unknown, frames => [450] },
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
		(map { $_ => $way->{$_} } qw(read program vnis sources pace cpus)),
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
