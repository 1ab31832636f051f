#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Tests tests/run itself: that nothing but a passed test is counted as one, and which guests there are, when. In a
# tree of its own, where the guest is a stand-in that runs its command here.

use strict;
use warnings;
use File::Temp qw(tempdir);
use FindBin;
use Test::More;

my $top = "$FindBin::Bin/../..";
my $tree = tempdir(CLEANUP => 1);
for ('tests', map { "tests/$_" } qw(host e2e debug vm)) {
	mkdir "$tree/$_" or die "$_: $!\n";
}
system('cp', "$top/tests/run", "$tree/tests/") and die;
system('cp', "$top/tests/vm/run-files", "$tree/tests/vm/") and die;

sub script {
	my ($name, $text) = @_;
	open my $f, '>', "$tree/tests/$name" or die "$name: $!\n";
	print $f "#!/bin/sh\n$text\n";
	close $f or die "$name: $!\n";
	chmod 0755, "$tree/tests/$name" or die "$name: $!\n";
}

# It ends with the status that a test left in the share, otherwise with 0.
script('vm/guest', <<'END');
while [ "$1" != -- ]; do
	case $1 in
	--kernel) export VXM_KERNEL=$2 ;;
	--share) export VXM_SHARE=$2 ;;
	esac
	shift 2
done
shift
"$@" 2>/dev/null &
echo $! >"$VXM_SHARE/pid"
wait
exit $(cat "$VXM_SHARE/verdict" 2>/dev/null || echo 0)
END

script('host/good.t', 'echo 1..2; echo ok 1; echo ok 2');
script('host/some-skipped.t', 'echo 1..2; echo ok 1; echo "ok 2 # SKIP no tool"');
script('host/skipped.t', 'echo "1..0 # SKIP nothing to see"');
script('host/todo.t', 'echo 1..1; echo "not ok 1 # TODO later"');
script('host/bad.t', 'echo 1..2; echo ok 1; echo not ok 2 - sums; echo "# 1 + 1 = 3" >&2; exit 1');
script('host/no-plan.t', 'echo ok 1');
script('host/cut.t', 'echo 1..3; echo ok 1; echo ok 2');
script('host/status.t', 'echo 1..1; echo ok 1; exit 7');
script('host/silent.t', 'exit 0');
script('e2e/good.t', 'echo 1..1; echo "ok 1 - $VXM_KERNEL"');
script('e2e/long.t', 'echo 1..2; echo ok 1; exec sleep 60');
script('e2e/panic.t', 'echo 1..2; echo ok 1; echo 125 >"$VXM_SHARE/verdict"; kill -KILL $(cat "$VXM_SHARE/pid")');
script('debug/good.t', 'echo 1..1; echo "ok 1 - $VXM_KERNEL"');
script('e2e/complaint.t', 'echo 1..1; echo ok 1; echo 123 >"$VXM_SHARE/verdict"');
# Who ran where, in order; each of these takes a moment.
my $ran = "$tree/ran";
script("$_.t", "echo 1..1; echo ok 1; echo \"\$VXM_KERNEL \${VXM_SHARE##*/} $_ begins\" >>$ran; sleep 0.2; echo ends >>$ran")
	for qw(debug/d1 debug/d2 e2e/e1 e2e/e2 e2e/e3);
# Either waits for the other.
for (['a', 'b'], ['b', 'a']) {
	my ($me, $you) = @$_;
	script("e2e/meet-$me.t", "echo 1..1; touch $tree/$me; tries=0; until [ -e $tree/$you ]; do " .
	       '[ $((tries += 1)) -lt 100 ] || exit 1; sleep 0.1; done; echo ok 1');
}

sub result {
	my ($name, $arguments, $want_good, $last, @patterns) = @_;
	my $output = qx(TMPDIR=$tree $tree/tests/run $arguments 2>&1);
	my $good = $? == 0;
	ok(!$good == !$want_good, "$name: the exit status");
	is((split /\n/, $output)[-1], $last, "$name: the last line");
	like($output, $_, "$name: the output") for @patterns;
}

