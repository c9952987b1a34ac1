/* The result of the enter is dropped, and the function returns. */
void do_inexact(struct pt_regs *regs)
{
	exception_enter(); /* WANT exception-enter-unsaved */
	if (fp_disabled(regs))
		return;
	send_fpe(regs, FPE_FLTRES);
}
