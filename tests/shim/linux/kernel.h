/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_KERNEL_H
#define _SHIM_LINUX_KERNEL_H

#include <linux/compiler_types.h>

__attribute__((__format__(__printf__, 1, 2)))
void panic(const char *format, ...) __noreturn;

#endif /* _SHIM_LINUX_KERNEL_H */
