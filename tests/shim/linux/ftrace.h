/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_LINUX_FTRACE_H
#define _SHIM_LINUX_FTRACE_H

#define CALLER_ADDR0	((unsigned long)__builtin_return_address(0))

#endif /* _SHIM_LINUX_FTRACE_H */
