/* An alias of the enter is called and its result dropped. */
#define kernel_entered	exception_enter

void do_trap_c(struct pt_regs *regs)
{
	if (!user_mode(regs))
		return;
	kernel_entered(); /* WANT exception-enter-unsaved */
	force_sig(SIGBUS);
}
