/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The first network namespace with VNI entries, a mirror device and a reader
 * on it, all made by the module's own functions.
 */
#ifndef _VXM_KUNIT_WORLD_H
#define _VXM_KUNIT_WORLD_H

#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/if.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/socket.h>
#include <linux/vxmirror.h>
#include <net/netlink.h>

#include "counters.h"
#include "frame.h"
#include "layout.h"
#include "packet.h"
#include "vni.h"

#define VXM_KUNIT_DEV "kunit0"
#define VXM_KUNIT_DEV2 "kunit1"
#define VXM_KUNIT_VNI 100
#define VXM_KUNIT_SHOWN_MAX 4

/**
 * struct vxm_kunit_shown - a frame as a reader saw it on the mirror device
 * @len: its length, 0: it was not readable
 * @bytes: its bytes, with the VLAN tag put back that the stack had taken out
 * @tag: whether there was one
 * @ip_summed: what the skb said about its checksum
 * @csum_start: where the checksum to fill begins, from the frame's first byte
 * @csum_level: see &sk_buff.csum_level
 * @queue: receive queue
 * @mark: see &sk_buff.mark
 * @priority: see &sk_buff.priority
 * @hash: see &sk_buff.hash
 * @protocol: see &sk_buff.protocol
 * @pkt_type: see &sk_buff.pkt_type
 * @tstamp: time of receipt
 * @hwtstamp: the same, by hardware
 * @owned: it had a socket or a destructor
 * @gso: it was a super-packet
 */
struct vxm_kunit_shown {
	size_t len;
	u8 bytes[VXM_KUNIT_FRAME_MAX];
	bool tag;
	u8 ip_summed;
	int csum_start;
	u8 csum_level;
	u16 queue;
	u32 mark;
	u32 priority;
	u32 hash;
	__be16 protocol;
	u8 pkt_type;
	ktime_t tstamp;
	ktime_t hwtstamp;
	bool owned;
	bool gso;
};

/**
 * struct vxm_kunit_world - what a test works on
 * @vn: the module's state of the namespace
 * @dev: the mirror device
 * @port: port 4789
 * @start: all that the namespace had counted when the test began
 * @reader: sees the device's frames
 * @n_shown: how many frames it saw
 * @seen: completed with each
 * @shown: the first of them
 * @frame: for the test's inner frame
 * @packet: for its mirror packet
 * @pages: for the pages that it lies in
 */
struct vxm_kunit_world {
	struct vxm_net *vn;
	struct net_device *dev;
	struct vxm_port *port;
	struct vxm_totals start;
	struct packet_type reader;
	int n_shown;
	struct completion seen;
	struct vxm_kunit_shown shown[VXM_KUNIT_SHOWN_MAX];
	u8 frame[VXM_KUNIT_FRAME_MAX];
	u8 packet[VXM_KUNIT_FRAME_MAX];
	struct vxm_kunit_pages pages;
};

/**
 * struct vxm_kunit_request - a request for a VNI entry, as vxm_vni_add() wants
 * @attrs: by enum vxm_attr
 * @ifname: the device's name
 * @name: the same, to be read as part of @ifname
 * @words: what says which VNIs
 * @extack: the answer
 */
struct vxm_kunit_request {
	struct nlattr *attrs[VXM_ATTR_MAX + 1];
	struct nlattr ifname;
	char name[IFNAMSIZ];
	struct nlattr words;
	struct netlink_ext_ack extack;
};

/**
 * struct vxm_kunit_family - an address family
 * @name: for the parameter of a test
 * @family: AF_INET or AF_INET6
 */
struct vxm_kunit_family {
	const char *name;
	sa_family_t family;
};

extern const struct vxm_kunit_family vxm_kunit_families[2];

int vxm_kunit_world_make(struct kunit_suite *suite);
void vxm_kunit_world_end(struct kunit_suite *suite);
int vxm_kunit_world_reset(struct kunit *test);

struct vxm_vni_key vxm_kunit_number(u16 port, u32 vni);
int vxm_kunit_add(const struct vxm_vni_key *key, const char *dev,
		  struct vxm_kunit_request *request);
void vxm_kunit_del_dev(const char *name);

void vxm_kunit_receive(struct vxm_kunit_world *world, struct sk_buff *skb);
void vxm_kunit_counted(struct vxm_kunit_world *world,
		       struct vxm_totals *totals);
int vxm_kunit_fail_nth(int nth);
u64 vxm_kunit_causes(const struct vxm_totals *totals);
int vxm_kunit_loopback(sa_family_t family, u16 port,
		       struct sockaddr_storage *to);

/* Of a suite whose init is vxm_kunit_world_reset(). */
static inline struct vxm_kunit_world *vxm_kunit_world(struct kunit *test)
{
	return test->priv;
}

#endif /* _VXM_KUNIT_WORLD_H */
