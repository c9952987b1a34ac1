/* A macro hides a return, and is used only before the enter and behind the exit. */
#define CHECK_USER(regs)	do { if (!user_mode(regs)) return; } while (0)

void do_checked(struct pt_regs *regs)
{
	enum ctx_state prev;

	CHECK_USER(regs);
	prev = exception_enter();
	force_sig(SIGSYS);
	exception_exit(prev);
	CHECK_USER(regs);
	count_trap(regs);
}
