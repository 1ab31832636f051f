#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The unit tests (tests/kunit), built into a second vxmirror.ko: each of their leaves is a test point here. All
# suites have run, each in full, and nothing of them is left when the module is gone. For memory that nothing points
# to any more the guest looks at its end.

use strict;
use warnings;
use Fcntl qw(O_RDONLY O_NONBLOCK SEEK_END);
use FindBin;
use lib "$FindBin::Bin/../e2e";
use E2E;
use File::Basename qw(basename);

my $module = '/lib/modules/' . sh('uname -r') . '/kunit/vxmirror.ko';

# What an operator could see of it, in the first namespace.
sub traces {
	return join '', map { "$_\n" } grep { /vxm|kunit\d|:47(?:88|89|90)\b/ }
		map { split /\n/, sh($_) } 'ip -o link', 'ss -Hlnu', 'cat /proc/modules';
}

# Runs the suites; returns the lines of the kernel's log meanwhile.
sub run_suites {
	sysopen my $log, '/dev/kmsg', O_RDONLY | O_NONBLOCK or die "kmsg: $!\n";
	sysseek $log, 0, SEEK_END or die "kmsg: $!\n";
	sh('echo all >/sys/module/vxmirror/parameters/kunit');
	my @lines;
	while (sysread $log, my $record, 8192) {
		# a prefix, the text with its line feeds written as \x0a, and lines of more about the sender
		my ($text) = $record =~ /^[^;]*;(.*)/;
		push @lines, split /\n/, $text =~ s/\\x([0-9a-f]{2})/chr hex $1/ger;
	}
	$!{EAGAIN} or die "kmsg: $!\n";
	return @lines;
}

# The results in KTAP, which is TAP in TAP, four columns for each level: suites, their cases, and the parameters of
# these. What a result consists of comes before it. Parameters have no plan in older kernels: there is their sum.
sub results {
	my (%results, %plan, %sum, @notes);
	for (@_) {
		my ($indent, $line) = /^( *)(.*)$/;
		my $level = length $indent;
		if ($line =~ /^(not )?ok \d+ (?:- )?(.*?)(?: +# SKIP *(.*))?$/) {
			push @{ $results{$level} }, {
				good => !$1, name => $2, skip => $3, notes => [@notes],
				parts => delete $results{$level + 4} // [],
				planned => delete $plan{$level + 4} // $sum{$level} // 1,
			};
			delete $sum{$level};
			@notes = ();
		} elsif ($line =~ /^1\.\.(\d+)$/) {
			$plan{$level} = $1;
		} elsif ($line =~ /^# .*: pass:.* total:(\d+)$/) {
			$sum{$level} = $1;
		} elsif ($line !~ /^(KTAP version|# Subtest:)/) {
			push @notes, $line;
		}
	}
	return { good => 1, name => 'kunit', parts => $results{0} // [], planned => $plan{0} // 0, notes => \@notes };
}

# One point for each leaf, and one for all of a level having been there.
sub report {
	my ($result, $name) = @_;
	my @parts = @{ $result->{parts} };
	if (!@parts) {
		SKIP: {
			skip("$name: $result->{skip}", 1) if defined $result->{skip};
			ok($result->{good}, $name);
		}
	} else {
		report($_, ($name eq 'kunit' ? '' : "$name.") . $_->{name}) for @parts;
		is(scalar @parts, $result->{planned}, "$name: all have run");
		ok(0, "$name, as KUnit says") if !$result->{good} && !grep { !$_->{good} } @parts;
	}
	diag("$_\n") for $result->{good} ? () : @{ $result->{notes} };
}

set_switch('/sys/kernel/rcu_expedited', 1);
for ('failslab', 'fail_page_alloc') {
	set_switch("/sys/kernel/debug/$_/verbose", 0);
	set_switch("/sys/kernel/debug/$_/ignore-gfp-wait", 'N');
}
set_switch('/sys/kernel/debug/fail_page_alloc/min-order', 0);
sh('modprobe -r vxmirror');
my $traces = traces();
sh("modprobe --show-depends vxmirror | grep -v /vxmirror.ko | sh");
sh("insmod $module");
my $results = results(run_suites());
sh('rmmod vxmirror');

report($results, 'kunit');
is_deeply([sort map { $_->{name} } @{ $results->{parts} }],
	  [sort map { 'vxm_' . basename($_, '_test.c') } glob "$FindBin::Bin/../kunit/*_test.c"],
	  'each suite of tests/kunit has run');

is(traces(), $traces, 'no device, port or module is left');

done_testing;
