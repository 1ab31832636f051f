#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# vxmirrorctl takes any command line, any file of commands, any answer of the kernel and any of AWS: no bad
# access, no leak, no endless loop, no request that the kernel would find malformed, no success that was
# none, JSON that is JSON, and no command that AWS's strings have a word in. See tool.h and tool_*.c.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fuzz;

my $dictionary = "-dict=$FindBin::Bin/build/words.dict";

fuzz(['tool-words', $dictionary], ['tool-batch', $dictionary], ['tool-answers', $dictionary],
     ['tool-import', $dictionary]);
