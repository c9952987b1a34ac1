/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
#ifndef _SHIM_ASM_PTRACE_H
#define _SHIM_ASM_PTRACE_H

struct pt_regs {
	unsigned long shim_user_mode;
};

#define user_mode(regs)	((regs)->shim_user_mode != 0)

#endif /* _SHIM_ASM_PTRACE_H */
