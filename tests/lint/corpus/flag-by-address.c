/* The flag is handed by its address to a function that may change it before it is asked again. */
void do_by_address(struct pt_regs *regs)
{
	enum ctx_state prev;
	bool user = user_mode(regs);

	if (!user)
		prev = exception_enter();
	fix_up(regs, &user);
	if (!user)
		exception_exit(prev); /* WANT exception-exit-unpaired */
} /* WANT exception-exit-missing */
