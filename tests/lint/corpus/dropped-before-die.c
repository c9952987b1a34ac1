/* A function of the file that is declared __noreturn ends both arms behind a dropped result. */
extern void die_with_regs(const char *why, struct pt_regs *regs) __noreturn;

void do_stack_overflow(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved note */
	if (user_mode(regs))
		die_with_regs("user stack", regs);
	else
		do_exit(SIGSEGV);
}
