/* Attributes stand behind the name of the saved variable, and between a label and its statement. */
void do_attributed(struct pt_regs *regs)
{
	enum ctx_state prev __maybe_unused = exception_enter();

	if (fix_attributed(regs))
		goto out;
	force_sig(SIGILL);
out: __maybe_unused
	exception_exit(prev);
}

void do_attributed_too(struct pt_regs *regs)
{
	enum ctx_state prev __attribute__((unused)) = exception_enter();

	force_sig(SIGILL);
	exception_exit(prev);
}
