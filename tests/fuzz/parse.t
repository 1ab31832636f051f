#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# The module's reading of headers takes any bytes: it reads none that it may not, and says of them what
# an oracle says that is written another way. See parse.c.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fuzz;

fuzz(['parse', '-max_len=80']);
