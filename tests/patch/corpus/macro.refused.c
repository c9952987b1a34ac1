#define ENTER(p) ((p) = exception_enter()) /* REFUSED exception_enter() is hidden in the macro ENTER() */

void do_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

	ENTER(prev);
	handle(regs);
}
