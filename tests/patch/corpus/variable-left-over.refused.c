void do_left_over(struct pt_regs *regs)
{
	bool user /* REFUSED nothing would use `user` any more */ = user_mode(regs);
	enum ctx_state prev;

	if (!user)
		prev = exception_enter();
	handle(regs);
	if (!user)
		exception_exit(prev);
}
