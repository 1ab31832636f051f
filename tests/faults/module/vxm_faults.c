// SPDX-License-Identifier: GPL-2.0
/*
 * Helps /proc/PID/fail-nth to count what matters. Allocations of per-CPU memory
 * count as well: the kernel cannot fail those by itself, since mostly they are
 * served from pages that are there already. What kmemleak allocates beside each
 * allocation does not count: nobody would notice its failure.
 */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <asm/text-patching.h>

static unsigned int vxm_fault_nth(void)
{
	if (in_hardirq() || in_serving_softirq())
		return 0;
	return READ_ONCE(current->fail_nth);
}

/* Returns NULL in place of the allocator when it is this one's turn. */
static int vxm_fault_percpu(struct kprobe *probe, struct pt_regs *regs)
{
	unsigned int nth = vxm_fault_nth();

	if (!nth)
		return 0;
	WRITE_ONCE(current->fail_nth, nth - 1);
	if (nth > 1)
		return 0;
	regs_set_return_value(regs, 0);
	int3_emulate_ret(regs);
	return 1;
}

/* Its being there keeps a probe from becoming a jump, which cannot return. */
static void vxm_fault_no_jump(struct kprobe *probe, struct pt_regs *regs,
			      unsigned long flags)
{
}

static int vxm_fault_pause(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	unsigned int *nth = (void *)instance->data;

	*nth = vxm_fault_nth();
	if (!*nth)
		return 1;
	WRITE_ONCE(current->fail_nth, 0);
	return 0;
}

static int vxm_fault_resume(struct kretprobe_instance *instance,
			    struct pt_regs *regs)
{
	unsigned int *nth = (void *)instance->data;

	WRITE_ONCE(current->fail_nth, *nth);
	return 0;
}

#define VXM_FAULT_PERCPU(name)				\
	{						\
		.symbol_name = (name),			\
		.pre_handler = vxm_fault_percpu,	\
		.post_handler = vxm_fault_no_jump,	\
	}

#define VXM_FAULT_NOT(name)				\
	{						\
		.kp.symbol_name = (name),		\
		.entry_handler = vxm_fault_pause,	\
		.handler = vxm_fault_resume,		\
		.data_size = sizeof(unsigned int),	\
	}

static struct kprobe vxm_fault_percpu_probes[] = {
	VXM_FAULT_PERCPU("__alloc_percpu"),
	VXM_FAULT_PERCPU("__alloc_percpu_gfp"),
};

static struct kprobe *vxm_fault_percpu_list[] = {
	&vxm_fault_percpu_probes[0],
	&vxm_fault_percpu_probes[1],
};

static struct kretprobe vxm_fault_not_probes[] = {
	VXM_FAULT_NOT("kmemleak_alloc"),
	VXM_FAULT_NOT("kmemleak_alloc_percpu"),
	VXM_FAULT_NOT("kmemleak_vmalloc"),
};

static struct kretprobe *vxm_fault_not_list[] = {
	&vxm_fault_not_probes[0],
	&vxm_fault_not_probes[1],
	&vxm_fault_not_probes[2],
};

static int __init vxm_faults_init(void)
{
	int err;

	err = register_kretprobes(vxm_fault_not_list,
				  ARRAY_SIZE(vxm_fault_not_list));
	if (err)
		return err;
	err = register_kprobes(vxm_fault_percpu_list,
			       ARRAY_SIZE(vxm_fault_percpu_list));
	if (err)
		unregister_kretprobes(vxm_fault_not_list,
				      ARRAY_SIZE(vxm_fault_not_list));
	return err;
}

static void __exit vxm_faults_exit(void)
{
	unregister_kprobes(vxm_fault_percpu_list,
			   ARRAY_SIZE(vxm_fault_percpu_list));
	unregister_kretprobes(vxm_fault_not_list,
			      ARRAY_SIZE(vxm_fault_not_list));
}

module_init(vxm_faults_init);
module_exit(vxm_faults_exit);

MODULE_LICENSE("GPL");
MODULE_AUTHOR("The vxmirror authors");
MODULE_DESCRIPTION("Fails allocations of per-CPU memory, for tests");
