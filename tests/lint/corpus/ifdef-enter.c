/* The enter is only compiled with an option, the exit always. */
void do_msa_trap(struct pt_regs *regs)
{
	enum ctx_state prev;

#if IS_ENABLED(CONFIG_CPU_HAS_MSA)
	prev = exception_enter();
#endif
	force_sig(SIGILL);
	exception_exit(prev); /* WANT exception-exit-unpaired when !CONFIG_CPU_HAS_MSA */
}
