asmlinkage void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	prev = exception_enter();
	if (notify(regs) == NOTIFY_STOP)
		goto out;

	force_sig(SIGTRAP);

out:
	exception_exit(prev);
}
