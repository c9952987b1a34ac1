/* Comments have Latin-1 bytes, like the one in Jürgen, so the file is not UTF-8. */
void do_latin1(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	force_sig(SIGILL);	/* für alle Fälle */
	exception_exit(prev);
}
