/* The state goes through two copies and comes back. */
void do_chain(struct pt_regs *regs)
{
	enum ctx_state a = exception_enter(), b, c;

	c = b = a;
	a = CT_STATE_IDLE;
	handle_chain(regs);
	a = c;
	exception_exit(a);
}
