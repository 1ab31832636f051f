#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The static checks: each prints nothing, or it has failed.

use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my $kernel_tree = qx(tests/packages kernel-tree 2>/dev/null);
chomp $kernel_tree;

# Runs a command whose whole output, standard error included, is to be empty.
sub quiet {
	my ($name, $command) = @_;
	my $output = qx({ $command\n} 2>&1);
	$output .= "exit code " . ($? >> 8) . "\n" if $? && $output eq '';
	is($output, '', $name);
}

sub files { return join ' ', sort split /\n/, qx(git ls-files --cached --others --exclude-standard -- @_) }

my $sources = files("'*.c' '*.h'");
my $kernel = files('kmod include');
my $programs = files("'tools/*.[ch]' 'tests/*.[ch]'");
my $scripts = join ' ', grep { qx(head -n 1 $_) =~ m{^#!.*\b(ba)?sh\b} } split ' ', files();

my $checkpatch = "$kernel_tree/scripts/checkpatch.pl --no-tree --strict --terse --show-types";
$kernel =~ s/\S+\.(?![ch]\b)\S+|\S+Kbuild//g;
quiet('checkpatch --strict, the module', "$checkpatch -f $kernel | grep -v '^total'; true");
# a program has no strscpy() and none of the kernel's names for attributes
quiet('checkpatch --strict, the programs',
      "$checkpatch --ignore STRCPY,STRNCPY,PREFER_DEFINED_ATTRIBUTE_MACRO -f $programs | grep -v '^total'; true");

# sparse looks at every file, with the byte orders, and says nothing but the names of the steps
my ($kdir) = qx(tests/vm/kernel 6.1) =~ /^kdir=(.*)$/m;
my $copy = tempdir('vxmirror-lint-XXXXXX', TMPDIR => 1, CLEANUP => 1);
quiet('sparse', "cp -r Kbuild dkms.conf kmod include $copy && " .
      "make -s -C $kdir M=$copy CC=gcc C=2 CF=-D__CHECK_ENDIAN__ modules >$copy/log 2>&1 || cat $copy/log; " .
      "grep -E 'kmod/.*(warning|error)' $copy/log; true");

quiet('kernel-doc', "$kernel_tree/scripts/kernel-doc -none " . files("'kmod/*.c' 'kmod/*.h' include/uapi"));
quiet('shellcheck', "shellcheck $scripts tests/vm/lib.sh tests/vm/archive.sh");
quiet('yamllint', 'yamllint --strict include/vxmirror.yaml');
quiet('mandoc', 'mandoc -T lint -W warning tools/man/*.8');
quiet('no file over 800 lines', "wc -l $sources | awk '\$2 != \"total\" && \$1 > 800'");
quiet('no version test outside kmod/compat',
      "grep -nE 'LINUX_VERSION_CODE|KERNEL_VERSION' " . files("'kmod/*.[ch]' ':!kmod/compat'") . '; true');

done_testing();
