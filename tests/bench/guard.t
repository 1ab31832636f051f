#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# vxmirror costs no more than it did, and no more than it may: measured again in a guest that counts instructions,
# against the kernel's vxlan device and the plain copy of the same boot, and against what figures.json has.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use JSON::PP;
use Test::More;
use Figures qw(committed row);

use constant {
	MARGIN => 1.15,			# over what is committed
	OF_FLOOR_LOST => 0.6,		# of the plain copy, for what is not delivered
	RULES_16 => 150,		# instructions more than without a filter
	FLAT => 1.10,			# however many VNIs and sessions, or rules
	MEMORY_KIB => 16 * 1024,
	MODULE_BYTES => 128 * 1024,
};

# What a program of tests/bench says in a guest.
sub in_guest {
	my ($words) = @_;
	my $json = qx(tests/vm/guest --timeout 900 $words);
	is($? >> 8, 0, $words) or BAIL_OUT('no figures');
	return decode_json($json);
}

my %lost = (unknown => 'of an unknown VNI', filtered => 'that a filter rejects', rejected => 'of a rejected session');
my $measured = in_guest('--icount --cpus 1 -- tests/bench/ways --frames 450 ' .
			"drop floor vxlan early full rules-16 rules-128 @{[sort keys %lost]}");
my %now = map { $_->{way} => $_ } @{ $measured->{rows} };
my $before = committed()->{ways}{'6.1'}{rows};

note(sprintf '%-9s %7.1f net instructions, %.3f of the copy, %.3f of vxlan', $_->{way}, @$_{qw(net of_floor of_vxlan)})
	for @{ $measured->{rows} };
cmp_ok($now{$_}{of_vxlan}, '<=', MARGIN * row($before, $_, 450)->{of_vxlan}, "$_: no slower than committed, within the margin")
	for 'early', 'rules-16';
cmp_ok($now{full}{net}, '<=', FLAT * $now{early}{net}, '10,000 VNIs with 65,536 sessions cost about the same as one');
cmp_ok($now{'rules-16'}{net} - $now{early}{net}, '<=', RULES_16, 'a filter of 16 rules costs little');
cmp_ok($now{'rules-128'}{net}, '<=', FLAT * $now{'rules-16'}{net}, '128 rules cost about the same as 16');
cmp_ok($now{$_}{of_floor}, '<=', OF_FLOOR_LOST, "a packet $lost{$_} costs less than a copy") for sort keys %lost;

my $memory = in_guest('-- tests/bench/memory');
is("$memory->{vnis} $memory->{sessions}", '1000 10000', 'as many VNIs and sessions as are asked about');
cmp_ok($memory->{$_}, '<=', MEMORY_KIB, "their memory: $_") for qw(free_kib counted_kib session_memory_kib);

cmp_ok($memory->{module_text_data_bytes}, '<=', MODULE_BYTES, "the module's own code and data");

done_testing();
