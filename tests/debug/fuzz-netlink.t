#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Random and mutated requests over netlink, of people with the right and without: who has none gets and changes
# nothing, what is refused is refused with a reason and changes nothing, the state always agrees with itself, and
# nothing of it is left at the end. tests/fuzz/netlink.c says who asks.

use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/../e2e", "$FindBin::Bin/../fuzz";
use E2E;
use Guest;

netns('fuzz-netlink');
fuzz('ip', 'netns', 'exec', 'fuzz-netlink', "$FindBin::Bin/../fuzz/netlink");
end_netns('fuzz-netlink');
no_leaks();
done_testing;
