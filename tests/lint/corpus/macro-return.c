/* The return hides in a macro, and the place to look at is where the macro is used. */
#define BAIL_IF(question)	do { if (question) return; } while (0)

void do_ext_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	BAIL_IF(!user_mode(regs)); /* WANT exception-exit-missing */
	force_sig(SIGTRAP);
	exception_exit(prev);
}
