/* Comments and strings full of leaks, drops and second exits. */
void do_wordy(struct pt_regs *regs)
{
	enum ctx_state prev = exception_enter(); /* exception_exit(prev); */

	/*
	 * if (user_mode(regs))
	 *	return;
	 * exception_enter();
	 */
	printk("exception_enter(); return; exception_exit(0);\n");
	// exception_exit(CT_STATE_USER); return;
	force_sig(SIGILL);
	exception_exit(prev); // exception_exit(prev);
}
