/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_TYPES_H
#define _SHIM_LINUX_TYPES_H

#include <linux/compiler_types.h>

typedef _Bool bool;

enum {
	false,
	true
};

#endif /* _SHIM_LINUX_TYPES_H */
