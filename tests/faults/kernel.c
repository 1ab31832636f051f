// SPDX-License-Identifier: GPL-2.0
/*
 * What comes and goes as a whole: a namespace, the module.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "operations.h"

struct outcome {
	struct fault fault;
	int result;
};

/* A child makes it; it goes with the child. */
int new_namespace(struct fault *fault)
{
	struct outcome *outcome;
	int result;
	pid_t pid;

	outcome = mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (outcome == MAP_FAILED)
		err(1, "memory");
	outcome->fault = *fault;
	outcome->result = RESULT_LOST;
	pid = fork();
	if (pid < 0)
		err(1, "fork");
	if (!pid) {
		fault_open();
		fault_begin(&outcome->fault);
		result = unshare(CLONE_NEWNET) ? errno : 0;
		fault_end(&outcome->fault);
		outcome->result = result;
		_exit(0);
	}
	if (waitpid(pid, NULL, 0) != pid)
		err(1, "waitpid");
	*fault = outcome->fault;
	result = outcome->result;
	munmap(outcome, sizeof(*outcome));
	return result;
}

/* Out of memory of ours: reading a file would be the file system's allocations. */
int load_module(struct fault *fault, const char *file)
{
	static void *image;
	static size_t size;
	int result;

	if (!image) {
		int fd = open(file, O_RDONLY | O_CLOEXEC);
		struct stat st;

		if (fd < 0 || fstat(fd, &st))
			err(1, "%s", file);
		size = st.st_size;
		image = malloc(size);
		if (!image || read(fd, image, size) != (ssize_t)size)
			err(1, "%s", file);
		close(fd);
	}
	fault_begin(fault);
	result = syscall(SYS_init_module, image, size, "") ? errno : 0;
	fault_end(fault);
	return result;
}

bool unload_module(void)
{
	return !syscall(SYS_delete_module, "vxmirror", O_NONBLOCK);
}
