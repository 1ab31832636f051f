#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Tests tests/check-kernels itself: that a build that fails counts as one, and that README.md's table says what came
# of the run. In a tree of its own, where builds, guests and tests/run are stand-ins.

use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $top = "$FindBin::Bin/../..";
my $tree = tempdir(CLEANUP => 1);
system("mkdir -p $tree/tests/vm $tree/tests/e2e $tree/tests/kunit $tree/tests/faults $tree/include $tree/kmod/compat && " .
       "touch $tree/Kbuild $tree/dkms.conf $tree/tests/e2e/one.t $tree/tests/e2e/two.t && " .
       "cp $top/tests/check-kernels $tree/tests/") and die;

sub write_file {
	my ($name, $text) = @_;
	open my $f, '>', "$tree/$name" or die "$name: $!\n";
	print $f $text;
	close $f or die "$name: $!\n";
	chmod 0755, "$tree/$name" or die "$name: $!\n";
}

# A build fails if $BAD names it; one without kmod/compat is told by its directory.
write_file('tests/vm/kernel', "#!/bin/sh\necho image=/cache/kernel/\$1.7-1/image\necho tools=/\n");
write_file('tests/vm/in-root', "#!/bin/sh\necho \$2 9.8\n");
write_file('tests/vm/build', <<'END');
#!/bin/sh
what="$*"
[ -e "$(dirname "$0")/../../kmod/compat" ] || what="$what without"
[ "$what" != "$BAD" ] || { echo unused variable >&2; exit 1; }
echo /cache/build/lib/modules/x/updates/vxmirror.ko
END
write_file('tests/vm/guest', "#!/bin/sh\n[ \"load \$2\" != \"\$BAD\" ]\n");
write_file('tests/run', <<'END');
#!/bin/sh
[ "$*" = "--kernel $LIST tests/e2e/one.t tests/e2e/two.t" ] || exit 2
IFS=,
for kernel in $LIST; do
	echo "$kernel e2e/one.t .. 10 ok, 1 s"
	echo "$kernel e2e/two.t .. 5 ok, 2 skipped, 3 s"
	echo "$kernel the guest and its kernel's log .. ${VERDICT:-1 ok}, 9 s"
done
echo
echo "$RESULT"
exit "${STATUS:-0}"
END

my $readme = <<'END';
Kernels:

<!-- tests/check-kernels writes this table -->
what was there before
<!-- end of the table -->

## More
END
my $table = <<'END';
| Debian's kernel | builds without a warning: gcc | clang | tests/e2e |
|---|---|---|---|
END

sub row_of { my ($kernel, $passed) = @_; return "| $kernel.7-1 | gcc 9.8 | clang 9.8 | $passed passed, 0 failed, 2 skipped |\n" }

# What it makes of a README.md that has a table already, or has the first one.
sub result {
	my ($name, $environment, $arguments, $want_good, $last, @patterns) = @_;
	my $before = join '', map { row_of($_, 7) } qw(5.10 6.1 6.12 sid);
	write_file('README.md', $arguments ? $readme =~ s/what was there before/\n$table$before/r : $readme);
	my $output = qx(env $environment $tree/tests/check-kernels $arguments 2>&1);
	my $good = $? == 0;
	ok(!$good == !$want_good, "$name: the exit status");
	is((split /\n/, $output)[-1], $last, "$name: the last line");
	like($output, $_, "$name: the output") for @patterns;
	open my $f, '<', "$tree/README.md" or die "README.md: $!\n";
	return do { local $/; <$f> };
}

my $all = 'LIST=5.10,6.1,6.12,sid';
my $written = result('all good', "$all RESULT='64 passed, 0 failed, 8 skipped'", '', 1, '77 passed, 0 failed, 8 skipped');
my $rows = join '', map { row_of($_, 16) } qw(5.10 6.1 6.12 sid);
is($written, $readme =~ s/what was there before/\n$table$rows/r, 'all good: the table, and nothing else');

my $one = "LIST=6.1 RESULT='16 passed, 0 failed, 2 skipped'";
$written = result('one kernel', $one, '6.1', 1, '19 passed, 0 failed, 2 skipped');
$rows = join '', map { row_of(@$_) } ['5.10', 7], ['6.1', 16], ['6.12', 7], ['sid', 7];
is($written, $readme =~ s/what was there before/\n$table$rows/r, 'one kernel: its row, and nothing else');
write_file('README.md', $readme);
like(qx(env $one $tree/tests/check-kernels 6.1 2>&1), qr/has no row for 5\.10: run all of them\n\z/,
     'one kernel, and no table yet: said');
result('gcc', "$one BAD=6.1", '6.1', 0, '18 passed, 1 failed, 2 skipped', qr/gcc .. 1 FAILED.*\n +unused variable/);
result('clang', "$one 'BAD=--clang 6.1'", '6.1', 0, '17 passed, 1 failed, 2 skipped', qr/clang .. 1 FAILED/);
result('loading', "$one 'BAD=load 6.1'", '6.1', 0, '18 passed, 1 failed, 2 skipped', qr/built .. 1 FAILED/);
result('compat', "LIST=sid RESULT='16 passed, 0 failed, 2 skipped' 'BAD=sid without'", 'sid', 0,
       '19 passed, 1 failed, 2 skipped', qr/compat .. 1 FAILED/);
result('a test fails', "LIST=6.1 VERDICT='1 FAILED' STATUS=1 RESULT='15 passed, 1 failed, 2 skipped'", '6.1', 0,
       '18 passed, 1 failed, 2 skipped');
result('a status', "$one STATUS=1", '6.1', 0, '19 passed, 0 failed, 2 skipped');
result('other sums', "LIST=6.1 RESULT='17 passed, 0 failed, 2 skipped'", '6.1', 0, 'tests/run counts otherwise: passed');
result('no sums', 'LIST=6.1', '6.1', 0, 'tests/run counts otherwise: passed');

$written = result('the table', "$all BAD=6.1 VERDICT='1 FAILED' STATUS=1 RESULT='60 passed, 4 failed, 8 skipped'", '', 0,
		  '72 passed, 5 failed, 8 skipped');
like($written, qr/^\| 6\.1\.7-1 \| gcc 9\.8: fails \| clang 9\.8 \| 15 passed, 1 failed, 2 skipped \|$/m,
     'the table says what failed');

done_testing();
