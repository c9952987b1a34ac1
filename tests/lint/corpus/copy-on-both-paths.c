/* Both arms copy the state, and the variable that held it first is free for something else. */
void do_two_copies(struct pt_regs *regs)
{
	int value = exception_enter();
	enum ctx_state prev;

	if (user_mode(regs)) {
		prev = value;
		force_sig(SIGILL);
	} else {
		prev = value;
	}
	value = handle_value(regs);
	count_value(value);
	exception_exit(prev);
}
