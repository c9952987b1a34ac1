/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_INSTRUMENTATION_H
#define _SHIM_LINUX_INSTRUMENTATION_H

/* Marks in the text for objtool: nothing that runs. */
#define instrumentation_begin()	do { } while (0)
#define instrumentation_end()	do { } while (0)

#endif /* _SHIM_LINUX_INSTRUMENTATION_H */
