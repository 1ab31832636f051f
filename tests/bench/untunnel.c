// SPDX-License-Identifier: GPL-2.0
/*
 * Decapsulation in user space, as programs for it do: reads mirror packets
 * from a UDP socket, many at a time, and writes the frames to a tap.
 *
 * usage: untunnel DEV VNI THREADS
 *
 * Each thread has a socket, a queue of the tap and a CPU of its own. Says
 * 'ready' when mirror packets may come.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <pthread.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#define VXLAN_PORT	4789
#define VXLAN_LEN	8
#define BATCH		64
#define PACKET_MAX	9216
#define BUFFER		(256 << 20)
#define THREADS_MAX	8

struct worker {
	int		socket;
	int		tap;
	int		cpu;
	unsigned int	vni;
	unsigned char	bytes[BATCH][PACKET_MAX];
	struct iovec	iov[BATCH];
	struct mmsghdr	message[BATCH];
};

static int open_tap(const char *dev, bool several)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC);

	if (several)
		request.ifr_flags |= IFF_MULTI_QUEUE;
	strncpy(request.ifr_name, dev, IFNAMSIZ - 1);
	if (fd < 0 || ioctl(fd, TUNSETIFF, &request))
		err(1, "tap %s", dev);
	return fd;
}

static int open_socket(void)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(VXLAN_PORT),
	};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int size = BUFFER;
	int one = 1;

	if (fd < 0 ||
	    setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof(one)) ||
	    setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)))
		err(1, "port %u", VXLAN_PORT);
	return fd;
}

static unsigned int read_vni(const unsigned char *vxlan)
{
	return vxlan[4] << 16 | vxlan[5] << 8 | vxlan[6];
}

static void forward(const struct worker *worker, unsigned int i)
{
	const unsigned char *vxlan = worker->bytes[i];
	size_t len = worker->message[i].msg_len;

	if (len <= VXLAN_LEN || read_vni(vxlan) != worker->vni)
		return;
	if (write(worker->tap, vxlan + VXLAN_LEN, len - VXLAN_LEN) < 0)
		err(1, "write");
}

static void *work(void *data)
{
	struct worker *worker = data;
	cpu_set_t set;
	int i, n;

	CPU_ZERO(&set);
	CPU_SET(worker->cpu, &set);
	if (sched_setaffinity(0, sizeof(set), &set))
		err(1, "CPU %d", worker->cpu);
	while (true) {
		n = recvmmsg(worker->socket, worker->message, BATCH,
			     MSG_WAITFORONE, NULL);
		if (n < 0 && errno != EINTR)
			err(1, "recvmmsg");
		for (i = 0; i < n; i++)
			forward(worker, i);
	}
	return NULL;
}

static void start(const char *dev, unsigned int vni, int cpu, bool several)
{
	struct worker *worker = calloc(1, sizeof(*worker));
	pthread_t thread;
	unsigned int i;

	if (!worker)
		err(1, "memory");
	worker->vni = vni;
	worker->cpu = cpu;
	worker->tap = open_tap(dev, several);
	worker->socket = open_socket();
	for (i = 0; i < BATCH; i++) {
		worker->iov[i].iov_base = worker->bytes[i];
		worker->iov[i].iov_len = PACKET_MAX;
		worker->message[i].msg_hdr.msg_iov = &worker->iov[i];
		worker->message[i].msg_hdr.msg_iovlen = 1;
	}
	if (pthread_create(&thread, NULL, work, worker))
		errx(1, "no thread");
}

int main(int argc, char **argv)
{
	int i, threads;

	threads = argc == 4 ? atoi(argv[3]) : 0;
	if (threads < 1 || threads > THREADS_MAX)
		errx(2, "usage: untunnel DEV VNI THREADS");
	for (i = 0; i < threads; i++)
		start(argv[1], atoi(argv[2]), i, threads > 1);
	puts("ready");
	fflush(stdout);
	pause();
	return 0;
}
