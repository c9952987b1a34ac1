/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* Attributes; the kernel's build includes its own ahead of every file. */
#ifndef _SHIM_LINUX_COMPILER_TYPES_H
#define _SHIM_LINUX_COMPILER_TYPES_H

#include <shim_release.h>

#define __always_inline	inline __attribute__((__always_inline__))
#define __always_unused	__attribute__((__unused__))
#define __maybe_unused	__attribute__((__unused__))
#define __noreturn	__attribute__((__noreturn__))
#define notrace		__attribute__((__no_instrument_function__))
#define noinstr \
	notrace __attribute__((__noinline__, __section__(".noinstr.text")))

#endif /* _SHIM_LINUX_COMPILER_TYPES_H */
