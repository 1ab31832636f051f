# SPDX-License-Identifier: GPL-2.0
# Everything a user or a developer asks for; Kbuild is the kernel's part of it.

VERSION := $(shell sed -n 's/^PACKAGE_VERSION="\(.*\)"/\1/p' dkms.conf)
KERNEL ?= $(shell uname -r)
KDIR ?= /lib/modules/$(KERNEL)/build
PREFIX ?= /usr/local
DKMS_SRC := /usr/src/vxmirror-$(VERSION)

# The guests' kernels in 'make check', what each fuzzer and each stress test may take, and how many frames the
# filters' oracle tries.
KERNELS ?= 6.1,kasan
FUZZ_SECONDS ?= 60
STRESS_SECONDS ?= 20
ORACLE_PAIRS ?= 100000
export VXM_FUZZ_SECONDS = $(FUZZ_SECONDS)
export VXM_STRESS_SECONDS = $(STRESS_SECONDS)
export VXM_ORACLE_PAIRS = $(ORACLE_PAIRS)

all: module tool ## build the module and the tool (default)

module: ## build ./vxmirror.ko, for the running kernel or KDIR=...
	@test -d $(KDIR) || { echo "There are no kernel headers at $(KDIR):" \
		"install linux-headers-$(KERNEL), or name others with KDIR=..." >&2; exit 1; }
	$(MAKE) -C $(KDIR) M=$(CURDIR) modules

tool: ## build tools/vxmirrorctl
	$(MAKE) -C tools

install: tool ## as root: install the module by DKMS, and the tool
	$(MAKE) uninstall-module
	install -d $(DKMS_SRC)
	cp -r Kbuild dkms.conf kmod include $(DKMS_SRC)
	dkms add vxmirror/$(VERSION)
	dkms install vxmirror/$(VERSION) -k $(KERNEL)
	$(MAKE) -C tools install PREFIX=$(PREFIX)

uninstall: uninstall-module ## as root: undo all of install; ends running mirror devices
	$(MAKE) -C tools uninstall PREFIX=$(PREFIX)

uninstall-module:
	if grep -qs '^vxmirror ' /proc/modules; then modprobe -r vxmirror; fi
	if dkms status vxmirror/$(VERSION) | grep -q .; then \
		dkms remove vxmirror/$(VERSION) --all; fi
	rm -rf $(DKMS_SRC)

demo: ## show it at work, in a virtual machine: a mirrored download, tcpdump, Suricata, a filter
	tests/packages test
	$(MAKE) -C tools
	$(MAKE) -C tests/e2e
	@echo "demo: booting a virtual machine"
	tests/vm/guest -- tests/demo

check: ## all tests, in virtual machines; ends with 'N passed, N failed, N skipped'
	tests/packages test
	tests/packages kernel-tree
	$(MAKE) -C tools
	$(MAKE) -C tests/e2e
	$(MAKE) -C tests/uapi
	$(MAKE) -C tests/fuzz
	$(MAKE) -C tests/fuzz -f guest.mk
	$(MAKE) -C tests/faults
	$(MAKE) -C tests/bench
	tests/run --kernel $(KERNELS)

check-full: ## check-kernels, and check for hours: both debug kernels, ten minutes for each fuzzer and stress test
	$(MAKE) check-kernels
	$(MAKE) check KERNELS=kasan,kcsan FUZZ_SECONDS=600 STRESS_SECONDS=600 ORACLE_PAIRS=1000000

check-kernels: ## build with gcc and clang, and test end to end, on every kernel of README's table; writes it
	tests/packages test
	$(MAKE) -C tools
	$(MAKE) -C tests/e2e
	$(MAKE) -C tests/uapi
	tests/check-kernels

bench: KERNELS = 6.1
bench: ## what a frame's way to its reader costs, by vxmirror and by all that there is besides; KERNELS=6.1,6.12
	tests/packages test
	$(MAKE) -C tools
	$(MAKE) -C tests/e2e
	$(MAKE) -C tests/bench
	tests/bench/bench --kernel $(KERNELS)

bench-smp: ## how much more two CPUs do than one, in real time: on a machine that is idle
	tests/packages test
	$(MAKE) -C tools
	$(MAKE) -C tests/e2e
	$(MAKE) -C tests/bench
	tests/bench/bench --smp

clean: ## remove what was built
	$(MAKE) -C tools clean
	$(MAKE) -C tests/e2e clean
	$(MAKE) -C tests/uapi clean
	$(MAKE) -C tests/fuzz clean
	$(MAKE) -C tests/fuzz -f guest.mk clean
	$(MAKE) -C tests/faults clean
	$(MAKE) -C tests/bench clean
	if [ -d $(KDIR) ]; then $(MAKE) -C $(KDIR) M=$(CURDIR) clean; fi

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /  \1\t/p' Makefile | expand -t 18

.PHONY: all module tool install uninstall uninstall-module demo check check-full check-kernels bench bench-smp clean help
