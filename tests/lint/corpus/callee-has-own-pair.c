/* A function of the file that is called between enter and exit has a whole pair of its own. */
static void send_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGTRAP);
	exception_exit(prev);
}

void do_calling(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	send_trap(regs);
	exception_exit(prev);
}
