/* The declared __noreturn call is the last of the function, in place of an exit. */
extern void die_if_lost(struct pt_regs *) __attribute__((noreturn));

int do_lost(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter();

	if (recover(regs)) {
		exception_exit(prev);
		return 0;
	}
	die_if_lost(regs);
}
