/* die() may return, and where it does the exit follows. */
int die(const char *why, struct pt_regs *regs);

void do_die_and_go_on(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (!user_mode(regs)) {
		if (die("trap", regs))
			panic("trap");
	} else {
		force_sig(SIGILL);
	}
	exception_exit(prev);
}
