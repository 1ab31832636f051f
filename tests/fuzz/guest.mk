# SPDX-License-Identifier: GPL-2.0
# Builds the fuzzers that run in the guest, against the module: packets and
# netlink requests. They use the client of tests/uapi, which has a Makefile.

PKG_CONFIG ?= pkg-config
CFLAGS ?= -O2 -g

VXM_CFLAGS := -std=gnu11 -Wall -Wextra -Wno-unused-parameter -D_GNU_SOURCE
VXM_CFLAGS += -I../../include/uapi $(shell $(PKG_CONFIG) --cflags libnl-genl-3.0)
VXM_LIBS := $(shell $(PKG_CONFIG) --libs libnl-genl-3.0)

CLIENT := ../uapi/client.a
PACKETS := packets.o packets_work.o packets_config.o packets_check.o packets_links.o
PACKETS += packet.o packet_inner.o inject.o answers.o
NETLINK := netlink.o netlink_act.o netlink_world.o request.o exchange.o
HEADERS := $(wildcard *.h) $(wildcard ../uapi/*.h) ../../include/uapi/linux/vxmirror.h

all: packets netlink

packets: $(PACKETS) $(CLIENT)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(VXM_LIBS)

netlink: $(NETLINK) $(CLIENT)
	$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(VXM_LIBS)

$(PACKETS) $(NETLINK): %.o: %.c $(HEADERS) guest.mk
	$(CC) $(VXM_CFLAGS) $(CFLAGS) $(CPPFLAGS) -c -o $@ $<

$(CLIENT): FORCE
	$(MAKE) -C $(@D) $(@F)

clean:
	$(RM) packets netlink $(PACKETS) $(NETLINK)

FORCE:

.PHONY: all clean FORCE
