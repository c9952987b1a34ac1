/* The call that does not return is for kernel mode only, and user mode returns with the state dropped. */
void __noreturn die_with_regs(const char *why, struct pt_regs *regs);

void do_bad_window(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved */
	if (!user_mode(regs))
		die_with_regs("bad window", regs);
	force_sig(SIGILL);
}
