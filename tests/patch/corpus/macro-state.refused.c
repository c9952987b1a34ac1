#define report_state() report(prev) /* REFUSED the saved state `prev` is hidden in the macro report_state() */

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	report_state();
	exception_exit(prev);
}
