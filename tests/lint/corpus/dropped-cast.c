/* A cast to void drops the result as well. */
int do_denormal(struct pt_regs *regs)
{
	int ret;

	(void)exception_enter(); /* WANT exception-enter-unsaved */
	ret = emulate_denormal(regs);
	return ret;
}
