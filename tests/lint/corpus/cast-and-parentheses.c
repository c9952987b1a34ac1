/* Casts and parentheses do not change what is saved and restored. */
void do_cast(struct pt_regs *regs)
{
	int prev = (int)(exception_enter());

	force_sig(SIGFPE);
	exception_exit((enum ctx_state)(prev));
}
