#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Copies of a packet are told from retransmissions in whatever order sessions see them, and nothing is read of a
# packet that is not there. See copies.c.

use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Fuzz;

fuzz(['copies', '-max_len=400']);
