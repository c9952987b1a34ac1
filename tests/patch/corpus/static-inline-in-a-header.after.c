#ifndef _ASM_TRAPS_H
#define _ASM_TRAPS_H

static inline void trap(struct pt_regs *regs)
{
	handle(regs);
}

#endif /* _ASM_TRAPS_H */