result('passed', 'host/good.t', 1, '2 passed, 0 failed, 0 skipped');
result('skipped', 'host/some-skipped.t host/skipped.t tests/host/todo.t', 1, '1 passed, 0 failed, 3 skipped',
       qr/no tool/, qr/nothing to see/, qr/later/);
result('skipped only', 'host/skipped.t', 0, '0 passed, 0 failed, 1 skipped');
result('failed', 'host/bad.t', 0, '1 passed, 1 failed, 0 skipped', qr/sums\n +# 1 \+ 1 = 3/);
result('no plan', 'host/no-plan.t', 0, '1 passed, 1 failed, 0 skipped');
result('cut short', 'host/cut.t', 0, '2 passed, 1 failed, 0 skipped');
result('a bad status', 'host/status.t', 0, '1 passed, 1 failed, 0 skipped', qr/exit status 7/);
result('silent', 'host/silent.t', 0, '0 passed, 1 failed, 0 skipped');
result('guests', '--kernel 1,2 e2e/good.t', 1, '4 passed, 0 failed, 0 skipped', qr/^1 e2e.*^2 e2e/ms);
@ENV{qw(VXM_FUZZ_SECONDS VXM_STRESS_SECONDS)} = (0, 0);
result('a debug test', '--kernel 1,kasan debug/good.t', 1, '2 passed, 0 failed, 0 skipped', qr/^kasan debug/m);
result('too long', '--kernel 1 --timeout 1 e2e/long.t', 0, '2 passed, 1 failed, 0 skipped', qr/too long/);
result('a panic', '--kernel 1 e2e/good.t e2e/panic.t', 0, '2 passed, 2 failed, 0 skipped', qr/the guest ended/);
result('a complaint', '--kernel 1 e2e/complaint.t', 0, '1 passed, 1 failed, 0 skipped', qr/status 123/);

# A debug kernel's files are dealt out to two guests, which are two of those that may run at a time.
sub ran { open my $f, '<', $ran or die "$ran: $!\n"; my @lines = <$f>; unlink $ran; chomp @lines; return [@lines] }

my $all = join ' ', map { "$_.t" } qw(debug/d1 debug/d2 e2e/e1 e2e/e2 e2e/e3);
result('dealt', "--kernel 1,kasan,kcsan --guests 1 $all", 1, '16 passed, 0 failed, 0 skipped',
       qr/^kasan debug\/d1.*^kasan the guest and .*^kasan debug\/d2.*^kasan-2 the guest and /ms);
is_deeply(ran(), [map { ("$_ begins", 'ends') } '1 1 e2e/e1', '1 1 e2e/e2', '1 1 e2e/e3',
	  (map { "kasan kasan $_" } 'debug/d1', 'e2e/e1', 'e2e/e3'), (map { "kasan kasan-2 $_" } 'debug/d2', 'e2e/e2'),
	  (map { "kcsan kcsan $_" } 'e2e/e1', 'e2e/e3'), 'kcsan kcsan-2 e2e/e2'],
	  'dealt: each file ran once on its kernel, one guest after the other');
result('two at a time', '--kernel kasan e2e/meet-a.t e2e/meet-b.t', 1, '4 passed, 0 failed, 0 skipped');
result('a complaint in one of two', '--kernel kasan debug/good.t e2e/complaint.t', 0, '3 passed, 1 failed, 0 skipped',
       qr/^kasan the guest and .* 1 ok.*^kasan-2 the guest and .* 1 FAILED/ms, qr/^FAILED: kasan-2 .*status 123/m);
isnt(system("$tree/tests/run host/none.t 2>/dev/null"), 0, 'a test that is not there');

# Of all tests, the coverage is what both have counted.
unlink map { "$tree/tests/$_.t" } qw(host/bad host/no-plan host/cut host/status host/silent e2e/long e2e/panic e2e/complaint);
script('vm/coverage', 'echo 1..$#; for share; do echo "ok # SKIP of ${share##*/}"; done');
result('coverage', '--kernel 1,kasan', 1, '21 passed, 0 failed, 5 skipped', qr/ of kasan\n.* of kasan-2\n/);

done_testing();
