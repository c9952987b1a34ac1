#ifndef _ASM_TRAPS_H
#define _ASM_TRAPS_H

#include <linux/context_tracking.h>

static inline void trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs);
	exception_exit(prev);
}

#endif /* _ASM_TRAPS_H */
