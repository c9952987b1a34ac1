void do_marked(struct pt_regs *regs)
{
	bool user __maybe_unused = user_mode(regs);
	enum ctx_state prev;

	if (!user)
		prev = exception_enter();
	handle(regs);
	if (!user)
		exception_exit(prev);
}
