#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The module's filters take any rules and any frame: they read no byte that they may not, and decide as the
# rules do when they are looked through one by one. See filter.c.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fuzz;

fuzz(['filter', '-max_len=400']);
