#define NAME "exception_enter"
# define LEAVE "exception_exit()"	/* exception_exit() */

void do_trap(struct pt_regs *regs)
{
	handle(regs, NAME);
}
