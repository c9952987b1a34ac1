/* A loop macro without braces has a body that never leaves. */
#define for_each_trap(trap, regs)	\
	for (trap = first_trap(regs); trap; trap = trap_after(trap))

void do_all_traps(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	unsigned long trap;

	for_each_trap(trap, regs)
		if (is_urgent(trap))
			continue;
		else if (is_last(trap))
			break;
	exception_exit(prev);
}
