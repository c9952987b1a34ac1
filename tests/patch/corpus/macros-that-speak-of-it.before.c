#define NAME "exception_enter"
# define LEAVE "exception_exit()"	/* exception_exit() */

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	handle(regs, NAME);
	exception_exit(prev);
}
