/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_LINKAGE_H
#define _SHIM_LINUX_LINKAGE_H

#include <linux/compiler_types.h>

#define asmlinkage

#endif /* _SHIM_LINUX_LINKAGE_H */
