/* The task may be switched before user_exit() has run. */
asmlinkage void work_pending(struct pt_regs *regs, unsigned long flags)
{
	if (flags & _TIF_NEED_RESCHED)
		schedule(); /* WANT schedule-in-user-state */
	user_exit();
	run_work(regs, flags);
	user_enter();
}
