void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();
	bool user;

	user = prev == CT_STATE_USER; /* REFUSED the saved state `prev` is compared */
	handle(regs, user);
	exception_exit(prev);
}
