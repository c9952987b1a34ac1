/* A handler in a header leaks like one in a C file. */
#ifndef _TRAP_INLINE_H
#define _TRAP_INLINE_H

#include <linux/context_tracking.h>

static inline int handle_inline_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (unlikely(!user_mode(regs)))
		return 0; /* WANT exception-exit-missing */

	force_sig(SIGTRAP);
	exception_exit(prev);
	return 1;
}

#endif
