#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# 'make', 'make install' and 'make uninstall' as the README has them, from the sources alone, with the
# headers of Debian's 6.1: DKMS, the tool, its manual. All of it happens in a copy of this machine's root
# directory that is gone afterwards.

use strict;
use warnings;
use File::Temp qw(tempdir);
use Test::More;

my %kernel = qx(tests/vm/kernel 6.1) =~ /^(\w+)=(.*)$/gm;
my ($release, $modules, $kdir) = @kernel{qw(release modules kdir)};
BAIL_OUT('no kernel headers') unless $kdir;
my $installed = "/lib/modules/$release";
my $root = tempdir('vxmirror-install-XXXXXX', TMPDIR => 1, CLEANUP => 1);

# The sources as git has them, and nothing that was built.
my $files = join ' ', split /\n/, qx(git ls-files --cached --others --exclude-standard);

# The commands run in a mount namespace of their own, which ends with them.
my $script = <<"END";
set -e
mount -t tmpfs tmpfs $root
mkdir $root/upper $root/work $root/root
mount -t overlay overlay -o lowerdir=/,upperdir=$root/upper,workdir=$root/work $root/root
for dir in proc dev sys; do mount --rbind /\$dir $root/root/\$dir; done
mkdir -p $root/root$installed $root/root/build
mount --bind $root/root$modules $root/root$installed
tar c $files | tar x -C $root/root/build
exec chroot $root/root bash -c 'cd /build && exec bash' <<'INSIDE'
exec 3>&1 1>/dev/null
say() { printf '%s\\n' "\$*" >&3; }
# all but depmod's tables, which are made anew, and DKMS's own signing key
places() { find /usr/local /usr/src /var/lib/dkms $installed -not -path '$installed/modules.*' -not -name 'mok.*' | sort; }

ln -sfn $kdir $installed/build
places >/before

make CC=gcc KDIR=$kdir >/log 2>&1; say make \$?
[ -s vxmirror.ko ] && [ -x tools/vxmirrorctl ]; say built \$?
make clean KDIR=$kdir >>/log 2>&1; say clean \$?
find . -name '*.o' -o -name '*.ko' | grep -q .; say left-over \$?
make install KERNEL=$release >>/log 2>&1; say install \$?
say module "\$(modinfo -k $release -n vxmirror)"
say status "\$(dkms status vxmirror | grep -c installed)"
say version "\$(/usr/local/sbin/vxmirrorctl --version)"
say manual "\$(MANPATH=/usr/local/share/man man -w vxmirrorctl)"
make install KERNEL=$release >>/log 2>&1; say again \$?
make uninstall KERNEL=$release >>/log 2>&1; say uninstall \$?
say remains "\$(places | diff /before - | tr '\\n' ' ')"
make uninstall KERNEL=$release >>/log 2>&1; say nothing \$?
make module KDIR=/nowhere 2>/nowhere.log; say headers \$? "\$(head -n 1 /nowhere.log)"
cat /log >&2
INSIDE
END

my $log = "$root.log";
open my $commands, '>', "$root.sh" or die;
print $commands $script;
close $commands;
my $output = qx(unshare --mount bash $root.sh 2>$log);
my %said = map { /^(\S+) ?(.*)$/ ? ($1 => $2) : () } split /\n/, $output;

is($said{make}, 0, 'make');
is($said{built}, 0, 'it builds the module and the tool');
is($said{clean}, 0, 'make clean');
is($said{'left-over'}, 1, 'it leaves nothing that was built');
is($said{install}, 0, 'make install');
like($said{module}, qr{^$installed/updates/dkms/vxmirror\.ko}, 'modprobe finds the module that DKMS built');
is($said{status}, 1, 'DKMS has it installed');
like($said{version}, qr/^vxmirrorctl \d/, 'the tool is installed');
like($said{manual}, qr{^/usr/local/}, 'so is its manual');
is($said{again}, 0, 'make install over it');
is($said{uninstall}, 0, 'make uninstall');
is($said{remains}, '', 'nothing is left of it');
is($said{nothing}, 0, 'make uninstall with nothing to undo');
like($said{headers}, qr/^2 There are no kernel headers at .nowhere/, 'make says what is missing');

if (!Test::More->builder->is_passing && open my $f, '<', $log) {
	diag(<$f>);
}
unlink $log, "$root.sh";

done_testing();
