/* Functions whose names contain those of the pair are others, and may stand alone. */
static void debug_exception_enter(struct pt_regs *regs)
{
	preempt_disable();
	check_watching(regs);
}

static void debug_exception_exit(struct pt_regs *regs)
{
	preempt_enable_no_resched();
}

void do_debug_fault(struct pt_regs *regs)
{
	debug_exception_enter(regs);
	if (!user_mode(regs))
		return;
	force_sig(SIGTRAP);
	debug_exception_exit(regs);
	__exception_exit(regs);
	exception_exited(regs);
}
